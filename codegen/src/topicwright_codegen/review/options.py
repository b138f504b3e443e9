"""The arguments of the commands of the review."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from topicwright_codegen.project.config import UNKNOWN_FIELDS, Flags
from topicwright_codegen.review.verdicts import SEVERITIES, Severity

FORMATS = ("text", "json", "markdown", "github", "sarif", "html")


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the command line of ``diff`` says."""

    paths: tuple[Path, ...]
    flags: Flags
    """How both sides are read."""
    against: str | None
    window: int
    tags: str
    formats: tuple[str, ...]
    """Each as FORMAT or FORMAT=FILE."""
    fail_on: Severity
    witnesses: bool
    write: bool
    approvals: Path | None
    snapshot: Path | None
    today: date

    @classmethod
    def of(cls, options: argparse.Namespace) -> DiffOptions:
        """Return the options of a parsed command line."""
        return cls(
            paths=tuple(options.paths),
            flags=flags_of(options),
            against=options.against,
            window=options.window,
            tags=options.tags,
            formats=tuple(options.format or ("text",)),
            fail_on=options.fail_on,
            witnesses=not options.no_witnesses,
            write=options.write,
            approvals=options.approvals,
            snapshot=options.snapshot,
            today=options.today or date.today(),
        )


def flags_of(options: argparse.Namespace) -> Flags:
    """Return how a catalog is read, without its paths."""
    return Flags(root=options.root, unknown_fields=options.unknown_fields, maps=options.map or ())


def add_reading(command: argparse.ArgumentParser) -> None:
    """Add the arguments that say how a catalog is read."""
    command.add_argument("--root", type=Path, metavar="DIR", help="the folder that references must stay in")
    command.add_argument(
        "--map", action="append", metavar="URL=PATH", help="a local file or folder for references to a URL"
    )
    command.add_argument(
        "--unknown-fields", choices=UNKNOWN_FIELDS, help="what models do with fields that a schema says nothing of"
    )


def add_diff(command: argparse.ArgumentParser) -> None:
    """Add the arguments of ``diff`` to its parser."""
    paths = "BEFORE and AFTER, files or folders; with --against the files of today (default: the configured sources)"
    command.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=paths)
    command.add_argument("--against", metavar="REF", help="compare with the files of a git ref")
    command.add_argument(
        "--window", type=_positive, default=0, metavar="N", help="compare with the last N released versions (git tags)"
    )
    command.add_argument("--tags", default="v*", metavar="PATTERN", help="which tags are releases (default: v*)")
    text = f"how findings are written: {', '.join(FORMATS)}; FORMAT=FILE writes a file, and may be given several times"
    command.add_argument("--format", action="append", type=_format, metavar="FORMAT", help=text)
    text = "exit with status 1 where a finding is at least as bad (default: breaking)"
    command.add_argument("--fail-on", choices=SEVERITIES, default="breaking", help=text)
    command.add_argument("--no-witnesses", action="store_true", help="build no models to prove what is refused: faster")
    command.add_argument("--write", action="store_true", help="write the entry of the SDK's CHANGELOG.md")
    text = "the findings that are agreed to (default: .topicwright/approvals.yaml)"
    command.add_argument("--approvals", type=Path, metavar="FILE", help=text)
    text = "a file of `topicwright snapshot`: report its messages that readers of the new version refuse"
    command.add_argument("--snapshot", type=Path, metavar="FILE", help=text)
    text = "the day by which approvals and sunsets are judged (default: today)"
    command.add_argument("--today", type=_day, metavar="DATE", help=text)
    add_reading(command)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive number")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date (2027-01-31)") from None


def _format(text: str) -> str:
    name = text.partition("=")[0]
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(FORMATS)}")
    return text
