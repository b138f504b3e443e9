"""Both ends of the ranges of the libraries that decide bytes make the same bytes, for every catalog that we have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.paths import ROOT

DECIDING = ("datamodel-code-generator", "jinja2", "ruff")
PROGRAM = """
from pathlib import Path
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.project.config import Flags, load_config
from tests.codegen.support.golden import NAMES, config
for one in [*map(config, NAMES), load_config(Path.cwd(), Flags())]:
    for change in compile_catalog(one).package.changes():
        print(*change.diff(), sep="\\n")
"""


def uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv") or pytest.skip("no uv here")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("end", ["lowest-direct", "highest"])
def test_both_ends_of_the_ranges_make_the_same_bytes(tmp_path: Path, end: str) -> None:
    compiler = tomllib.loads((ROOT / "codegen/pyproject.toml").read_text("utf-8"))["project"]
    runtime = tomllib.loads((ROOT / "runtime/pyproject.toml").read_text("utf-8"))["project"]
    both = (*compiler["dependencies"], *runtime["dependencies"])
    needed = [text for text in both if not text.startswith("topicwright")]
    deciding = [text for text in needed if text.startswith(DECIDING)]
    assert len(deciding) == len(DECIDING)
    python = tmp_path / "bin" / "python"
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, str(tmp_path)], check=True)
    install = [uv(), "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*install, "--resolution", end, *deciding], check=True)
    frozen = subprocess.run(
        [uv(), "pip", "freeze", "--python", str(python)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    ends = [line for line in frozen if line.startswith(DECIDING)]
    subprocess.run([*install, *ends, *needed], check=True)
    path = os.pathsep.join(str(ROOT / part) for part in ("", "runtime/src", "codegen/src"))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(python), "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", f"{ends} make other bytes:\n{done.stdout[:2000]}"
