"""Fields of an AsyncAPI object as JSON, and the texts for people among them that differ."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Final

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import plain

ABSENT: Final = "(none)"
"""The text of a field that is absent."""
_COMPILED = (
    "x-envelope",
    "x-event-type",
    "x-renamed-from",
    "x-generated",
    "x-lenient",
    "x-stream-until",
    "x-unit",
    "x-sunset",
)
"""Extensions that the compiler reads: other rules compare them."""
_TEXTS = ("title", "summary", "description", "tags", "externalDocs", "examples")


def is_free_extension(key: str) -> bool:
    """Return whether a field is an extension that the compiler does not read."""
    return key.startswith("x-") and key not in _COMPILED


def changed_texts(old: View | None, new: View, keys: Collection[str] = _TEXTS) -> Iterator[tuple[str, str, Node]]:
    """Yield key, message and node of each text and each free extension that differs."""
    views = (old, new) if old is not None else (new,)
    named = dict.fromkeys(key for view in views for layer in view.nodes for key, _ in layer.members())
    for key in named:
        if (key in keys or is_free_extension(key)) and field_json(old, key) != field_json(new, key):
            yield key, f"{key} changed", new.raw(key) or new.node


def field_json(view: View | None, key: str) -> str:
    """Return a field as JSON, references followed; ``ABSENT`` where there is none."""
    value = view.get(key) if view is not None else None
    return ABSENT if value is None else json.dumps(plain(value.node.value), sort_keys=True)
