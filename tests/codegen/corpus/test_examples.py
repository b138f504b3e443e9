"""Examples in real documents: each one that its JSON Schema accepts is accepted by the model and written back equal."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.compiler import compile_catalog
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, plain
from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Config

from tests.codegen.support.corpus import CORPUS, REASON, rows

VALUES = ("enum", "const", "default", "examples", "example", "required", "type")
pytestmark = [pytest.mark.skipif(not CORPUS.is_dir(), reason=REASON), pytest.mark.timeout(600)]


def inlined(source: Source, node: Node, above: frozenset[Identity] = frozenset()) -> Any:
    """Return a schema with its references in place; one that leads back to itself allows anything."""
    target = source.resolve(node)
    if target is None or (node.ref is not None and target.identity in above):
        return True
    within = above | {target.identity}
    if not isinstance(target.value, Map):
        return [inlined(source, item, within) for item in target.elements()] or plain(target.value)
    return {
        key: plain(child.value) if key in VALUES else inlined(source, child, within)
        for key, child in target.members()
        if key != "discriminator"
    }


def examples(topic: Topic) -> Iterator[Any]:
    listed = topic.node.get("examples")
    for example in listed.elements() if listed else ():
        payload = example.get("payload")
        if payload is not None:
            yield plain(payload.value)
    own = topic.payload.node.get("examples") if topic.payload else None
    for example in own.elements() if own else ():
        yield plain(example.value)


def kept(model: Any, example: Any) -> bool:
    """Tell whether a model gives an example back; the defaults that it fills in do not count."""
    try:
        value = model.model_validate_json(json.dumps(example))
    except ValueError:
        return False
    return any(
        json.loads(value.model_dump_json(by_alias=True, exclude_unset=unset)) == example for unset in (True, False)
    )


def test_examples_that_their_schema_accepts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "out"), *sys.path])
    lost: list[str] = []
    count = 0
    for row in (row for row in rows() if row.valid):
        access = Access((CORPUS / "docs" / row.id).resolve())
        config = Config((row.source,), f"examples_{row.id}", tmp_path / "out", access=access, keep_unknown=True)
        compiled = compile_catalog(config)
        compiled.package.write()
        source = Source.of(config.sources, Diagnostics(), access=access)
        for topic in (topic for domain in compiled.catalog.domains for topic in domain.topics):
            listed = list(examples(topic))
            if topic.payload is None or topic.payload.symbol is None or not listed:
                continue
            try:
                validator = Draft7Validator(inlined(source, topic.payload.node), validate_formats=False)
            except ValueError:  # a pattern that this validator does not know
                continue
            model = getattr(importlib.import_module(topic.payload.symbol.module), topic.payload.symbol.name)
            for example in filter(validator.is_valid, listed):
                count += 1
                lost += [] if kept(model, example) else [f"{row.id} {topic.event_type} {example}"]
    assert lost == []
    assert count > 100
