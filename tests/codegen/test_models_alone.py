"""Models can be rendered without topics and clients, for the witnesses of a review."""

from __future__ import annotations

from pathlib import Path

from topicwright_codegen.catalog.reading import read_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.project.config import Config
from topicwright_codegen.render.annotations import annotate
from topicwright_codegen.render.renderer import render, render_models

SCHEMA = Path(__file__).parents[2] / "schema"


def test_models_alone_are_those_of_the_package() -> None:
    catalog = read_catalog(Config((SCHEMA,), "sdk", Path("out")), Diagnostics()).catalog
    annotations = annotate(catalog.types, Diagnostics())
    package = render(catalog, annotations)
    models = {path: text for path, text in package.items() if path.endswith("models.py")}
    assert models
    assert render_models(catalog, annotations) == models
