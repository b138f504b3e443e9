"""``topicwright bundle``: its arguments, and where the document goes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from topicwright_codegen.bundle.document import bundle
from topicwright_codegen.catalog.reading import catalog_of, read_documents
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics
from topicwright_codegen.diagnostics.formats import FORMATS as FINDINGS
from topicwright_codegen.project.config import Config, Flags, load_config
from topicwright_codegen.project.pyproject import find_settings


def bundle_catalog(config: Config, diagnostics: Diagnostics) -> dict[str, object]:
    """Return the catalog as one document; raise CompileError with every finding where it cannot be compiled."""
    source, apis = read_documents(config, diagnostics)
    document = bundle(apis, catalog_of(config, source, apis), source, config.title or source.folder.name)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return document


BUNDLE = "write the catalog as one AsyncAPI document, each payload with its envelope"


def add_bundle(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    command.add_argument("--source", type=Path, nargs="+", metavar="PATH", help="AsyncAPI files, or folders of them")
    command.add_argument("--root", type=Path, metavar="DIR", help="the folder that references must stay in")
    command.add_argument("--map", action="append", metavar="URL=PATH", help="a local file or folder for a URL")
    command.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
    text = "default: json for an output that is called so, else yaml"
    command.add_argument("--format", choices=("yaml", "json"), help=text)


def run_bundle(options: argparse.Namespace) -> int:
    """Write the bundle, and findings to standard error."""
    from topicwright_codegen.bundle.serialization import as_json, as_yaml
    from topicwright_codegen.commands.bundle import bundle_catalog

    # Nothing is generated, so a document without settings needs neither package nor folder.
    package = "sdk" if options.source else find_settings(Path.cwd()).text("package") or "sdk"
    flags = Flags(options.source or (), package, Path(), options.root, None, options.map or ())
    diagnostics = Diagnostics()
    document = bundle_catalog(load_config(Path.cwd(), flags), diagnostics)
    sys.stderr.write(FINDINGS["text"](diagnostics.sorted()))
    output: Path | None = options.output
    named = "json" if output is not None and output.suffix == ".json" else "yaml"
    text = (as_json if (options.format or named) == "json" else as_yaml)(document)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8", newline="\n")
        print(f"{output}: {len(text.splitlines())} lines")
    return 0
