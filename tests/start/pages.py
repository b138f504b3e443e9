"""The pages of docs/start as steps that can be followed.

The convention, which CONTRIBUTING.md has too:

- A ``console`` block is typed in: each line after ``$ `` runs in bash, one after the other, in one working directory
  and one environment for the whole page (``cd``, ``export`` and ``. .venv/bin/activate`` last). A line that ends in
  ``\\`` goes on in the next one. Another line of the block is output that must appear after the command; ``...`` in it
  stands for any text, alone on a line for any lines.
- A command that ends in `` &`` runs in the background until the page ends. The output below it is waited for.
- A block whose first line is a comment with nothing but a path (``# services/robot.py``, ``// a.json``) is written to
  that file.
- ``<!-- first message -->`` before a block: when its output has appeared, a second process has handled the first typed
  message. There is one on each page.
- ``<!-- seconds: 120 -->`` anywhere: the target of the page.
- ``<!-- only shown -->`` before a block: it is not run. Nor are blocks of other languages without a path.
- A page starts in an empty folder. ``python3`` is one of the supported versions, ``$WHEELS`` the folder with our
  wheels. Port 1883 in commands, files and output becomes a free one; brokers listen on localhost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

_BLOCK = re.compile(r"((?:^<!--[^\n]*-->\n)*)^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"(?:#|//) ([\w./-]*[\w-]\.\w+|[\w/-]*Makefile)\Z")
_SECONDS = re.compile(r"<!-- seconds: (\d+) -->")


@dataclass(slots=True)
class Command:
    """One command, and the output that must follow it."""

    line: str
    """Where it is: the number of its line in the page."""
    text: str
    output: list[str] = field(default_factory=list[str])
    first_message: bool = False

    @property
    def in_background(self) -> bool:
        """Whether it goes on while the next commands run."""
        return self.text.endswith(" &")


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: str
    text: str


Step: TypeAlias = Command | File


@dataclass(frozen=True, slots=True)
class Page:
    """A page as steps."""

    name: str
    seconds: int
    steps: tuple[Step, ...]


def read_page(path: Path) -> Page:
    """Read a page; raise ValueError where it breaks the convention."""
    text = path.read_text("utf-8")
    seconds = _SECONDS.search(text)
    if seconds is None:
        raise ValueError(f"{path.name} has no <!-- seconds: N -->")
    steps: list[Step] = []
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start(3)) + 1
        steps += _steps(match[1], match[2], match[3], line)
    if sum(isinstance(step, Command) and step.first_message for step in steps) != 1:
        raise ValueError(f"{path.name} needs one <!-- first message --> before a console block")
    return Page(path.name, int(seconds[1]), tuple(steps))


def _steps(comments: str, language: str, text: str, line: int) -> Iterator[Step]:
    if "<!-- only shown -->" in comments:
        return
    if language == "console":
        commands = list(_commands(text, line))
        if commands and "<!-- first message -->" in comments:
            commands[-1].first_message = True
        yield from commands
    elif named := _PATH.match(text.partition("\n")[0]):
        yield File(named[1], text)


def _commands(text: str, line: int) -> Iterator[Command]:
    command: Command | None = None
    for at, shown in enumerate(text.splitlines()):
        if command is not None and command.text.endswith("\\"):
            command.text = f"{command.text[:-1]}{shown.strip()}"
        elif shown.startswith("$ "):
            if command is not None:
                yield command
            command = Command(str(line + at), shown.removeprefix("$ "))
        elif command is None:
            raise ValueError(f"line {line + at}: output before the first command")
        elif shown.strip():
            command.output.append(shown.rstrip())
    if command is not None:
        yield command
