"""The arguments of the commands of the review."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.lint import run_lint
from topicwright_codegen.project.config import UNKNOWN_FIELDS, Config, Flags, load_config


def config_of(options: argparse.Namespace) -> Config:
    """Return the configuration that flags and pyproject.toml make together."""
    # Linting a document writes nothing, so it asks for no package and no folder.
    lints = options.run is run_lint and options.source
    flags = Flags(
        sources=options.source or (),
        package=options.package or ("sdk" if lints else None),
        output=options.output or (Path() if lints else None),
        root=options.root,
        templates=options.templates,
        unknown_fields=options.unknown_fields,
        maps=options.map or (),
    )
    return load_config(Path.cwd(), flags)


def flags_of(options: argparse.Namespace) -> Flags:
    """Return how a catalog is read, without its paths."""
    return Flags(root=options.root, unknown_fields=options.unknown_fields, maps=options.map or ())


def add_reading(command: argparse.ArgumentParser) -> None:
    """Add the arguments that say how a catalog is read."""
    command.add_argument("--root", type=Path, metavar="DIR", help="the folder that references must stay in")
    command.add_argument(
        "--map", action="append", metavar="URL=PATH", help="a local file or folder for references to a URL"
    )
    command.add_argument(
        "--unknown-fields", choices=UNKNOWN_FIELDS, help="what models do with fields that a schema says nothing of"
    )
