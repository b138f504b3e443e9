"""``topicwright generate`` and ``check``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.commands.outcome import Reporter
from topicwright_codegen.diagnostics.texts import counted, shown_path
from topicwright_codegen.output import run_record as cache
from topicwright_codegen.project.config import Config

if TYPE_CHECKING:
    from topicwright_codegen.output.compiled import Compiled


def run_generate(config: Config, report: Reporter) -> int:
    """Compile the catalog and write the package."""
    folder = shown_path(config.folder.resolve())
    record = cache.recall(config)
    if record is not None:
        report.read.update(map(Path, record.inputs))
        report.findings(record.diagnostics)
        report.say(_summary(folder, (record.topics, record.services), 0, len(record.outputs)))
        return 0
    compiled, changed = _compiled(config, write=True)
    report.read.update(compiled.read)
    report.findings(compiled.diagnostics)
    report.say(_summary(folder, compiled.counts, len(changed), len(compiled.package.files)))
    for stranger in compiled.package.strangers():
        print(f"{folder}/{stranger}: not written by topicwright; `topicwright check` will fail", file=sys.stderr)
    return 0


def _compiled(config: Config, write: bool) -> tuple[Compiled, list[str]]:
    """Compile, write where that is wanted, and remember it; return also the files that have changed."""
    from topicwright_codegen.compiler import compile_catalog

    since = time.time_ns()
    compiled = compile_catalog(config, cache.reusable(config))
    changed = compiled.package.write() if write else []
    cache.remember(config, since, compiled)
    return compiled, changed


def _summary(folder: str, counts: tuple[int, int], changed: int, total: int) -> str:
    made = f"{counted(counts[0], 'topic')}, {counted(counts[1], 'service')}"
    return f"{folder}: {made}, {changed} of {counted(total, 'file')} changed"


def run_check(config: Config, report: Reporter) -> int:
    """Report whether the package is what the catalog compiles to; a diff and status 1 if not."""
    record = cache.recall(config)
    if record is not None:
        report.findings(record.diagnostics)
        return 0
    compiled, _ = _compiled(config, write=False)
    report.findings(compiled.diagnostics)
    lines = list(compiled.package.diff())
    for line in lines:
        report.say(line)
    if lines:
        print("out of date or edited by hand; run `topicwright generate`", file=sys.stderr)
    return 1 if lines else 0
