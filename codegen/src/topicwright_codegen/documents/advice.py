"""Hints for authors: what they most likely meant to write."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from topicwright_codegen.diagnostics.did_you_mean import nearest
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.pointers import json_pointer
from topicwright_codegen.documents.values import Map

_TABLES = {"payload": "schemas", "headers": "schemas", "schema": "schemas", "items": "schemas"}
"""The tables of a document with what a field refers to, where their names are not made from the field's."""


def how_to_write(node: Node, types: Collection[str]) -> str:
    """Return how to write a value so that it has one of the JSON types ``wanted``; empty if that is not clear."""
    value = node.value
    if isinstance(value, str) and "object" in types:
        ref = _reference(node, value)
        return f"to refer to it, write {{$ref: '{ref}'}}" if ref else ""
    if isinstance(value, (bool, int, float)) and "string" in types:
        return f"put it in quotes: '{str(value).lower() if isinstance(value, bool) else value}'"
    return ""


def how_to_point(end: Node, missing: Sequence[str]) -> str:
    """Return how to correct a JSON pointer: it leads to ``end``, which has nothing for the tokens ``missing``."""
    longer = ("/".join(missing[:count]) for count in range(2, len(missing) + 1))
    if any(end.step(key) is not None for key in longer):
        return "in a reference, a slash in a key is written ~1"
    close = nearest(missing[0], [key for key, _ in end.members()])
    return f"there is no {missing[0]!r} there" + (f"; did you mean {close!r}?" if close is not None else "")


def _reference(node: Node, text: str) -> str | None:
    """Return the reference that an author meant by a text: a pointer, or a name in the document."""
    if "#/" in text:
        return text
    table = _TABLES.get(node.key, f"{node.key}s")
    for path in ((table,), ("components", table)):
        at: Node | None = node.document.root
        for key in path:
            at = at.get(key) if at else None
        known = at.value if at is not None and isinstance(at.value, Map) else ()
        close = text if text in known else nearest(text, known, 0.8)
        if close is not None:
            return "#" + json_pointer((*path, close))
    return None
