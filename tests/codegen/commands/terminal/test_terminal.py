"""On a terminal there are colours and a line of progress; Ctrl-C and a closed pipe end a command as they end others."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.codegen.support.command_lines import make_project

COMMAND = (sys.executable, "-m", "topicwright_codegen")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
DEADLINE = 90.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def environment(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "MQTT_URL")}
    return {**plain, "TERM": "xterm-256color", "COLUMNS": "100", **more}


def eventually(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@dataclass
class Terminal:
    """A command on a terminal of its own, and what it has shown there."""

    process: subprocess.Popen[bytes]
    shown: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        return bytes(self.shown).decode("utf-8", "replace").replace("\r\n", "\n")


@contextmanager
def terminal(folder: Path, *line: str, out: int | None = None, **more: str) -> Iterator[Terminal]:
    """Start a command; its standard output is the terminal too, unless ``out`` is given."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *line],
        cwd=folder,
        stdin=theirs,
        stdout=theirs if out is None else out,
        stderr=theirs,
        env=environment(**more),
        preexec_fn=_interruptible,
    )
    os.close(theirs)
    running = Terminal(process)

    def read() -> None:
        while True:
            try:
                got = os.read(ours, 4096)
            except OSError:  # the other end is closed
                return
            if not got:
                return
            running.shown.extend(got)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield running
    finally:
        process.kill()
        process.wait()
        reader.join(DEADLINE)
        os.close(ours)


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in the background of a script


def shown(folder: Path, *line: str, **more: str) -> str:
    with terminal(folder, *line, **more) as running:
        running.process.wait(DEADLINE)
        eventually(lambda: "topicwright lint: 5 findings" in COLOUR.sub("", running.text), running.text)
    return running.text


def piped(folder: Path, *line: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *line], cwd=folder, env=environment(**more), capture_output=True, text=True)


def test_a_terminal_has_colours_and_nothing_else_has(project: Path) -> None:
    plain = piped(project, "lint")
    assert not COLOUR.search(plain.stdout + plain.stderr)
    on_terminal = shown(project, "lint")
    assert COLOUR.search(on_terminal)
    assert COLOUR.sub("", on_terminal) == plain.stdout + plain.stderr
    assert shown(project, "lint", NO_COLOR="1") == plain.stdout + plain.stderr
    assert shown(project, "lint", TERM="dumb") == plain.stdout + plain.stderr
    forced = piped(project, "lint", FORCE_COLOR="1")
    assert COLOUR.search(forced.stdout)
    assert COLOUR.sub("", forced.stdout) == plain.stdout
    assert "\x1b" not in piped(project, "lint", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" not in piped(project, "lint", "--format", "json", FORCE_COLOR="1").stdout
    assert "\x1b" not in piped(project, "bundle", FORCE_COLOR="1").stdout


@contextmanager
def silent_broker() -> Iterator[tuple[str, threading.Event]]:
    """Yield the URL of a server that accepts and never answers, and whether it was asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = threading.Event()
        connections: list[socket.socket] = []

        def accept() -> None:
            try:
                connections.append(server.accept()[0])
            except OSError:
                return
            asked.set()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"mqtt://127.0.0.1:{server.getsockname()[1]}", asked
        for connection in connections:
            connection.close()


def test_what_takes_long_is_told_on_a_terminal_and_goes_away(project: Path) -> None:
    with silent_broker() as (url, asked), terminal(project, "doctor", url, MQTT_CONNECT_TIMEOUT="60") as running:
        assert asked.wait(DEADLINE)
        eventually(lambda: re.search(r"topicwright doctor[^\n]*, \d+ s", running.text), running.text)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(DEADLINE) == 130
        eventually(lambda: "topicwright: interrupted" in COLOUR.sub("", running.text), running.text)
    assert "Traceback" not in running.text
    assert "\x1b[?25h" in running.text, "the cursor is shown again"
    assert running.text.rindex("\x1b[2K") < running.text.rindex("interrupted"), "the line is erased"


@pytest.mark.parametrize("command", ["doctor", "snapshot", "infer"])
def test_ctrl_c_ends_without_a_traceback_with_status_130(project: Path, command: str) -> None:
    with silent_broker() as (url, asked):
        process = subprocess.Popen(
            [*COMMAND, command, url],
            cwd=project,
            env=environment(MQTT_CONNECT_TIMEOUT="60"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_interruptible,
        )
        assert asked.wait(DEADLINE)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out, err) == (130, "", "topicwright: interrupted\n")
    assert not (project / "asyncapi.yaml").exists()


def test_the_doctor_alone_ends_as_the_command_does(project: Path) -> None:
    with silent_broker() as (url, asked):
        process = subprocess.Popen(
            [sys.executable, "-m", "topicwright.doctor"],
            cwd=project,
            env=environment(MQTT_CONNECT_TIMEOUT="60", MQTT_URL=url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_interruptible,
        )
        assert asked.wait(DEADLINE)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out, err) == (130, "", "topicwright doctor: interrupted\n")


@pytest.mark.parametrize("line", [["lint"], ["bundle"], ["--help"], ["completion", "bash"], ["lint", "--help"]])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_pipe_that_nobody_reads_is_status_141_in_silence(project: Path, line: list[str], buffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *line],
        cwd=project,
        env=environment(PYTHONUNBUFFERED=buffered),
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    assert done.returncode == 141
    assert b"Error" not in done.stderr
    assert b"ignored" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("line", [["lint"], ["bundle"], ["--help"], ["--version"], ["bundle", "--output", "/dev/full"]])
def test_a_full_disk_is_one_line_and_status_2(project: Path, line: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *line], cwd=project, env=environment(), stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].endswith("No space left on device")
    assert len(done.stderr.splitlines()) == 1


def test_closed_streams_end_no_command(project: Path) -> None:
    for streams in (">&-", "2>&-", ">&- 2>&-", "2>/dev/full"):
        script = f'"$0" -m topicwright_codegen lint {streams}'
        done = subprocess.run(["sh", "-c", script, sys.executable], cwd=project, env=environment(), capture_output=True)
        assert done.returncode == 1, streams
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("line", [["lint", "größe.yaml"], ["diff", "home.yaml", "größe.yaml"], ["lint", "--förmat"]])
def test_file_names_of_another_alphabet_are_no_traceback_in_the_c_locale(project: Path, line: list[str]) -> None:
    text = (project / "home.yaml").read_text("utf-8").replace("'#/components/schemas/Lesung'", "'schemä.yaml'")
    (project / "größe.yaml").write_text(text, "utf-8")
    (project / "schemä.yaml").write_text("{type: object}\n", "utf-8")
    done = piped(project, *line, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert len((done.stdout + done.stderr).splitlines()) >= 1
