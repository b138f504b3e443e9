"""``topicwright compat``: the services and tests of a git ref, type-checked with the SDK of today's catalog."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from topicwright_codegen.commands.arguments import add_reading
from topicwright_codegen.review.compat.new_errors import NewErrors, new_errors

COMPAT = "type-check the services and tests of a git ref with the SDK of today's catalog"


def add_compat(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    text = "files and folders of Python (default: compat in [tool.topicwright])"
    command.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=text)
    command.add_argument("--against", metavar="REF", required=True, help="the git ref that the code is taken from")
    text = "default: those that are installed"
    command.add_argument("--checker", action="append", choices=("mypy", "pyright"), help=text)
    command.add_argument("--format", choices=("text", "json"), default="text", help="how errors are written")
    add_reading(command)


def compat(options: argparse.Namespace) -> int:
    """Write the new errors; return 1 where there is one."""
    with tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        found = new_errors(options, Path(folder).resolve())
    if options.format == "json":
        print(json.dumps({"errors": [_object(one) for one in found]}, indent=2))
    else:
        for one in found:
            print(_line(one))
        print(f"{len(found)} new type errors with the SDK of today's catalog")
    return 1 if found else 0


def _object(new: NewErrors) -> dict[str, object]:
    error, found = new.error, new.finding
    told = {"file": error.file, "line": error.line, "checker": error.checker, "code": error.code}
    why = {"rule": found.rule, "fingerprint": found.fingerprint, "message": found.message} if found else None
    return {**told, "message": error.message, "finding": why}


def _line(new: NewErrors) -> str:
    error, found = new.error, new.finding
    why = f"\n    because of {found.rule}: {found.message} [{found.fingerprint}]" if found else ""
    return f"{error.file}:{error.line}: {' '.join(error.message.split())} [{error.checker} {error.code}]{why}"
