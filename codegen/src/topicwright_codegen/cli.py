"""The command ``topicwright``: exit status 0 for success, 1 for problems, 2 for a command that cannot run."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn, Protocol, cast

from topicwright_codegen.commands import SUMMARIES
from topicwright_codegen.commands.terminal.documents import never
from topicwright_codegen.commands.terminal.ending import ended
from topicwright_codegen.commands.terminal.parser import Parser

_SETTINGS = "Defaults are taken from [tool.topicwright] of the nearest pyproject.toml."
_STATUSES = "Exit status: 0 for success, 1 for problems that were found, 2 for a command that cannot run."


class Command(Protocol):
    """The contents of each command module of ``topicwright_codegen.commands``; its name is that of the command."""

    EXAMPLE: str

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command to its parser."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Run the command and return its exit status."""
        ...


COMMANDS: Final = tuple(SUMMARIES)
"""In the order of the help."""
_OF_ALL: Final = ("generate", "check", "lint", "diff")
"""The commands that do their work for each package of the settings, where none is chosen."""
_OF_ONE: Final = ("bundle", "acl", "snapshot", "compat")
"""The commands with one output, for which one of several packages must be chosen; ``watch`` chooses itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    # Most objects live until the run ends: frequent garbage collections cost a sixth of its time and free nothing.
    gc.set_threshold(100_000, 50, 50)
    return ended(lambda: _run(sys.argv[1:] if arguments is None else arguments))


def command_of(name: str) -> Command:
    """Return the module of a command: it is imported where it is needed."""
    return cast("Command", import_module(f"topicwright_codegen.commands.{name}"))


def whole_parser() -> Parser:
    """Return the parser with the arguments of every command."""
    return _parser(COMMANDS)


def _run(arguments: Sequence[str]) -> int:
    name = next((word for word in arguments if not word.startswith("-")), None)
    parser = _parser([name] if name in COMMANDS else (), arguments)
    if name is not None and name not in COMMANDS:
        from topicwright_codegen.diagnostics.did_you_mean import did_you_mean

        hint = did_you_mean(name, COMMANDS)
        parser.error(f"there is no command {name!r}" + (f": {hint}" if hint else ""))
    if not arguments:
        parser.error("name a command, such as lint")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        _refuse(options.parser, unknown)
    from topicwright_codegen.commands.outcome import status_of

    return status_of(_run_each, options, "")


def _run_each(options: argparse.Namespace) -> int:
    """Run the command once, or for each package of the settings; return the highest status."""
    from topicwright_codegen.commands.outcome import status_of
    from topicwright_codegen.commands.terminal import streams
    from topicwright_codegen.project.packages import each, packages_of
    from topicwright_codegen.project.pyproject import TABLES, UsageError

    explicit = getattr(options, "paths", ()) or getattr(options, "source", ())
    command: str = options.command
    names = () if explicit or command not in (*_OF_ALL, *_OF_ONE) else packages_of(Path.cwd(), options.package)
    if options.package and not names and command in ("diff", *_OF_ONE):
        raise UsageError(
            f"--package chooses one of [[{TABLES}]], which are not " + ("used with PATH" if explicit else "set")
        )
    if len(names) > 1 and (command in _OF_ONE or not _is_for_people(options)):
        raise UsageError(f"the output is that of one package: choose it with --package {' or '.join(names)}")
    status = 0
    for name in each(names):
        if len(names) > 1:
            streams.status(f"topicwright: package {name}")
        shown = "" if options.endless else " ".join(filter(None, ("topicwright", command, name)))
        status = max(status, status_of(options.run, options, shown))
    return status


def _is_for_people(options: argparse.Namespace) -> bool:
    """Return whether several reports can follow each other."""
    formats = getattr(options, "format", None) or [options.diagnostics_format]
    return set(formats) <= {"text", "github", "markdown"}


def _parser(complete: Sequence[str], arguments: Sequence[str] = ()) -> Parser:
    """Return the parser of arguments; only the named commands have theirs, so the others need not be imported."""
    from topicwright_codegen import __version__

    parser = Parser(
        prog="topicwright",
        description="Compile an AsyncAPI catalog to a typed Python SDK.",
        epilog=f"{_STATUSES} topicwright COMMAND --help describes a command.",
    )
    parser.words = arguments
    parser.add_argument("--version", action="version", version=f"topicwright {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in SUMMARIES.items():
        if name not in complete:
            commands.add_parser(name, help=summary)
            continue
        command = command_of(name)
        child = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example:\n  {command.EXAMPLE}\n\n{_SETTINGS}\n{_STATUSES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        child.set_defaults(run=command.run, command=name, parser=child, package=None, whole_parser=whole_parser)
        child.set_defaults(diagnostics_format="text", endless=False, document=never)
        child.words = arguments
        command.add(child)
        if name in ("diff", *_OF_ONE):
            from topicwright_codegen.project.pyproject import TABLES

            text = f"the one of [[{TABLES}]] that it is about"
            child.add_argument("--package", metavar="NAME", help=text)
    return parser


def _refuse(parser: Parser, unknown: Sequence[str]) -> NoReturn:
    """End with the command's own name and the nearest of its options."""
    misspelt = parser.misspelt_option(unknown)
    place = " (give positional arguments in one place, before or after the options)"
    hint = "" if unknown[0].startswith("-") else place
    parser.error(misspelt or f"unrecognized arguments: {' '.join(unknown)}{hint}")
