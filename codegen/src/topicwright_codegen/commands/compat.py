"""``topicwright compat``: the code of a git ref, type-checked with the SDK of today's catalog."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.commands.arguments import add_reading, flags_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import for_machines
from topicwright_codegen.diagnostics.texts import counted

if TYPE_CHECKING:
    from topicwright_codegen.review.compat.new_errors import NewError

EXAMPLE: str = "topicwright compat services tests --against origin/main"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "Python files and folders (default: compat in [tool.topicwright])"
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=text)
    parser.add_argument("--against", metavar="REF", required=True, help="the git ref that the code is taken from")
    text = "the type checker; may be repeated (default: all that are installed)"
    parser.add_argument("--checker", action="append", choices=("mypy", "pyright"), help=text)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the format of the type errors")
    add_reading(parser)
    parser.set_defaults(document=for_machines)


def run(options: argparse.Namespace) -> int:
    """Write the new type errors; return 1 if there is one."""
    from topicwright_codegen.review.compat.new_errors import new_errors

    with tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        target = Path(folder).resolve()
        errors = new_errors(flags_of(options), options.against, target, options.paths, options.checker or ())
    if options.format == "json":
        streams.document(json.dumps({"errors": [_object(one) for one in errors]}, indent=2) + "\n")
    else:
        for one in errors:
            streams.finding(_line(one))
    streams.status(f"{counted(len(errors), 'new type error')} with the SDK of today's catalog")
    return 1 if errors else 0


def _object(new: NewError) -> dict[str, object]:
    error, finding = new.error, new.finding
    cause = {"rule": finding.rule, "fingerprint": finding.fingerprint, "message": finding.message} if finding else None
    return {
        "file": error.file,
        "line": error.line,
        "checker": error.checker,
        "code": error.code,
        "message": error.message,
        "finding": cause,
    }


def _line(new: NewError) -> str:
    error, finding = new.error, new.finding
    cause = f"\n    because of {finding.rule}: {finding.message} [{finding.fingerprint}]" if finding else ""
    return f"{error.file}:{error.line}: {' '.join(error.message.split())} [{error.checker} {error.code}]{cause}"
