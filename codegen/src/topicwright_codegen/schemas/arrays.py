"""Arrays of JSON Schema in the flat form: lists of one type, and tuples of a fixed length."""

from __future__ import annotations

from collections.abc import Callable

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Seq
from topicwright_codegen.schemas.flat import Flat, union_of
from topicwright_codegen.schemas.json_schema.keywords import counts, keywords_of

Nested = Callable[[Node, str], Flat]
"""From a schema inside an array, and the name of an inline object in it, to the flat form."""


def lower_array(node: Node, name: str, nested: Nested, diagnostics: Diagnostics) -> Flat:
    """Return the flat form of an array."""
    limits = counts(node, ("minItems", "maxItems"), diagnostics)
    items = node.get("items")
    first = node.get("prefixItems") or items
    if first is not None and isinstance(first.value, Seq):
        return _lower_tuple(node, list(first.elements()), name, nested, limits)
    return {"type": "array", "items": nested(items, name + "Item") if items is not None else {}, **limits}


def _lower_tuple(node: Node, items: list[Node], name: str, nested: Nested, limits: Flat) -> Flat:
    lowered = [nested(item, f"{name}Item{at}") for at, item in enumerate(items, 1)]
    rest = node.get("items" if node.get("prefixItems") else "additionalItems")
    closed = rest is not None and rest.value is False
    count = len(items)
    if _has_exactly(node, count, closed):
        return {"type": "array", "prefixItems": lowered, "items": False, "minItems": count, "maxItems": count}
    # Python has no type for it: it becomes a list of all types, and the schema itself says which is where.
    if not closed:
        lowered.append(nested(rest, name + "Rest") if rest is not None else {})
    if closed and "maxItems" not in limits:
        limits = {**limits, "maxItems": count}
    return {"type": "array", "items": {} if {} in lowered else union_of(lowered), **limits}


def _has_exactly(node: Node, count: int, closed: bool) -> bool:
    """Return whether an array has a fixed number of items; ``closed`` is one that allows none but the first ones."""
    value = keywords_of(node)
    return value.get("minItems") == count and (closed or value.get("maxItems") == count)
