"""The programs of docs/code-first.md and docs/testing.md run as they are printed, and claims about errors hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import BaseModel
from topicwright import DescriptorError, Topic
from topicwright.testing import LocalBroker

from tests.paths import ROOT

PAGE = (ROOT / "docs" / "code-first.md").read_text("utf-8")


def files_of(page: str) -> dict[str, str]:
    """Return the blocks of a page that are files: their first line is a comment with the name."""
    return dict(re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```", page, re.DOTALL | re.MULTILINE))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in files_of(PAGE).items():
        (tmp_path / name).write_text(text)
    return tmp_path


@contextmanager
def running(folder: Path, program: str, broker: LocalBroker) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "MQTT_URL": broker.url, "MQTT_CLIENT_ID": program}
    command = [sys.executable, f"{program}.py"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_three_programs_of_the_page_work_together(folder: Path) -> None:
    with LocalBroker() as broker, running(folder, "robot", broker) as robot:
        assert robot.stdout is not None
        assert robot.stdout.readline() == "ready\n"
        with running(folder, "monitor", broker) as monitor:
            assert monitor.stdout is not None
            assert {monitor.stdout.readline(), monitor.stdout.readline()} == {"r2: 81.5 %\n", "arrived at dock\n"}


def test_type_checkers_accept_the_programs_of_the_page(folder: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_tests_of_the_page_about_testing_pass(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    for name, text in files_of(page).items():
        (tmp_path / name).write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-o",
        "asyncio_mode=auto",
        "-p",
        "no:cacheprovider",
        "test_lamp.py",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


class Go(BaseModel):
    place: str


class Rbot(BaseModel):
    robt: str


def test_the_errors_of_the_page_are_those_that_are_raised() -> None:
    rows = re.findall(r"^\| `(Topic\(.*?\))`[^|]*\| `(.*?)` \|$", PAGE, re.MULTILINE)
    assert len(rows) == 5
    for written, problem in rows:
        with pytest.raises(DescriptorError) as caught:
            eval(written, {"Topic": Topic, "Go": Go, "Rbot": Rbot})
        assert problem in str(caught.value)
