"""``topicwright lint``."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from topicwright_codegen.commands.arguments import add_diagnostics_format, add_reading, add_sources, reading_config_of
from topicwright_codegen.commands.outcome import reporter_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.texts import counted

EXAMPLE: str = "topicwright lint asyncapi.yaml"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_sources(parser)
    add_diagnostics_format(parser)
    add_reading(parser)
    # Taken and ignored: scripts give lint the arguments of generate.
    parser.add_argument("--package", help=argparse.SUPPRESS)
    for ignored in ("--output", "--templates"):
        parser.add_argument(ignored, type=Path, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Report errors, warnings and style problems; return 1 if there is any."""
    from topicwright_codegen.catalog.reading import read_catalog
    from topicwright_codegen.lint import lint

    config, diagnostics = reading_config_of(options), Diagnostics()
    reading = read_catalog(config, diagnostics)
    lint(reading, config.ignored)
    reporter_of(options).diagnostics(diagnostics)
    codes = Counter(diagnostic.code for diagnostic in diagnostics.recorded)
    counts = "".join(f", {code}: {number}" for code, number in codes.most_common())
    streams.status(f"topicwright lint: {counted(codes.total(), 'finding')}{counts}")
    return 1 if diagnostics.recorded else 0
