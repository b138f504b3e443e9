"""``topicwright schema``."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import without_output
from topicwright_codegen.commands.terminal.files import write_file

EXAMPLE: str = "topicwright schema --output catalog.schema.json"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    parser.set_defaults(document=without_output)


def run(options: argparse.Namespace) -> int:
    """Write the schema, and say how an editor finds it."""
    from topicwright_codegen.asyncapi.validation.editor_schema import editor_line, editor_schema_text

    text = editor_schema_text()
    output: Path | None = options.output
    if output is None:
        streams.document(text)
        return 0
    write_file(output, text)
    line = editor_line(output.name).strip()
    streams.status(f"{output}: written; make this the first line of a catalog beside it:\n{line}")
    return 0
