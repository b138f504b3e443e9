"""``topicwright diff``."""

from __future__ import annotations

import argparse
import gc
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.commands.arguments import REPORT_FORMATS, add_reading, flags_of
from topicwright_codegen.commands.outcome import Reporter, reporter_of, write_report
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.files import write_file
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.review.findings.verdicts import EFFORTS, SEVERITIES
from topicwright_codegen.review.sides.request import DiffOptions

if TYPE_CHECKING:
    from topicwright_codegen.review.compare import Compared
    from topicwright_codegen.review.report.report import Report

EXAMPLE: str = "topicwright diff before.yaml after.yaml"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "BEFORE and AFTER, files or folders; with --against or --window today's files (default: configured sources)"
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=text)
    parser.add_argument("--against", metavar="REF", help="compare with the files of a git ref")
    text = "compare with the last N released versions (git tags)"
    parser.add_argument("--window", type=_positive, default=0, metavar="N", help=text)
    parser.add_argument("--tags", default="v*", metavar="PATTERN", help="the tags that are releases (default: v*)")
    text = f"{', '.join(REPORT_FORMATS)}, or FORMAT=FILE to write a file; may be repeated (default: text)"
    parser.add_argument("--format", action="append", type=_format, metavar="FORMAT", help=text)
    text = "exit 1 if a finding has at least this severity (default: breaking)"
    parser.add_argument("--fail-on", choices=SEVERITIES, default="breaking", help=text)
    text = "skip the messages that prove findings: faster, since no models are built"
    parser.add_argument("--no-witnesses", action="store_true", help=text)
    text = "how many messages are tried on both versions of a payload: low, normal or high (default: normal)"
    parser.add_argument("--effort", choices=EFFORTS, default="normal", help=text)
    parser.add_argument("--write", action="store_true", help="add an entry to the SDK's CHANGELOG.md")
    text = "the file of approved findings (default: .topicwright/approvals.yaml)"
    parser.add_argument("--approvals", type=Path, metavar="FILE", help=text)
    text = "a file of `topicwright snapshot`: report its messages that readers of the new version refuse"
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help=text)
    text = "the date that approvals and sunsets are judged by (default: today)"
    parser.add_argument("--today", type=_day, metavar="DATE", help=text)
    add_reading(parser)
    parser.set_defaults(document=_writes_document)


def _writes_document(options: argparse.Namespace) -> bool:
    return any(format_ in REPORT_FORMATS and format_ != "text" for format_ in options.format or ())


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
    if name not in REPORT_FORMATS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(REPORT_FORMATS)}")
    return text


def run(options: argparse.Namespace) -> int:
    """Write the review in each format; return 1 if it has a finding of the severity ``--fail-on``.

    The compiler's warnings about the new version are findings too.
    """
    # The compiler and the models are imported only when they are needed: --help is fast without them.
    from topicwright_codegen.review.report.formats.registry import FORMATS

    request = _request(options)
    with _few_collections(), tempfile.TemporaryDirectory(prefix="topicwright-") as folder:
        report = _report(request, Path(folder).resolve(), reporter_of(options))
        for output in request.formats:
            name, _, file = output.partition("=")
            text = FORMATS[name](report)
            if file:
                write_file(Path(file), text)
            else:
                write_report(name, text)
    if request.write:
        _write(report)
    return 1 if report.fails(request.fail_on) else 0


def _request(options: argparse.Namespace) -> DiffOptions:
    return DiffOptions(
        paths=tuple(options.paths),
        flags=flags_of(options),
        against=options.against,
        window=options.window,
        tags=options.tags,
        formats=tuple(options.format or ("text",)),
        fail_on=options.fail_on,
        effort=options.effort,
        witnesses=not options.no_witnesses,
        write=options.write,
        approvals=options.approvals,
        snapshot=options.snapshot,
        today=options.today or date.today(),
    )


@contextmanager
def _few_collections() -> Generator[None]:
    """Collect garbage rarely: two catalogs and their models live until the end, and collecting costs a fifth of it."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _report(options: DiffOptions, target: Path, reporter: Reporter) -> Report:
    from topicwright_codegen.review.compare import compare
    from topicwright_codegen.review.report.approvals import FILE, effective_approvals, idle_approvals, read_approvals
    from topicwright_codegen.review.report.next_version import next_version
    from topicwright_codegen.review.report.report import Report

    base = find_settings(Path.cwd()).folder or Path.cwd()
    if options.approvals is not None and not options.approvals.is_file():
        what = "is no file" if options.approvals.exists() else "does not exist"
        raise UsageError(f"{options.approvals} {what}")
    approvals = read_approvals(options.approvals or base / FILE)
    compared = _with_snapshot(compare(options, target), options.snapshot)
    reporter.diagnostics(compared.warnings)
    present = [finding.fingerprint for finding in compared.review.findings]
    return Report(
        compared.review,
        compared.labels,
        approved=effective_approvals(approvals, present, options.today),
        notes=tuple(idle_approvals(approvals, present, options.today)),
        next=next_version(compared.review.findings, compared.ref),
        versions=compared.versions,
    )


def _with_snapshot(compared: Compared, file: Path | None) -> Compared:
    """Add the retained messages of a snapshot that readers of the new version refuse."""
    if file is None or compared.after is None:
        return compared
    from topicwright_codegen.review.engine import Review, sort_findings
    from topicwright_codegen.review.retained.snapshot_check import refused_messages
    from topicwright_codegen.review.retained.snapshot_file import read_retained

    findings = refused_messages(read_retained(file), compared.after)
    return replace(compared, review=Review(sort_findings([*compared.review.findings, *findings])))


def _write(report: Report) -> None:
    """Write the entry of the changelog; what was done is printed to standard error."""
    from topicwright_codegen.review.report.next_version import write_entry

    release = report.next
    if release is None or release.folder is None:
        raise UsageError("--write needs the SDK's folder with a pyproject.toml: set output in [tool.topicwright]")
    if release.bump == "none":
        streams.status("no entry: nothing has changed")
        return
    file = release.folder / "CHANGELOG.md"
    changed = write_entry(file, release.version, report.review.findings)
    streams.status(f"{file}: {'entry of ' + release.version + ' written' if changed else 'up to date'}")
