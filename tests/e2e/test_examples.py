"""Each example of examples/: its own tests, its types, and its programs on a real broker as its README shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from topicwright_codegen.cli import main

from tests.paths import ROOT

EXAMPLES = ROOT / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/asyncapi.yaml"))
MOST_README_LINES = 40
DEADLINE = 60
"""Of a program, in seconds."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy all examples, and generate their packages."""
    folder = tmp_path_factory.mktemp("gallery") / "examples"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("sdk", "tars", "__pycache__", ".*"))
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.chdir(folder / name)
            assert main(["lint"]) == 0, name
            assert main(["generate"]) == 0, name
    return folder


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Return what a program prints, within a deadline."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        process.terminate()  # so that it ends what it has started
        printed, _ = process.communicate(timeout=DEADLINE)
        pytest.fail(f"no end after {DEADLINE} s:\n{printed}")
    assert process.returncode == 0, printed
    return printed


def test_the_tests_of_the_examples_pass(folder: Path) -> None:
    """In one process, which is faster: so their settings must be equal."""
    settings = [tomllib.loads((folder / name / "pyproject.toml").read_text("utf-8"))["tool"] for name in NAMES]
    assert all(tools["pytest"] == settings[0]["pytest"] for tools in settings)
    paths = " ".join(str(folder / name / path) for name in NAMES for path in ("", "sdk"))
    command = ["-m", "pytest", "-p", "no:cacheprovider", "-c", f"{NAMES[0]}/pyproject.toml"]
    printed = run([*command, "-o", f"pythonpath={paths}", "--rootdir=.", *NAMES], folder)
    for name in NAMES:
        assert f"{name}/test_{name}.py" in printed


@pytest.mark.parametrize("name", NAMES)
def test_the_programs_print_what_the_readme_shows(name: str, folder: Path) -> None:
    readme = (folder / name / "README.md").read_text("utf-8")
    shown = re.search(rf"^```console\n\$ make example NAME={name}\n(.*?)^```", readme, re.M | re.S)
    assert shown is not None
    printed = run(["run.py", name], folder)
    for line in shown[1].splitlines():
        pattern = ".*".join(map(re.escape, line.split("...")))
        assert re.search(rf"^{pattern}$", printed, re.M), f"{line}\n\n{printed}"


def test_type_checkers_accept_every_example(folder: Path) -> None:
    paths = os.pathsep.join(str(folder / name / below) for name in NAMES for below in ("", "sdk"))
    command = ["-m", "mypy", f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={ROOT / '.mypy_cache/examples'}"]
    run([*command, "run.py", *NAMES], folder, MYPYPATH=paths)


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_of_an_example_is_short(name: str) -> None:
    assert len((EXAMPLES / name / "README.md").read_text("utf-8").splitlines()) <= MOST_README_LINES
