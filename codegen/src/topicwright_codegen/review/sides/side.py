"""The two sides of a comparison, compiled."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.reading.reader import read_apis
from topicwright_codegen.asyncapi.validation.published_schema import check_documents
from topicwright_codegen.catalog.builder import BuildOptions, build_catalog
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.source import Source
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import aliases_of
from topicwright_codegen.review.sides.inputs import Input
from topicwright_codegen.review.sides.labels import Labels


def folder_of(found: Input) -> Path:
    """Return a folder of the repository that an input is in."""
    path = found.paths[0].resolve()
    return path if path.is_dir() else path.parent


def side_of(found: Input, labels: Labels | None = None, package: str = "") -> Side:
    """Compile one side; in a CompileError, the places of a ref are shown with it.

    Args:
        found: what to compile.
        labels: the refs.
        package: its name, by default one that no import has used, without the other import paths of the settings.
    """
    aliases = aliases_of(found.settings, package) if package else {}
    name = package or unique_package()
    try:
        return read_side(found.paths, name, found.access, keep_unknown=found.keep_unknown, aliases=aliases)
    except CompileError as error:
        raise CompileError(_labelled(error.diagnostics, labels or Labels())) from None


def _labelled(diagnostics: Diagnostics, labels: Labels) -> Diagnostics:
    def place(of: Place) -> Place:
        return replace(of, path=labels.shown(of.path))

    found = [replace(one, place=place(one.place), related=tuple(map(place, one.related))) for one in diagnostics.found]
    return Diagnostics(dict.fromkeys(found))


_COUNT = itertools.count(1)


def unique_package() -> str:
    """Return a package name that no import of this process has used."""
    return f"topicwright_review_{next(_COUNT)}"


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One version of the catalog."""

    source: Source
    apis: tuple[Api, ...]
    catalog: Catalog


def read_side(
    paths: Sequence[Path],
    package: str,
    access: Access | None = None,
    *,
    keep_unknown: bool = False,
    aliases: Mapping[str, tuple[str, ...]] | None = None,
) -> Side:
    """Compile one side; raise CompileError where there is an error in it."""
    diagnostics = Diagnostics()
    source = Source.of(paths, diagnostics, access=access)
    documents = source.read(paths)
    if not documents and not diagnostics.failed:
        hint = "one starts with `asyncapi: 3.0.0`"
        diagnostics.error("TW109", "no AsyncAPI document here", Place(shown_path(paths[0].resolve())), hint)
    apis = read_apis(documents, source)
    check_documents(documents, diagnostics)
    options = BuildOptions(package, aliases=aliases or {}, keep_unknown=keep_unknown)
    catalog = None if diagnostics.failed else build_catalog(apis, source, options)
    if catalog is None or diagnostics.failed:
        raise CompileError(diagnostics)
    return Side(source, tuple(apis), catalog)
