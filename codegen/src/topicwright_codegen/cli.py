"""The command ``topicwright``: exit status 0 for success, 1 for problems, 2 for a command that cannot run."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from topicwright_codegen import __version__
from topicwright_codegen.commands import (
    acl,
    bundle,
    check,
    compat,
    diff,
    doctor,
    explain,
    export,
    generate,
    infer,
    init,
    lint,
    schema,
    snapshot,
    watch,
)
from topicwright_codegen.commands.outcome import status_of
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.project.packages import each, packages_of
from topicwright_codegen.project.pyproject import TABLES, UsageError

_SETTINGS = "Defaults are taken from [tool.topicwright] of the nearest pyproject.toml."
_STATUSES = "Exit status: 0 for success, 1 for problems that were found, 2 for a command that cannot run."


class Command(Protocol):
    """The contents of each command module of ``topicwright_codegen.commands``; its name is that of the command."""

    __name__: str
    SUMMARY: str
    EXAMPLE: str

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command to its parser."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Run the command and return its exit status."""
        ...


COMMANDS: tuple[Command, ...] = (
    init,
    generate,
    check,
    watch,
    lint,
    explain,
    schema,
    infer,
    export,
    bundle,
    acl,
    diff,
    snapshot,
    compat,
    doctor,
)
"""In the order of the help."""
_OF_ALL: tuple[Command, ...] = (generate, check, lint, diff)
"""The commands that do their work for each package of the settings, where none is chosen."""
_OF_ONE: tuple[Command, ...] = (bundle, acl, snapshot, compat)
"""The commands with one output, for which one of several packages must be chosen; ``watch`` chooses itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    # Most objects live until the run ends: frequent garbage collections cost a sixth of its time and free nothing.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):  # what a terminal cannot show is escaped, and ends no command
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        _refuse(options.parser, unknown)
    return status_of(_run, options)


def _run(options: argparse.Namespace) -> int:
    """Run the command once, or for each package of the settings; return the highest status."""
    explicit = getattr(options, "paths", ()) or getattr(options, "source", ())
    command: Command = options.command
    names = () if explicit or command not in (*_OF_ALL, *_OF_ONE) else packages_of(Path.cwd(), options.package)
    if options.package and not names and command in (diff, *_OF_ONE):
        raise UsageError(
            f"--package chooses one of [[{TABLES}]], which are not " + ("used with PATH" if explicit else "set")
        )
    if len(names) > 1 and (command in _OF_ONE or not _is_for_people(options)):
        raise UsageError(f"the output is that of one package: choose it with --package {' or '.join(names)}")
    return max(_status(options, name, len(names) > 1) for name in each(names))


def _status(options: argparse.Namespace, name: str, several: bool) -> int:
    if several:
        print(f"topicwright: package {name}", file=sys.stderr, flush=True)
    return status_of(options.run, options)


def _is_for_people(options: argparse.Namespace) -> bool:
    """Return whether several reports can follow each other."""
    formats = getattr(options, "format", None) or [options.diagnostics_format]
    return set(formats) <= {"text", "github", "markdown"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="topicwright",
        description="Compile an AsyncAPI catalog to a typed Python SDK.",
        epilog=f"{_STATUSES} topicwright COMMAND --help describes a command.",
    )
    parser.add_argument("--version", action="version", version=f"topicwright {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        child = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}.",
            epilog=f"example:\n  {command.EXAMPLE}\n\n{_SETTINGS}\n{_STATUSES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        child.set_defaults(run=command.run, command=command, parser=child, package=None, diagnostics_format="text")
        command.add(child)
        if command in (diff, *_OF_ONE):
            text = f"the one of [[{TABLES}]] that it is about"
            child.add_argument("--package", metavar="NAME", help=text)
    return parser


def _refuse(parser: argparse.ArgumentParser, unknown: Sequence[str]) -> NoReturn:
    """End with the usage of the command, rather than that of all commands, and the nearest option."""
    known = [word for word in parser.format_usage().replace("[", " ").replace("]", " ").split() if word[0] == "-"]
    hint = did_you_mean(unknown[0].partition("=")[0], known, f"see {parser.prog} --help")
    if not unknown[0].startswith("-"):
        hint = "give positional arguments in one place, before or after the options"
    parser.error(f"unrecognized arguments: {' '.join(unknown)} ({hint})")


if __name__ == "__main__":
    sys.exit(main())
