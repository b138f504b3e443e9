"""``make first-minutes``: follows docs/start/*.md block by block in clean environments, with the wheels.

It prints the seconds to the first typed message that a second process handled, and fails where a page does not do
what it says or takes longer than it promises. ``pages.py`` has the convention for the blocks.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from topicwright.testing.broker_programs import free_port

from tests.paths import ROOT
from tests.start.building import build
from tests.start.environments import DIST, VERSIONS, clean_folder, clean_variables, find_python
from tests.start.pages import Command, File, Page, read_page

PAGES = ROOT / "docs" / "start"
PATIENCE = 60.0
"""Seconds in which expected output of a background command must appear."""
PORT = "1883"


class Failed(Exception):
    """A page does not do what it says."""


class Follower:
    """Follows one page in one folder."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = self.here = folder
        self.variables = variables
        self.port = str(free_port())
        self.running: list[tuple[subprocess.Popen[bytes], Path]] = []
        self.first = 0.0
        """The seconds to the first typed message, once there was one."""
        self.busy = 0.0
        """The seconds of CPU that the commands before it took."""

    def follow(self, page: Page) -> None:
        """Do every step."""
        since, used = time.monotonic(), _cpu()
        try:
            for step in page.steps:
                if isinstance(step, File):
                    self._write(step)
                    continue
                self._run(step)
                if step.first_message:
                    self.first, self.busy = time.monotonic() - since, _cpu() - used
        finally:
            for process, _ in self.running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            for process, _ in self.running:
                process.wait(20)

    def _here(self, text: str) -> str:
        return re.sub(rf"\b{PORT}\b", self.port, text)

    def _write(self, file: File) -> None:
        path = self.here / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(file.text), "utf-8")

    def _run(self, command: Command) -> None:
        log = Path(tempfile.mkstemp(dir=self.folder.parent)[1])
        if command.in_background:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    ["bash", "-c", self._here(command.text[:-2])],
                    cwd=self.here,
                    env={**self.variables, "PYTHONUNBUFFERED": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            self.running.append((process, log))
            self._await(command, process, log)
            return
        with tempfile.TemporaryDirectory() as told:
            script = f"{self._here(command.text)}\nstatus=$?\npwd >{told}/here; env -0 >{told}/variables; exit $status"
            with log.open("wb") as output:
                done = subprocess.run(
                    ["bash", "-c", script],
                    cwd=self.here,
                    env=self.variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    check=False,
                )
            said = log.read_text("utf-8", "replace")
            if done.returncode != 0:
                raise Failed(f"line {command.line}: {command.text}: status {done.returncode}\n{said}{self._logs()}")
            self.here = Path((Path(told) / "here").read_text("utf-8").rstrip("\n"))
            pairs = (Path(told) / "variables").read_text("utf-8").split("\0")
            self.variables = dict(pair.partition("=")[::2] for pair in pairs if "=" in pair)
        if missing := lacking(said, [self._here(line) for line in command.output]):
            raise Failed(f"line {command.line}: {command.text}: {missing!r} is not in its output\n{said}{self._logs()}")

    def _await(self, command: Command, process: subprocess.Popen[bytes], log: Path) -> None:
        until = time.monotonic() + PATIENCE
        expected = [self._here(line) for line in command.output]
        while missing := lacking(log.read_text("utf-8", "replace"), expected):
            if time.monotonic() > until or process.poll() is not None:
                raise Failed(f"line {command.line}: {command.text}: {missing!r} did not appear{self._logs()}")
            time.sleep(0.05)

    def _logs(self) -> str:
        return "".join(
            f"\n--- {process.args[-1]!s}\n{log.read_text('utf-8', 'replace')[-4000:]}"  # type: ignore[index]
            for process, log in self.running
        )


def _cpu() -> float:
    """Return the seconds of CPU of all commands that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def lacking(said: str, expected: list[str]) -> str:
    """Return the first expected line that the output lacks, after those before it; empty where it lacks none."""
    lines = iter(re.sub(r"\x1b\[[\d;]*m", "", said).splitlines())
    for line in expected:
        if line.strip() == "...":
            continue
        pattern = re.compile(".*".join(map(re.escape, line.strip().split("..."))) + r"\Z")
        if not any(pattern.match(found.strip()) for found in lines):
            return line
    return ""


def follow(path: Path, python: Path) -> bool:
    """Follow a page in a clean environment, and print how it went; return whether all was as the page says."""
    try:
        page = read_page(path)
    except ValueError as error:
        print(f"{path.name}: FAILED: {error}", flush=True)
        return False
    with clean_folder() as folder:
        (folder / "work").mkdir()
        variables = {**clean_variables(folder / "home", python), "WHEELS": str(DIST)}
        follower = Follower(folder / "work", variables)
        failure = ""
        try:
            follower.follow(page)
        except Failed as error:
            failure = f"FAILED: {error}"
        if follower.first > page.seconds:
            failure = f"TOO LATE. {failure}"
        busy = f"{follower.busy:.0f} s of CPU, load {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores"
        told = f"{follower.first:.0f} s to the first typed message (at most {page.seconds}; {busy})"
        print(f"{page.name}: {told if follower.first else 'no typed message'} {failure}".rstrip(), flush=True)
    return not failure


def main(names: list[str]) -> int:
    """Follow the pages that are named, or all; return the exit status."""
    build()
    python = next(found for version in VERSIONS[::-1] if (found := find_python(version)))
    pages = [path for path in sorted(PAGES.glob("*.md")) if not names or path.stem in names]
    done = [follow(path, python) for path in pages]
    return 0 if done and all(done) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
