"""Reads the two sides of a comparison."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from topicwright_codegen.catalog.reading import Reading, read_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config, aliases_of
from topicwright_codegen.review.sides.inputs import Input
from topicwright_codegen.review.sides.labels import Labels

Side: TypeAlias = Reading
"""One version of the catalog."""


def folder_of(input_: Input) -> Path:
    """Return a folder in the repository of an input."""
    path = input_.paths[0].resolve()
    return path if path.is_dir() else path.parent


def side_of(input_: Input, labels: Labels | None = None, package: str = "") -> Side:
    """Read one side; a CompileError shows files of a ref as ``REF:path``.

    Args:
        input_: the files, and how they are read.
        labels: the folders of refs.
        package: its name; by default one that no import has used, without the aliases of the settings.
    """
    aliases = aliases_of(input_.settings, package) if package else {}
    name = package or unique_package()
    try:
        return read_side(
            input_.paths,
            name,
            input_.access,
            keep_unknown=input_.keep_unknown,
            implied_types=input_.implied_types,
            aliases=aliases,
        )
    except CompileError as error:
        raise CompileError(_labelled(error.diagnostics, labels or Labels())) from None


def _labelled(diagnostics: Diagnostics, labels: Labels) -> Diagnostics:
    def place(of: Place) -> Place:
        return replace(of, path=labels.shown(of.path))

    labelled = [
        replace(one, place=place(one.place), related=tuple(map(place, one.related))) for one in diagnostics.recorded
    ]
    return Diagnostics(dict.fromkeys(labelled))


_COUNT = itertools.count(1)


def unique_package() -> str:
    """Return a package name that no import of this process has used."""
    return f"topicwright_review_{next(_COUNT)}"


def read_side(
    paths: Sequence[Path],
    package: str,
    access: Access | None = None,
    *,
    keep_unknown: bool = False,
    implied_types: bool = False,
    aliases: Mapping[str, tuple[str, ...]] | None = None,
) -> Side:
    """Read one side; raise CompileError if there is an error in it."""
    config = Config(
        tuple(paths),
        package,
        Path(),
        aliases=aliases or {},
        access=access,
        keep_unknown=keep_unknown,
        implied_types=implied_types,
    )
    return read_catalog(config, Diagnostics())
