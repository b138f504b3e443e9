"""The command ``topicwright``: exit status 0 for success, 1 for findings, 2 for a command that cannot run."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from topicwright_codegen import __version__
from topicwright_codegen.commands.acl import ACL, AclOptions, add_acl, run_acl
from topicwright_codegen.commands.arguments import config_of
from topicwright_codegen.commands.bundle import BUNDLE, add_bundle, run_bundle
from topicwright_codegen.commands.compat import COMPAT, add_compat, compat
from topicwright_codegen.commands.diff import DIFF, add_diff, diff
from topicwright_codegen.commands.doctor import DOCTOR, add_doctor, doctor
from topicwright_codegen.commands.generate import run_check, run_generate
from topicwright_codegen.commands.lint import run_lint
from topicwright_codegen.commands.outcome import Reporter
from topicwright_codegen.commands.snapshot import SNAPSHOT, add_snapshot, snapshot
from topicwright_codegen.diagnostics.diagnostics import CompileError, InternalError
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.diagnostics.formats import FORMATS
from topicwright_codegen.documents.source import candidates
from topicwright_codegen.project.config import UNKNOWN_FIELDS, UsageError

STATUSES = "Exit status: 0 for success, 1 for findings, 2 for a command that cannot run."
SETTINGS = "What no option says is taken from [tool.topicwright] of the nearest pyproject.toml."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    # What a run makes lives until it ends: to look for garbage among it again and again is a sixth of its time.
    gc.set_threshold(100_000, 50, 50)
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        _refuse(options.parser, unknown)
    return _attempt(options)


def _refuse(parser: argparse.ArgumentParser, unknown: Sequence[str]) -> NoReturn:
    """End with the usage of the command, rather than that of all commands, and the nearest option."""
    known = [word for word in parser.format_usage().replace("[", " ").replace("]", " ").split() if word[0] == "-"]
    hint = did_you_mean(unknown[0].partition("=")[0], known, f"see {parser.prog} --help")
    parser.error(f"unrecognized arguments: {' '.join(unknown)} ({hint})")


def _attempt(options: argparse.Namespace) -> int:
    """Run what the options ask for, and say in one way or another why it cannot be done."""
    try:
        if "command" in options:
            status: int = options.command(options)
            return status
        if "broker" in options:
            return run_acl(AclOptions.of(options))
        if "once" in options:
            return _watch(options)
        status = int(options.run(config_of(options), Reporter(options.format, options.read)))
    except UsageError as error:
        print(f"topicwright: {error}", file=sys.stderr)
        return 2
    except CompileError as error:
        Reporter("text" if "command" in options else options.format).findings(error.diagnostics)
        return 1
    except OSError as error:
        print(f"topicwright: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except InternalError as error:
        print(f"topicwright: internal error, nothing was written: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="topicwright",
        description="Compile an AsyncAPI catalog to a typed Python SDK.",
        epilog=f"{STATUSES} topicwright COMMAND --help says more.",
    )
    parser.add_argument("--version", action="version", version=f"topicwright {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, text in (
        ("generate", run_generate, "write the package"),
        ("check", run_check, "say with a diff and status 1 whether the package is out of date or edited by hand"),
        ("watch", run_generate, "write the package now and after each change of the catalog, until interrupted"),
        ("lint", run_lint, "report what a reviewer of the catalog would want to know"),
    ):
        command = commands.add_parser(
            name, help=text, description=f"topicwright {name}: {text}.", epilog=f"{SETTINGS} {STATUSES}"
        )
        command.add_argument(
            "--source", type=Path, nargs="+", metavar="PATH", help="AsyncAPI files, or folders of them"
        )
        command.add_argument("--package", metavar="NAME", help="the Python package to write")
        command.add_argument("--output", type=Path, metavar="DIR", help="the folder that gets the package")
        command.add_argument(
            "--format", choices=FORMATS, default="text", help="how findings are written: text goes to standard error"
        )
        command.add_argument("--root", type=Path, metavar="DIR", help="the folder that references must stay in")
        command.add_argument(
            "--templates", type=Path, metavar="DIR", help="a folder of templates that replace those of the compiler"
        )
        command.add_argument(
            "--map", action="append", metavar="URL=PATH", help="a local file or folder for references to a URL"
        )
        command.add_argument(
            "--unknown-fields", choices=UNKNOWN_FIELDS, help="what models do with fields that a schema says nothing of"
        )
        command.set_defaults(run=run, read=set())
        if name == "watch":
            command.set_defaults(once=run)
    add_acl(commands.add_parser("acl", help=ACL, description=f"topicwright acl: {ACL}."))
    command = commands.add_parser("bundle", help=BUNDLE, description=f"topicwright bundle: {BUNDLE}.")
    add_bundle(command)
    command.set_defaults(command=run_bundle)
    command = commands.add_parser("diff", help=DIFF, description=f"topicwright diff: {DIFF}.")
    add_diff(command)
    command.set_defaults(command=diff)
    command = commands.add_parser("snapshot", help=SNAPSHOT, description=f"topicwright snapshot: {SNAPSHOT}.")
    add_snapshot(command)
    command.set_defaults(command=snapshot)
    command = commands.add_parser("compat", help=COMPAT, description=f"topicwright compat: {COMPAT}.")
    add_compat(command)
    command.set_defaults(command=compat)
    command = commands.add_parser("doctor", help=DOCTOR, description=f"topicwright doctor: {DOCTOR}.")
    add_doctor(command)
    command.set_defaults(command=doctor)
    for command in commands.choices.values():
        command.set_defaults(parser=command)
    return parser


def _watch(options: argparse.Namespace) -> int:
    """Generate again and again. A run that fails says why and leaves the package as it was."""
    from topicwright_codegen.commands.watch import watch

    once = argparse.Namespace(**{name: value for name, value in vars(options).items() if name != "once"})

    def run() -> None:
        if _attempt(once):
            print("topicwright: the package is as it was", file=sys.stderr, flush=True)

    print("topicwright: watching the catalog, Ctrl-C to stop", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        watch(run, lambda: _watched(once), lambda: True)
    return 0


def _watched(options: argparse.Namespace) -> set[Path]:
    """Return the files that a run depends on, as far as they are known."""
    found = {folder / "pyproject.toml" for folder in (Path.cwd(), *Path.cwd().parents)}
    found.update(options.read)
    with suppress(UsageError):
        config = config_of(options)
        found.update(path.resolve() for path, _ in candidates(config.sources))
        found.update(config.templates.glob("*.jinja") if config.templates else ())
    return found


if __name__ == "__main__":
    sys.exit(main())
