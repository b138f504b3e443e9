"""The pipeline: source, asyncapi, catalog, models, render, output."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from topicwright_codegen.asyncapi import Api
from topicwright_codegen.build import Settings, build_catalog
from topicwright_codegen.bundle.document import bundle
from topicwright_codegen.catalog import Catalog
from topicwright_codegen.config import Config, UsageError
from topicwright_codegen.diagnostics import CompileError, Diagnostics, InternalError, Place, shown_path
from topicwright_codegen.extensions import check_extensions
from topicwright_codegen.models import annotate, reached
from topicwright_codegen.output import Package, package_of
from topicwright_codegen.reader import read_apis
from topicwright_codegen.render import render
from topicwright_codegen.reuse import Made, Reuse, sum_of
from topicwright_codegen.source import Source
from topicwright_codegen.specification import check_documents
from topicwright_codegen.states import States


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a run has made, and what it has to say."""

    catalog: Catalog
    package: Package
    diagnostics: Diagnostics
    read: tuple[Path, ...]
    """Every file that it has read."""
    made: Made
    """What the files of the package came of."""

    @property
    def counts(self) -> tuple[int, int]:
        """How many topics and services there are."""
        return sum(len(domain.topics) for domain in self.catalog.domains), len(self.catalog.services)


def read_catalog(config: Config, diagnostics: Diagnostics) -> tuple[list[Api], Catalog]:
    """Return documents and catalog; raise CompileError where there is an error in them."""
    source, apis = read_documents(config, diagnostics)
    return apis, _catalog(config, source, apis)


def read_documents(config: Config, diagnostics: Diagnostics) -> tuple[Source, list[Api]]:
    """Return what the documents say, before anything has a Python name; raise CompileError where one is wrong."""
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


def _catalog(config: Config, source: Source, apis: list[Api]) -> Catalog:
    catalog = build_catalog(apis, source, Settings(config.package, config.title, config.aliases, config.keep_unknown))
    if source.diagnostics.failed:
        raise CompileError(source.diagnostics)
    return catalog


def compile_catalog(config: Config, reuse: Reuse | None = None) -> Compiled:
    """Compile the catalog that ``config`` names; raise CompileError with every finding where it cannot."""
    diagnostics = Diagnostics()
    try:
        source, apis = read_documents(config, diagnostics)
        catalog = _catalog(config, source, apis)
        package, made = _written(config, catalog, reuse or Reuse(config.folder), diagnostics)
        return Compiled(catalog, package, diagnostics, tuple(source.documents), made)
    except RecursionError as error:
        place = Place(shown_path(config.sources[0].resolve()))
        diagnostics.error("TW103", "schemas are nested too deeply to be compiled", place, "name the inner ones")
        raise CompileError(diagnostics) from error


def _written(config: Config, catalog: Catalog, reuse: Reuse, diagnostics: Diagnostics) -> tuple[Package, Made]:
    """Return the package, and what it came of; domains whose state is known are taken over as they are."""
    states = States.of(catalog)
    kept: dict[str, dict[str, str]] = {}
    if config.templates is None:  # a template may print what no state has
        found = {domain.name: reuse.domain(domain, states[domain.name]) for domain in catalog.domains}
        kept = {name: files for name, files in found.items() if files is not None}
    texts = _texts(catalog, config.templates, kept, diagnostics)
    finished = {path: text for files in kept.values() for path, text in files.items()}
    package = _package(config, texts, finished, reuse)
    raw = {path: reuse.made.raw.get(path, "") for path in finished}
    return package, Made({**raw, **{path: sum_of(text) for path, text in texts.items()}}, states)


def bundle_catalog(config: Config, diagnostics: Diagnostics) -> dict[str, object]:
    """Return the catalog as one document; raise CompileError with every finding where it cannot be compiled."""
    source, apis = read_documents(config, diagnostics)
    document = bundle(apis, _catalog(config, source, apis), source, config.title or source.folder.name)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return document


def _package(config: Config, texts: Mapping[str, str], finished: Mapping[str, str], reuse: Reuse) -> Package:
    try:
        return package_of(config.package, texts, finished, reuse)
    except InternalError as error:
        if config.templates is None:
            raise
        raise UsageError(f"with the templates {config.templates}, {error}") from error


def _texts(
    catalog: Catalog, templates: Path | None, kept: Collection[str], diagnostics: Diagnostics
) -> Mapping[str, str]:
    """Return the texts of the package, except those of the domains that are kept."""
    fresh = [type_ for type_ in catalog.types if type_.domain not in kept]
    annotations = annotate(catalog.types, diagnostics, reached(fresh, catalog.types) if kept else None)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return render(catalog, annotations, templates, kept)
