"""Reads a catalog: files to documents to the catalog, for every command."""

from __future__ import annotations

from dataclasses import dataclass

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.reading.reader import read_apis
from topicwright_codegen.asyncapi.short.operations import write_operations
from topicwright_codegen.asyncapi.short.parameters import write_parameters
from topicwright_codegen.asyncapi.validation.dangling import check_references
from topicwright_codegen.asyncapi.validation.extensions import check_extensions
from topicwright_codegen.asyncapi.validation.outline import Outline
from topicwright_codegen.asyncapi.validation.protocols import check_protocols
from topicwright_codegen.asyncapi.validation.published_schema import check_documents
from topicwright_codegen.catalog.builder import BuildOptions, build_catalog
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.source import Source
from topicwright_codegen.project.config import Config


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Documents, and the catalog that they make."""

    source: Source
    """All files that were read; its diagnostics have the warnings."""
    apis: tuple[Api, ...]
    catalog: Catalog
    keep_unknown: bool = False
    """Whether readers keep fields that a schema does not mention."""


def read_catalog(config: Config, diagnostics: Diagnostics) -> Reading:
    """Read the documents that ``config`` names, and give everything in them its Python name.

    Raises:
        CompileError: there is an error in the documents.
    """
    source, apis, outline = _read(config, diagnostics)
    options = BuildOptions(
        config.package, config.title, config.aliases, config.keep_unknown, config.implied_types, config.blocking
    )
    catalog = build_catalog(apis, source, options)
    check_references(outline, diagnostics)  # those that are left when all others have been followed
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return Reading(source, tuple(apis), catalog, config.keep_unknown)


def read_documents(config: Config, diagnostics: Diagnostics) -> tuple[Source, list[Api]]:
    """Read the documents that ``config`` names, without Python names.

    Raises:
        CompileError: there is an error in the documents, or there is none.
    """
    source, apis, _ = _read(config, diagnostics)
    return source, apis


def _read(config: Config, diagnostics: Diagnostics) -> tuple[Source, list[Api], Outline]:
    step("reading the catalog")
    source = Source.of(config.sources, diagnostics, config.project, config.access)
    documents = source.read(config.sources)
    if not documents and not diagnostics.failed:
        place = Place(shown_path(config.sources[0].resolve()))
        diagnostics.error("TW109", "no AsyncAPI document here", place, "one starts with `asyncapi: 3.0.0`")
    write_parameters(documents)
    replies = write_operations(documents, source)
    apis = read_apis(documents, source)
    check_documents(documents, diagnostics)
    outline = Outline.of(documents, source)
    check_extensions(outline, diagnostics, replies)
    check_protocols(outline, diagnostics)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return source, apis, outline
