"""How a command ends: diagnostics, messages and the exit status."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.commands.terminal import progress, streams
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, InternalError
from topicwright_codegen.diagnostics.formats import FORMATS
from topicwright_codegen.project.config import UsageError


def status_of(run: Callable[[argparse.Namespace], int], options: argparse.Namespace, name: str) -> int:
    """Run a command and return its exit status; an error is reported without a traceback.

    Args:
        run: the command.
        options: its arguments; ``diagnostics_format`` is the format of the diagnostics of a ``CompileError``.
        name: what the line of progress calls the run.
    """
    try:
        with progress.shown(name):
            return run(options)
    except UsageError as error:
        return _fail(2, str(error))
    except CompileError as error:
        reporter_of(options).diagnostics(error.diagnostics)
        return 1
    except FileExistsError as error:
        return _fail(2, f"{error.filename or 'a file'} is in the way of a folder")
    except OSError as error:
        return _fail(2, f"{error.filename or 'a file'}: {error.strerror or error}")
    except UnicodeEncodeError as error:
        where = "the file system has no such characters in its encoding; set PYTHONUTF8=1"
        return _fail(2, f"{str(error.object)!a} cannot be written as {error.encoding}: {where}")
    except InternalError as error:
        return _fail(1, f"internal error, nothing was written: {error}")


def _fail(status: int, message: str) -> int:
    streams.status(f"topicwright: {message}")
    return status


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes the diagnostics of a run in one format."""

    format: str
    beside_document: bool = False
    """Whether standard output has a document, so that diagnostics as text go to standard error."""
    read: set[Path] = field(default_factory=set[Path])
    """The files that the run has read; filled by the command."""

    def diagnostics(self, diagnostics: Diagnostics) -> None:
        """Write diagnostics to standard output."""
        text = FORMATS[self.format](diagnostics.sorted())
        if self.format == "text":
            streams.finding(text.removesuffix("\n"), beside_document=self.beside_document)
        else:
            streams.document(text)


def reporter_of(options: argparse.Namespace) -> Reporter:
    """Return the reporter of a run: ``--format`` of its diagnostics, and whether standard output is free for them."""
    return Reporter(options.diagnostics_format, options.document(options))


def write_report(format_: str, text: str) -> None:
    """Write a review to standard output: as a document if it is for a machine."""
    if format_ == "text":
        streams.finding(text.removesuffix("\n"))
    else:
        streams.document(text)
