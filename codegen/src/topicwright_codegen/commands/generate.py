"""``topicwright generate``."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.arguments import add_compiling, config_of
from topicwright_codegen.commands.outcome import Reporter, reporter_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.diagnostics.texts import counted, shown_path
from topicwright_codegen.project.config import Config

EXAMPLE: str = "topicwright generate asyncapi.yaml --package robots --output src"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_compiling(parser)
    text = "also write pyproject.toml and README.md around the package, where they are missing or unedited"
    parser.add_argument("--dist", action="store_true", help=text)


def run(options: argparse.Namespace) -> int:
    """Compile the catalog and write the package."""
    config, reporter = config_of(options), reporter_of(options)
    if not options.dist:
        generate(config, reporter)
        return 0
    from topicwright_codegen.output.sdk_files import write_sdk_files

    _write(config, reporter)
    for line in write_sdk_files(config):
        streams.status(line)
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
        streams.status(note)


def _write(config: Config, reporter: Reporter) -> None:
    from topicwright_codegen.output import run_record as cache

    folder = shown_path(config.folder.resolve())
    record = cache.recall(config)
    if record is not None:
        reporter.read.update(map(Path, record.inputs))
        reporter.diagnostics(record.diagnostics)
        streams.status(_summary(folder, (record.topics, record.services), 0, len(record.outputs)))
        return
    from topicwright_codegen.compiler import compile_recorded

    compiled, changed = compile_recorded(config, write=True)
    reporter.read.update(compiled.read)
    reporter.diagnostics(compiled.diagnostics)
    streams.status(_summary(folder, compiled.counts, len(changed), len(compiled.package.files)))
    for stranger in compiled.package.strangers():
        streams.status(f"{folder}/{stranger}: not written by topicwright; `topicwright check` will fail")


def _summary(folder: str, counts: tuple[int, int], changed: int, total: int) -> str:
    contents = f"{counted(counts[0], 'topic')}, {counted(counts[1], 'service')}"
    return f"{folder}: {contents}, {changed} of {counted(total, 'file')} changed"
