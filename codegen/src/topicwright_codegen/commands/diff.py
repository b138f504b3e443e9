"""``topicwright diff``: its report in every format asked for, and the exit status."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.commands.arguments import add_reading
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.review.findings.verdicts import SEVERITIES
from topicwright_codegen.review.sides.request import DiffOptions

if TYPE_CHECKING:
    from topicwright_codegen.review.compare import Compared
    from topicwright_codegen.review.report.report import Report

FORMATS = ("text", "json", "markdown", "github", "sarif", "html")


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


DIFF = "say what a change of the catalog does to everyone who runs"


def diff(arguments: argparse.Namespace) -> int:
    """Write the review; return 1 where it is bad enough."""
    # The compiler and the models are imported only when they are needed: --help is fast without them.
    from topicwright_codegen.review.report.formats.registry import FORMATS

    options = DiffOptions.of(arguments)
    with _few_collections(), tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        report = _report(options, Path(folder).resolve())
        for asked in options.formats:
            name, _, file = asked.partition("=")
            text = FORMATS[name](report)
            if file:
                Path(file).write_text(text, encoding="utf-8")
            else:
                sys.stdout.write(text)
    if options.write:
        _write(report)
    return 1 if report.fails(options.fail_on) else 0


@contextmanager
def _few_collections() -> Generator[None]:
    """Look for garbage seldom: two catalogs and their models are kept to the end, and looking costs a fifth of it."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _report(options: DiffOptions, target: Path) -> Report:
    from topicwright_codegen.review.compare import compare
    from topicwright_codegen.review.report.approvals import FILE, effective, idle, read_approvals
    from topicwright_codegen.review.report.next_version import next_version
    from topicwright_codegen.review.report.report import Report

    base = find_settings(Path.cwd()).folder or Path.cwd()
    if options.approvals is not None and not options.approvals.is_file():
        raise UsageError(f"{options.approvals} does not exist")
    approvals = read_approvals(options.approvals or base / FILE)
    compared = _with_snapshot(compare(options, target), options.snapshot)
    present = [found.fingerprint for found in compared.review.findings]
    return Report(
        compared.review,
        compared.labels,
        approved=effective(approvals, present, options.today),
        notes=tuple(idle(approvals, present, options.today)),
        next=next_version(compared.review.findings, compared.ref),
        versions=compared.versions,
    )


def _with_snapshot(compared: Compared, file: Path | None) -> Compared:
    """Add the retained messages of a snapshot that readers of the new version refuse."""
    if file is None:
        return compared
    from topicwright_codegen.review.engine import Review, ordered
    from topicwright_codegen.review.retained.snapshot_check import refused
    from topicwright_codegen.review.retained.snapshot_file import read_retained

    found = refused(read_retained(file), compared.after)
    return replace(compared, review=Review(ordered([*compared.review.findings, *found])))


def _write(report: Report) -> None:
    """Write the entry of the changelog; it stands on standard error what has been done."""
    from topicwright_codegen.review.report.next_version import write_entry

    told = report.next
    if told is None or told.folder is None:
        raise UsageError("--write needs the SDK's folder with a pyproject.toml: set output in [tool.topicwright]")
    if told.bump == "none":
        print("no entry: nothing has changed", file=sys.stderr)
        return
    file = told.folder / "CHANGELOG.md"
    changed = write_entry(file, told.version, report.review.findings)
    print(f"{file}: {'entry of ' + told.version + ' written' if changed else 'up to date'}", file=sys.stderr)
