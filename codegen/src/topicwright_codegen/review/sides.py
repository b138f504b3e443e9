"""The two sides of a comparison, compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.reading.reader import read_apis
from topicwright_codegen.asyncapi.validation.published_schema import check_documents
from topicwright_codegen.catalog.builder import Settings, build_catalog
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.source import Source
from topicwright_codegen.project.access import Access


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
    settings = Settings(package, aliases=aliases or {}, keep_unknown=keep_unknown)
    catalog = None if diagnostics.failed else build_catalog(apis, source, settings)
    if catalog is None or diagnostics.failed:
        raise CompileError(diagnostics)
    return Side(source, tuple(apis), catalog)
