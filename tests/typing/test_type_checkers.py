"""Type checkers report each wrong use of the generated SDK."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

HERE = Path(__file__).parent
MISTAKES = {
    number: found[1]
    for number, line in enumerate((HERE / "planted_mistakes.py").read_text("utf-8").splitlines(), 1)
    if (found := re.search(r"# mistake: (.+)$", line))
}


def lines_reported_by_mypy(file: str) -> set[int]:
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", str(HERE / file)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    return {int(found[1]) for found in re.finditer(rf"{re.escape(file)}:(\d+): error", output)}


def lines_reported_by_pyright(file: str, folder: Path) -> set[int]:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": [str(HERE / file)],
        "extraPaths": [str(ROOT / "runtime/src"), str(ROOT / "generated/src")],
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
        "reportUnusedExpression": False,
    }
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "-p", str(config), str(HERE / file)]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
    diagnostics = json.loads(output)["generalDiagnostics"]
    return {item["range"]["start"]["line"] + 1 for item in diagnostics if item["severity"] == "error"}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    return {
        "mypy": lines_reported_by_mypy("planted_mistakes.py"),
        "pyright": lines_reported_by_pyright("planted_mistakes.py", tmp_path_factory.mktemp("pyright")),
    }


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.parametrize("line", MISTAKES, ids=[text.replace(" ", "_") for text in MISTAKES.values()])
def test_planted_mistake_is_reported(reported: dict[str, set[int]], checker: str, line: int) -> None:
    assert line in reported[checker], f"{checker} says nothing about: {MISTAKES[line]}"


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_nothing_but_the_planted_mistakes_is_reported(reported: dict[str, set[int]], checker: str) -> None:
    assert reported[checker] <= MISTAKES.keys()


def test_right_use_is_clean(tmp_path: Path) -> None:
    assert lines_reported_by_mypy("service_ok.py") == set()
    assert lines_reported_by_pyright("service_ok.py", tmp_path) == set()
