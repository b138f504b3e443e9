"""The house: each folder has one idea with a docstring, few rooms, and imports that only go down."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = (ROOT / "runtime/src/topicwright", ROOT / "codegen/src/topicwright_codegen")
FOLDERS = sorted(path.parent for package in PACKAGES for path in package.rglob("__init__.py"))
COMMANDS = ROOT / "codegen/src/topicwright_codegen/commands"
MOST_ROOMS = 13
"""Of a folder; the top floors and the commands have more: a module there is one that users or every stage name."""
MOST_ON_TOP = 22
MOST_LINES = 360


def rooms(folder: Path) -> list[Path]:
    """Return the modules and packages of a folder; data such as templates is none."""
    modules = [path for path in folder.glob("*.py") if not path.name.startswith("__")]
    return [*modules, *(path.parent for path in folder.glob("*/__init__.py"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_folder_has_a_docstring_and_few_rooms(folder: Path) -> None:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    assert text, "an __init__.py says what the idea of its folder is"
    assert len(rooms(folder)) <= (MOST_ON_TOP if folder in (*PACKAGES, COMMANDS) else MOST_ROOMS)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_no_module_is_long(package: Path) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in package.rglob("*.py")}
    assert {path.name: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_imports_go_down_and_in_no_circle() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
