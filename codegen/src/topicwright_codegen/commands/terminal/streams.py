"""The two streams: findings and documents go to standard output, everything about the run to standard error.

Nothing else in the compiler writes to a stream. No text fails for the encoding of a stream: what it cannot show is
escaped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TextIO

from topicwright_codegen.commands.terminal import colours, progress


class ClosedPipeError(Exception):
    """Nobody reads standard output any more, as after ``| head``."""


class OutputError(Exception):
    """Standard output cannot be written, as on a full disk."""


def prepare() -> None:
    """Make the standard streams such that no character and no closed stream ends a command."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller (`>&-`)
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def finding(text: str, *, beside_document: bool = False) -> None:
    """Write lines that the command was asked for: to standard output.

    Args:
        text: one or several lines, without the last line feed; nothing is written for an empty text.
        beside_document: standard output has a document, or a report for a machine, so that they go to standard error.
    """
    if beside_document:
        status(text)
    elif text:
        _write(colours.painted(text, sys.stdout) + "\n")


def document(text: str) -> None:
    """Write a whole document to standard output: without colours, and in UTF-8 whatever a terminal shows.

    Only a Unicode encoding that was asked for, such as UTF-16 by ``PYTHONIOENCODING``, replaces UTF-8.
    """
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or text.isascii() or sys.stdout.encoding.lower().replace("_", "-").startswith("utf"):
        _write(text)
        return
    flush()
    with progress.hidden(), _output():
        buffer.write(text.encode("utf-8", "backslashreplace"))
        buffer.flush()


def status(text: str) -> None:
    """Write lines about the run to standard error: summaries, notes, errors of use."""
    # Where standard error cannot be written nothing can be told, and the status of the command still counts.
    if text:
        with progress.hidden(), suppress(OSError):
            sys.stderr.write(colours.painted(text, sys.stderr) + "\n")
            sys.stderr.flush()


@contextmanager
def foreign() -> Generator[None]:
    """Keep standard output for the command while it runs code of the user: what that prints goes to standard error."""
    with redirect_stdout(sys.stderr):
        yield


def flush() -> None:
    """Write what is buffered.

    Raises:
        ClosedPipeError: nobody reads it.
        OutputError: it cannot be written.
    """
    with _output():
        sys.stdout.flush()


def _write(text: str) -> None:
    with progress.hidden(), _output():
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _output() -> Generator[None]:
    """Tell errors of standard output from those of files and of other programs."""
    try:
        yield
    except OSError as error:
        _discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise ClosedPipeError from None
        raise OutputError(f"standard output: {error.strerror or error}") from None


def _discard(stream: TextIO) -> None:
    """Send what is still buffered nowhere: the interpreter would try to write it again when it ends."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
