"""``topicwright watch`` writes the package after each save; whatever ends a run leaves a whole package behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from topicwright_codegen.cli import main
from topicwright_codegen.commands.watch import watch

CATALOG = """\
asyncapi: 3.0.0
info: {title: Test, version: 1.0.0}
channels:
  a: {address: a/b, messages: {Thing: {name: thing.done, payload: {$ref: 'thing.yaml'}}}}
"""
ARGUMENTS = ("--source", "a.yaml", "--package", "sdk", "--output", "out")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "thing.yaml").write_text("{type: object, properties: {x: {type: string}}}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture
def said(project: Path) -> Iterator[Callable[[], str]]:
    """Start the command, and return what it has said so far."""
    log = project / "log"
    # A child inherits that SIGINT is ignored, as it is in the background of a script.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "topicwright_codegen", "watch", *ARGUMENTS],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    signal.signal(signal.SIGINT, before)
    yield lambda: log.read_text("utf-8")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0, log.read_text("utf-8")


def test_each_save_is_compiled_and_an_error_leaves_the_old_package(project: Path, said: Callable[[], str]) -> None:
    models = project / "out" / "sdk" / "a" / "models.py"
    wait_for(lambda: "1 topic, " in said(), "first run")
    assert "x: Omittable[str]" in models.read_text("utf-8")
    (project / "thing.yaml").write_text("{type: object, properties: {y: {type: string}}}\n", encoding="utf-8")
    wait_for(lambda: "y: Omittable[str]" in models.read_text("utf-8"), "a file that is referred to")
    (project / "a.yaml").write_text(CATALOG.replace("thing.yaml", "no.yaml"), encoding="utf-8")
    wait_for(lambda: "TW105" in said(), "an error")
    assert "y: Omittable[str]" in models.read_text("utf-8")
    (project / "a.yaml").unlink()
    wait_for(lambda: "source a.yaml does not exist" in said(), "no source")
    wait_for(lambda: "the package is as it was" in said(), "what became of the package")
    assert "watching the catalog, Ctrl-C to stop" in said()
    (project / "a.yaml").write_text(CATALOG.replace("a/b", "c/d"), encoding="utf-8")
    wait_for((project / "out" / "sdk" / "c" / "models.py").exists, "going on after errors")
    wait_for(lambda: not models.exists(), "stale files are deleted")


KILLED = """\
import os, pathlib, signal, sys
from topicwright_codegen.cli import main
original, left = pathlib.Path.write_bytes, [int(sys.argv[1])]
def write(self, data):
    if ".partial-" in str(self):
        left[0] -= 1
        if left[0] < 0:
            original(self, data[:10])
            os.kill(os.getpid(), signal.SIGKILL)
    return original(self, data)
pathlib.Path.write_bytes = write
main(["generate", *sys.argv[2:]])
"""


def contents(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (project / "out" / "sdk").rglob("*") if path.is_file()}


@pytest.mark.parametrize("written", [0, 2])
def test_a_run_that_is_killed_while_it_writes_leaves_the_old_package(project: Path, written: int) -> None:
    assert main(["generate", *ARGUMENTS]) == 0
    before = contents(project)
    (project / "a.yaml").write_text(CATALOG.replace("a/b", "c/d"), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", KILLED, str(written), *ARGUMENTS], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(project) == before
    assert len(list((project / "out").iterdir())) == 2, "the rest of the killed run"
    assert main(["generate", *ARGUMENTS]) == 0
    assert main(["check", *ARGUMENTS]) == 0
    assert [path.name for path in (project / "out").iterdir()] == ["sdk"]


def test_file_that_changes_while_it_is_compiled_is_read_again(tmp_path: Path) -> None:
    first, named = tmp_path / "a", tmp_path / "b"
    first.write_text("1", encoding="utf-8")
    known, read = {first}, list[str]()

    def run() -> None:
        if not read:
            named.write_text("1", encoding="utf-8")
        read.append(named.read_text("utf-8"))
        known.add(named)
        future = time.time_ns() + 1_000_000_000
        if len(read) == 1:
            named.write_text("2", encoding="utf-8")
            os.utime(named, ns=(future, future))

    deadline = time.monotonic() + 30
    watch(run, lambda: known, lambda: len(read) < 2 and time.monotonic() < deadline)
    assert read == ["1", "2"]
