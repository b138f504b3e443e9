"""Generated packages are clean under mypy --strict and pyright strict, with no ignores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.codegen.support.golden import NAMES
from tests.paths import GOLDEN, ROOT

PATHS = [str(ROOT / "runtime" / "src"), *(str(GOLDEN / name / "expected") for name in NAMES)]


def test_golden_packages_are_clean_under_mypy_strict(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path)]
    packages = [argument for name in NAMES for argument in ("-p", name)]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(PATHS)}
    done = subprocess.run(
        [*command, "--config-file", os.devnull, *packages],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_golden_packages_are_clean_under_pyright_strict(tmp_path: Path) -> None:
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": PATHS[1:], "extraPaths": PATHS}
    for at, name in enumerate(NAMES):
        (tmp_path / f"g{at}").symlink_to(GOLDEN / name / "expected")
    settings["include"] = [f"g{at}" for at in range(len(NAMES))]
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert [found["message"] for found in report["generalDiagnostics"]] == []
    assert report["summary"]["filesAnalyzed"] >= 5 * len(NAMES)


def test_golden_packages_have_no_ignores_and_pass_ruff() -> None:
    folders = [str(GOLDEN / name / "expected") for name in NAMES]
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--line-length", "120", *folders]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stdout == "All checks passed!\n"
    for folder in folders:
        for path in Path(folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "type: ignore" not in text
            assert "noqa" not in text
