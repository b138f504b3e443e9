"""How a command ends: diagnostics, messages and the exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, InternalError
from topicwright_codegen.diagnostics.formats import FORMATS
from topicwright_codegen.diagnostics.hyperlinks import has_links, with_links
from topicwright_codegen.project.config import UsageError


def status_of(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Run a command and return its exit status; an error is reported on standard error, without a traceback.

    Args:
        run: the command.
        options: its arguments; ``diagnostics_format`` is the format of the diagnostics of a ``CompileError``.
    """
    try:
        return run(options)
    except UsageError as error:
        return _fail(2, str(error))
    except CompileError as error:
        Reporter(options.diagnostics_format).diagnostics(error.diagnostics)
        return 1
    except OSError as error:
        return _fail(2, f"{error.filename or 'a file'}: {error.strerror or error}")
    except InternalError as error:
        return _fail(1, f"internal error, nothing was written: {error}")


def _fail(status: int, message: str) -> int:
    print(f"topicwright: {message}", file=sys.stderr)
    return status


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes diagnostics in one format, and other lines to the stream that the diagnostics do not use."""

    format: str
    read: set[Path] = field(default_factory=set[Path])
    """The files that the run has read; filled by the command."""

    def diagnostics(self, diagnostics: Diagnostics) -> None:
        """Write diagnostics: text to standard error, formats for machines to standard output."""
        text = FORMATS[self.format](diagnostics.sorted())
        if self.format != "text":
            sys.stdout.write(text)
        elif text:
            sys.stderr.write(with_links(text) if has_links(sys.stderr) else text)

    def line(self, text: str) -> None:
        """Write a line for people."""
        print(text, file=sys.stdout if self.format == "text" else sys.stderr)
