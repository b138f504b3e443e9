"""Arguments that several commands have, and the configuration that they make together with pyproject.toml."""

from __future__ import annotations

import argparse
from pathlib import Path

from topicwright_codegen.diagnostics.formats import FORMATS
from topicwright_codegen.project.config import UNKNOWN_FIELDS, Config, Flags, load_config
from topicwright_codegen.project.pyproject import find_settings

REPORT_FORMATS = ("text", "json", "markdown", "github", "sarif", "html")
"""The formats of a review; a test compares them with the functions, which are imported only when they are needed."""


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add the documents to read: positional paths, or ``--source``."""
    text = "AsyncAPI files, or folders of them (default: sources in [tool.topicwright])"
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", help=text)
    text = "more files or folders, read together with PATH"
    parser.add_argument("--source", type=Path, nargs="+", default=(), metavar="PATH", help=text)


def add_references(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for what references may read."""
    parser.add_argument("--root", type=Path, metavar="DIR", help="read no file outside this folder")
    text = "read references to a URL from a local file or folder; may be repeated"
    parser.add_argument("--map", action="append", metavar="URL=PATH", help=text)
    parser.set_defaults(unknown_fields=None)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for how a catalog is read."""
    add_references(parser)
    text = "what models do with fields that the schema does not mention (default: refuse)"
    parser.add_argument("--unknown-fields", choices=UNKNOWN_FIELDS, help=text)


def add_schema_line(parser: argparse.ArgumentParser) -> None:
    """Add the schema that the first line of a written YAML file names."""
    text = "where editors find the schema of catalogs (`topicwright schema`): the first line of YAML names it"
    parser.add_argument("--schema", metavar="PATH", help=text)


def add_package(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the package that is generated."""
    parser.add_argument("--package", metavar="NAME", help="the name of the Python package")
    parser.add_argument("--output", type=Path, metavar="DIR", help="the folder that contains the package")
    text = "a folder of templates that replace the built-in ones"
    parser.add_argument("--templates", type=Path, metavar="DIR", help=text)


def add_diagnostics_format(parser: argparse.ArgumentParser) -> None:
    """Add the format of diagnostics."""
    text = "the format of errors and warnings (default: text)"
    parser.add_argument("--format", dest="diagnostics_format", choices=FORMATS, default="text", help=text)


def add_compiling(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a command that compiles a package."""
    add_sources(parser)
    add_package(parser)
    add_diagnostics_format(parser)
    add_reading(parser)


def config_of(options: argparse.Namespace) -> Config:
    """Return the configuration of a command that generates a package."""
    return load_config(Path.cwd(), _flags(options, options.package, options.output, options.templates))


def reading_config_of(options: argparse.Namespace) -> Config:
    """Return the configuration of a command that generates nothing: package and output need not be set."""
    configured = "" if _sources(options) else find_settings(Path.cwd()).text("package")
    return load_config(Path.cwd(), _flags(options, configured or "sdk", Path()))


def flags_of(options: argparse.Namespace) -> Flags:
    """Return how a catalog is read, without its paths."""
    return Flags(root=options.root, unknown_fields=options.unknown_fields, maps=options.map or ())


def _flags(
    options: argparse.Namespace, package: str | None, output: Path | None, templates: Path | None = None
) -> Flags:
    return Flags(
        sources=_sources(options),
        package=package,
        output=output,
        root=options.root,
        unknown_fields=options.unknown_fields,
        maps=options.map or (),
        templates=templates,
    )


def _sources(options: argparse.Namespace) -> tuple[Path, ...]:
    return (*options.paths, *options.source)
