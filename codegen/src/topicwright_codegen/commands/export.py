"""``topicwright export``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from topicwright_codegen.commands.arguments import add_schema_line
from topicwright_codegen.commands.terminal import streams
from topicwright_codegen.commands.terminal.documents import without_output
from topicwright_codegen.commands.terminal.files import read_file, write_file
from topicwright_codegen.project.config import UsageError

if TYPE_CHECKING:
    from topicwright_codegen.export.selection import Selection

EXAMPLE: str = "topicwright export fleet:TELEMETRY,DRIVE --output asyncapi.yaml"
MARK: Final = "# Written by `topicwright export "
"""How the comment begins by which a file is known as an export."""
LONGEST_HEAD: Final = 1000


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    text = "a module in the current folder or the environment, and names in it (default: all its descriptors)"
    parser.add_argument("places", nargs="+", metavar="MODULE[:NAMES]", help=text)
    text = "the file to write (default: standard output)"
    parser.add_argument("--output", "-o", type=Path, metavar="FILE", help=text)
    text = "write nothing; exit with 1 where the file is not what the module says now"
    parser.add_argument("--check", action="store_true", help=text)
    add_schema_line(parser)
    parser.add_argument("--title", help="the title of the catalog (default: the name of the module)")
    parser.add_argument("--catalog-version", default="1.0.0", metavar="V", help="its version (default: 1.0.0)")
    parser.set_defaults(document=without_output)


def run(options: argparse.Namespace) -> int:
    """Write the document, and warnings."""
    text, warnings = _exported(options)
    for warning in warnings:
        streams.finding(f"topicwright: warning: {warning}", beside_document=options.document(options))
    output: Path | None = options.output
    if output is None:
        if options.check:
            raise UsageError("--check compares with a file: name it with --output")
        streams.document(text)
        return 0
    known = read_file(output) if output.exists() else None
    if options.check:
        return _compare(output, known, text)
    if known is not None and MARK not in known[:LONGEST_HEAD]:
        raise UsageError(f"{output} exists, and export has not written it: name another file, or delete it")
    if known != text:
        write_file(output, text)
    streams.status(f"{output}: {len(text.splitlines())} lines, {'unchanged' if known == text else 'written'}")
    return 0


def _exported(options: argparse.Namespace) -> tuple[str, list[str]]:
    from topicwright_codegen.asyncapi.validation.editor_schema import editor_line
    from topicwright_codegen.bundle.serialization import as_yaml
    from topicwright_codegen.export.document import document_of

    document, warnings = document_of(_selected(options.places), options.title, options.catalog_version)
    line = editor_line(options.schema) if options.schema else ""
    head = f"{MARK}{' '.join(options.places)}`: edit the Python, and export again.\n"
    return line + head + as_yaml(document), warnings


def _selected(places: Sequence[str]) -> Selection:
    from topicwright_codegen.export.selection import select

    try:
        with streams.foreign():
            return select(places)
    except SystemExit as error:
        raise UsageError(f"cannot import {' '.join(places)}: it ends the program (exit status {error.code})") from None


def _compare(output: Path, known: str | None, text: str) -> int:
    if known == text:
        return 0
    what = "does not exist" if known is None else "is stale"
    streams.finding(f"{output}: {what}: export it again")
    return 1
