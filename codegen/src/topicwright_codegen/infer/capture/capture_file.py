"""A capture: a file with one message a line, written while it is heard and read as often as it is needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from topicwright_codegen.diagnostics.texts import cut, printable
from topicwright_codegen.infer.capture.heard import Heard, read_line

_LONGEST_LINE = 64 * 2**20
"""Bytes of a line: a longer one is no message, and is skipped without being held."""


@dataclass(slots=True)
class Capture:
    """A file of messages that is read line by line, so that its size costs time and no memory."""

    path: Path
    broken: int = 0
    """Lines that are no message, in the last reading."""
    first_broken: str = field(default="")
    """Where the first of them is, and why it is none."""

    def messages(self) -> Iterator[Heard]:
        """Yield each message; a line that is none is counted and skipped.

        Raises:
            OSError: the file cannot be read.
        """
        self.broken, self.first_broken = 0, ""
        with self.path.open("rb") as file:
            for number, line in enumerate(_lines(file), 1):
                if line is not None and not line.strip():
                    continue
                try:
                    if line is None:
                        raise ValueError(f"longer than {_LONGEST_LINE} bytes")
                    heard = read_line(line)
                except ValueError as error:
                    self.broken += 1
                    reason = cut(printable(str(error)), 120)
                    self.first_broken = self.first_broken or f"{self.path}:{number}: no message: {reason}"
                    continue
                yield heard


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line, None for one that is too long."""
    while line := file.readline(_LONGEST_LINE):
        if line.endswith(b"\n") or len(line) < _LONGEST_LINE:
            yield line
            continue
        while (rest := file.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


class Recorder:
    """Writes messages to a file until it has a given size; the file is for its user alone."""

    def __init__(self, path: Path, most: int) -> None:
        """Open a file for writing.

        Args:
            path: the file, which is overwritten.
            most: the bytes that it may have.
        """
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(file, "w", buffering=1, encoding="utf-8")  # a line is in the file at once
        self._left = most
        self.count = 0
        """Messages that were written."""

    def add(self, heard: Heard) -> bool:
        """Write a message; False where the file is full, so that it was not written."""
        line = heard.line()
        self._left -= len(line.encode(errors="surrogatepass"))
        if self._left < 0:
            return False
        self._file.write(line)
        self.count += 1
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
