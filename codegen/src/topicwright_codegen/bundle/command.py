"""``topicwright bundle``: its arguments, and where the document goes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from topicwright_codegen.config import Flags, load_config
from topicwright_codegen.diagnostics import Diagnostics
from topicwright_codegen.reports import FORMATS as FINDINGS
from topicwright_codegen.settings import find_settings

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
    from topicwright_codegen.bundle.text import as_json, as_yaml
    from topicwright_codegen.compiler import bundle_catalog

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
