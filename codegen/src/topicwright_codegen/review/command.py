"""``topicwright diff``: its report in every format asked for, and the exit status."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.pyproject import find_settings
from topicwright_codegen.review.options import DiffOptions

if TYPE_CHECKING:
    from topicwright_codegen.review.comparison import Compared
    from topicwright_codegen.review.report import Report

DIFF = "say what a change of the catalog does to everyone who runs"


def diff(arguments: argparse.Namespace) -> int:
    """Write the review; return 1 where it is bad enough."""
    # The compiler and the models are imported only when they are needed: --help is fast without them.
    from topicwright_codegen.review.formats import FORMATS

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
    from topicwright_codegen.review.approvals import FILE, effective, idle, read_approvals
    from topicwright_codegen.review.comparison import compare
    from topicwright_codegen.review.report import Report
    from topicwright_codegen.review.versions import next_version

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
    from topicwright_codegen.review.retained import read_retained
    from topicwright_codegen.review.snapshots import refused

    found = refused(read_retained(file), compared.after)
    return replace(compared, review=Review(ordered([*compared.review.findings, *found])))


def _write(report: Report) -> None:
    """Write the entry of the changelog; it stands on standard error what has been done."""
    from topicwright_codegen.review.versions import write_entry

    told = report.next
    if told is None or told.folder is None:
        raise UsageError("--write needs the SDK's folder with a pyproject.toml: set output in [tool.topicwright]")
    if told.bump == "none":
        print("no entry: nothing has changed", file=sys.stderr)
        return
    file = told.folder / "CHANGELOG.md"
    changed = write_entry(file, told.version, report.review.findings)
    print(f"{file}: {'entry of ' + told.version + ' written' if changed else 'up to date'}", file=sys.stderr)
