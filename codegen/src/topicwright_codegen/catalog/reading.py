"""Sources to documents to the catalog."""

from __future__ import annotations

from topicwright_codegen.asyncapi.model import Api
from topicwright_codegen.asyncapi.reading.reader import read_apis
from topicwright_codegen.asyncapi.validation.extensions import check_extensions
from topicwright_codegen.asyncapi.validation.published_schema import check_documents
from topicwright_codegen.catalog.builder import BuildOptions, build_catalog
from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.source import Source
from topicwright_codegen.project.config import Config


def read_catalog(config: Config, diagnostics: Diagnostics) -> tuple[list[Api], Catalog]:
    """Return documents and catalog; raise CompileError where there is an error in them."""
    source, apis = read_documents(config, diagnostics)
    return apis, catalog_of(config, source, apis)


def read_documents(config: Config, diagnostics: Diagnostics) -> tuple[Source, list[Api]]:
    """Return the source and the model of the documents; raise CompileError where one has an error."""
    source = Source.of(config.sources, diagnostics, config.project, config.access)
    documents = source.read(config.sources)
    if not documents and not diagnostics.failed:
        place = Place(shown_path(config.sources[0].resolve()))
        diagnostics.error("TW109", "no AsyncAPI document here", place, "one starts with `asyncapi: 3.0.0`")
    apis = read_apis(documents, source)
    check_documents(documents, diagnostics)
    check_extensions(documents, diagnostics)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return source, apis


def catalog_of(config: Config, source: Source, apis: list[Api]) -> Catalog:
    """Return the catalog of documents that were read; raise CompileError where there is an error in it."""
    options = BuildOptions(config.package, config.title, config.aliases, config.keep_unknown)
    catalog = build_catalog(apis, source, options)
    if source.diagnostics.failed:
        raise CompileError(source.diagnostics)
    return catalog
