"""Fields of an AsyncAPI object as JSON, and the texts for people among them that differ."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Final

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.diagnostics.texts import cut
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
    "x-mqtt",
    "x-reply",
    "x-sends",
    "x-receives",
    "x-requests",
    "x-serves",
)
"""Extensions that the compiler reads: other rules compare them."""
_LONGEST: Final = 200
"""At most this many characters of a text are shown."""
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
            text = f"{key}: {became(field_json(old, key), field_json(new, key))}"
            yield key, text, new.raw(key) or new.node


def became(old: str, new: str) -> str:
    """Return two texts as a finding shows them: where they differ, if they are long."""
    if max(len(old), len(new)) > _LONGEST:
        same = next(
            (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
        )
        start = max(0, same - 40)
        old, new = (f"{'...' if start else ''}{cut(text[start:], _LONGEST)}" for text in (old, new))
    return f"{old} became {new}"


def field_json(view: View | None, key: str) -> str:
    """Return a field as JSON, references followed; ``ABSENT`` where there is none."""
    value = view.get(key) if view is not None else None
    return ABSENT if value is None else json.dumps(plain(value.node.value), sort_keys=True, ensure_ascii=False)
