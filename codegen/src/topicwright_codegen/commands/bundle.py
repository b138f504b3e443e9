"""``topicwright bundle``."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.arguments import add_references, add_schema_line, add_sources, reading_config_of
from topicwright_codegen.commands.outcome import reporter_of
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import without_output
from topicwright_codegen.commands.terminal.files import write_file
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.project.config import Config

EXAMPLE: str = "topicwright bundle schema --output asyncapi.yaml"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_sources(parser)
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    text = "default: json for an output that ends with .json, otherwise yaml"
    parser.add_argument("--format", choices=("yaml", "json"), help=text)
    add_schema_line(parser)
    add_references(parser)
    parser.set_defaults(document=without_output)


def run(options: argparse.Namespace) -> int:
    """Write the bundle, and diagnostics."""
    from topicwright_codegen.asyncapi.validation.editor_schema import editor_line
    from topicwright_codegen.bundle.serialization import as_json, as_yaml

    diagnostics = Diagnostics()
    document = bundle_catalog(reading_config_of(options), diagnostics)
    reporter_of(options).diagnostics(diagnostics)
    output: Path | None = options.output
    named = "json" if output is not None and output.suffix == ".json" else "yaml"
    if (options.format or named) == "json":
        text = as_json(document)
    else:
        text = (editor_line(options.schema) if options.schema else "") + as_yaml(document)
    if output is None:
        streams.document(text)
    else:
        write_file(output, text)
        streams.status(f"{output}: {len(text.splitlines())} lines")
    return 0


def bundle_catalog(config: Config, diagnostics: Diagnostics) -> dict[str, object]:
    """Return the catalog as one document; raise CompileError with every diagnostic if it cannot be compiled."""
    from topicwright_codegen.bundle.document import bundle
    from topicwright_codegen.catalog.reading import read_catalog

    reading = read_catalog(config, diagnostics)
    title = config.title or reading.source.folder.name
    document = bundle(reading.apis, reading.catalog, reading.source, title)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return document
