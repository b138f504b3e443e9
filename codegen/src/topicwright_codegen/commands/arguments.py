"""Arguments that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.commands.lint import run_lint
from topicwright_codegen.project.config import Config, Flags, load_config


def config_of(options: argparse.Namespace) -> Config:
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
