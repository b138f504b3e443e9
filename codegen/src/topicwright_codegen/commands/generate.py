"""``topicwright generate``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from topicwright_codegen.commands.arguments import add_compiling, config_of
from topicwright_codegen.commands.outcome import Reporter
from topicwright_codegen.diagnostics.texts import counted, shown_path
from topicwright_codegen.project.config import Config

EXAMPLE: str = "topicwright generate asyncapi.yaml --package robots --output src"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_compiling(parser)


def run(options: argparse.Namespace) -> int:
    """Compile the catalog and write the package."""
    generate(config_of(options), Reporter(options.diagnostics_format))
    return 0


def generate(config: Config, reporter: Reporter) -> None:
    """Write the package; an unchanged catalog is not compiled again."""
    _write(config, reporter)
    note_missing_extra(config)


def note_missing_extra(config: Config) -> None:
    """Say on standard error what the distribution around the package does not ask for."""
    from topicwright_codegen.output.distribution import missing_extra

    note = missing_extra(config.folder)
    if note:
        print(note, file=sys.stderr)


def _write(config: Config, reporter: Reporter) -> None:
    from topicwright_codegen.output import run_record as cache

    folder = shown_path(config.folder.resolve())
    record = cache.recall(config)
    if record is not None:
        reporter.read.update(map(Path, record.inputs))
        reporter.diagnostics(record.diagnostics)
        reporter.line(_summary(folder, (record.topics, record.services), 0, len(record.outputs)))
        return
    from topicwright_codegen.compiler import compile_recorded

    compiled, changed = compile_recorded(config, write=True)
    reporter.read.update(compiled.read)
    reporter.diagnostics(compiled.diagnostics)
    reporter.line(_summary(folder, compiled.counts, len(changed), len(compiled.package.files)))
    for stranger in compiled.package.strangers():
        print(f"{folder}/{stranger}: not written by topicwright; `topicwright check` will fail", file=sys.stderr)


def _summary(folder: str, counts: tuple[int, int], changed: int, total: int) -> str:
    contents = f"{counted(counts[0], 'topic')}, {counted(counts[1], 'service')}"
    return f"{folder}: {contents}, {changed} of {counted(total, 'file')} changed"
