"""The pipeline: documents, asyncapi, schemas, catalog, render, output."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path

from topicwright_codegen.catalog.model import Catalog
from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, InternalError, Place
from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.digest import digest
from topicwright_codegen.output import run_record as cache
from topicwright_codegen.output.compiled import Compiled
from topicwright_codegen.output.domain_state import domain_fingerprints
from topicwright_codegen.output.package import Package, package_of
from topicwright_codegen.output.reuse import Provenance, Reuse
from topicwright_codegen.project.config import Config, UsageError
from topicwright_codegen.render.annotations import annotate, with_inline_types
from topicwright_codegen.render.renderer import render


def compile_catalog(config: Config, reuse: Reuse | None = None) -> Compiled:
    """Compile the catalog that ``config`` names; raise CompileError with every diagnostic if that fails."""
    diagnostics = Diagnostics()
    try:
        reading = read_catalog(config, diagnostics)
        package, provenance = _written(config, reading.catalog, reuse or Reuse(config.folder), diagnostics)
        return Compiled(reading.catalog, package, diagnostics, tuple(reading.source.documents), provenance)
    except RecursionError as error:
        place = Place(shown_path(config.sources[0].resolve()))
        diagnostics.error("TW103", "schemas are nested too deeply to be compiled", place, "name the inner ones")
        raise CompileError(diagnostics) from error


def compile_recorded(config: Config, *, write: bool) -> tuple[Compiled, list[str]]:
    """Compile, write the package if asked to, and record the run; return also the files that have changed."""
    since = time.time_ns()
    compiled = compile_catalog(config, cache.reusable(config))
    changed = compiled.package.write() if write else []
    cache.remember(config, since, compiled)
    return compiled, changed


def _written(config: Config, catalog: Catalog, reuse: Reuse, diagnostics: Diagnostics) -> tuple[Package, Provenance]:
    """Return the package and its provenance; domains with the fingerprint of the last run are reused as they are."""
    fingerprints = domain_fingerprints(catalog)
    reused: dict[str, dict[str, str]] = {}
    if config.templates is None:  # a template may print what no fingerprint covers
        reusable = {domain.name: reuse.domain(domain, fingerprints[domain.name]) for domain in catalog.domains}
        reused = {name: files for name, files in reusable.items() if files is not None}
    texts = _texts(catalog, config.templates, reused, diagnostics)
    finished = {path: text for files in reused.values() for path, text in files.items()}
    package = _package(config, texts, finished, reuse)
    unformatted = {path: reuse.provenance.unformatted.get(path, "") for path in finished}
    unformatted |= {path: digest(text) for path, text in texts.items()}
    return package, Provenance(unformatted, fingerprints)


def _package(config: Config, texts: Mapping[str, str], finished: Mapping[str, str], reuse: Reuse) -> Package:
    step("formatting the package")
    try:
        return package_of(config.package, texts, finished, reuse)
    except InternalError as error:
        if config.templates is None:
            raise
        raise UsageError(f"with the templates {config.templates}, {error}") from error


def _texts(
    catalog: Catalog, templates: Path | None, reused: Collection[str], diagnostics: Diagnostics
) -> Mapping[str, str]:
    """Return the texts of the package, except those of the domains that are kept."""
    step("making the package")
    fresh = [type_ for type_ in catalog.types if type_.domain not in reused]
    annotations = annotate(catalog.types, diagnostics, with_inline_types(fresh, catalog.types) if reused else None)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return render(catalog, annotations, templates, reused)
