"""``topicwright schema``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SUMMARY: str = "write the JSON Schema of catalogs, for completion and checks in editors"
EXAMPLE: str = "topicwright schema --output catalog.schema.json"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def run(options: argparse.Namespace) -> int:
    """Write the schema, and say how an editor finds it."""
    from topicwright_codegen.asyncapi.validation.editor_schema import editor_line, editor_schema_text

    text = editor_schema_text()
    output: Path | None = options.output
    if output is None:
        sys.stdout.write(text)
        return 0
    output.write_text(text, encoding="utf-8", newline="\n")
    line = editor_line(output.name).strip()
    print(f"{output}: written; a catalog beside it has it by its first line:\n{line}", file=sys.stderr)
    return 0
