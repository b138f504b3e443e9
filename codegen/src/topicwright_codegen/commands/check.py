"""``topicwright check``."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from topicwright_codegen.commands.arguments import add_compiling, config_of
from topicwright_codegen.commands.generate import note_missing_extra
from topicwright_codegen.commands.outcome import reporter_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.diagnostics.diagnostics import Diagnostics, Place

if TYPE_CHECKING:
    from topicwright_codegen.output.package import Change

_FOREIGN: Final = "`topicwright generate` deletes it if an earlier run has written it; else move it"
EXAMPLE: str = "topicwright check asyncapi.yaml --package robots --output src"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_compiling(parser)
    parser.add_argument("--stat", action="store_true", help="count the lines of each stale file, without the diff")


def run(options: argparse.Namespace) -> int:
    """Compare the package with what the catalog compiles to; return 1, with a diff, if they differ."""
    from topicwright_codegen.output import run_record as cache

    config, reporter = config_of(options), reporter_of(options)
    note_missing_extra(config)
    record = cache.recall(config)
    if record is not None:
        reporter.diagnostics(record.diagnostics)
        return 0
    from topicwright_codegen.compiler import compile_recorded

    compiled, _ = compile_recorded(config, write=False)
    changes = list(compiled.package.changes())
    if reporter.format == "text":
        reporter.diagnostics(compiled.diagnostics)
        for text in _stat(changes) if options.stat else ("\n".join(change.diff()) for change in changes):
            streams.finding(text)
    else:
        reporter.diagnostics(_with_changes(compiled.diagnostics, changes))
    if changes:
        streams.status(f"{_summary(changes)}; run `topicwright generate`")
    return 1 if changes else 0


def _with_changes(diagnostics: Diagnostics, changes: Sequence[Change]) -> Diagnostics:
    """Return the diagnostics with one for each stale file, at the first line that differs."""
    joined = Diagnostics(dict(diagnostics.recorded))
    for change in changes:
        added, gone = change.counts
        message = f"the file {change.what}: generating adds {added} lines and takes away {gone}"
        hint = _FOREIGN if change.new is None else "run `topicwright generate`"
        joined.error("TW281", message, Place(change.path, change.line), hint)
    return joined


def _stat(changes: Sequence[Change]) -> Iterator[str]:
    """Yield a line for each file: its path, what is wrong, and the lines that generating adds and takes away."""
    width = max((len(change.path) for change in changes), default=0)
    for change in changes:
        added, gone = change.counts
        yield f"{change.path:{width}} | +{added} -{gone} {change.what}"


def _summary(changes: Sequence[Change]) -> str:
    kinds = Counter(change.what for change in changes)
    counts = [change.counts for change in changes]
    lines = f"+{sum(added for added, _ in counts)} -{sum(gone for _, gone in counts)} lines"
    if len(changes) == 1:
        return f"1 file {changes[0].what}, {lines}"
    return f"{len(changes)} files differ ({', '.join(f'{count} {what}' for what, count in kinds.items())}), {lines}"
