"""``topicwright check``."""

from __future__ import annotations

import argparse
import sys

from topicwright_codegen.commands.arguments import add_compiling, config_of
from topicwright_codegen.commands.generate import note_missing_extra
from topicwright_codegen.commands.outcome import Reporter

SUMMARY: str = "exit 1 with a diff if the package is stale or hand-edited"
EXAMPLE: str = "topicwright check asyncapi.yaml --package robots --output src"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_compiling(parser)


def run(options: argparse.Namespace) -> int:
    """Compare the package with what the catalog compiles to; return 1, with a diff, if they differ."""
    from topicwright_codegen.output import run_record as cache

    config, reporter = config_of(options), Reporter(options.diagnostics_format)
    note_missing_extra(config)
    record = cache.recall(config)
    if record is not None:
        reporter.diagnostics(record.diagnostics)
        return 0
    from topicwright_codegen.compiler import compile_recorded

    compiled, _ = compile_recorded(config, write=False)
    reporter.diagnostics(compiled.diagnostics)
    lines = list(compiled.package.diff())
    for line in lines:
        reporter.line(line)
    if lines:
        print("out of date or edited by hand; run `topicwright generate`", file=sys.stderr)
    return 1 if lines else 0
