"""The keywords of a schema by their places, references followed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, plain
from topicwright_codegen.review.sides.side import Side

Places: TypeAlias = dict[str, tuple[str, Node]]
"""The text and the node of a keyword, by its place in the payload."""
STEPS = ("items", "additionalProperties", "schema")
ITSELF = ""
"""Stands for the schema, beside its keywords."""
LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")


def _is_plain(key: str, node: Node) -> bool:
    return key not in (*STEPS, *LISTS, "properties")


def keywords_of(node: Node, source: Source, wanted: Callable[[str, Node], bool]) -> Places:
    """Return the keywords of a schema that are wanted, by their places, references followed."""
    found: dict[str, dict[str, Node]] = {}
    for place, (text, at) in _walk(node, "payload", source, frozenset(), wanted):
        found.setdefault(place, {}).setdefault(text, at)
    # Alternatives share a place: what they say stands together, in any order.
    return {place: ("; ".join(sorted(texts)), texts[min(texts)]) for place, texts in found.items()}


def both(old: Node, new: Node, before: Side, after: Side) -> Callable[[str], bool]:
    """Return what tells whether both sides have the schema that a keyword is in: a new field is told as such."""

    @cache  # most schemas are the same on both sides, and nobody asks
    def shared() -> set[str]:
        sides = (old, before), (new, after)
        olds, news = (
            {place.rpartition(" ")[0] for place in keywords_of(node, side.source, _is_plain)} for node, side in sides
        )
        return olds & news

    return lambda place: place.rpartition(" ")[0] in shared()


def _walk(
    node: Node, path: str, source: Source, seen: frozenset[Identity], wanted: Callable[[str, Node], bool]
) -> Iterator[tuple[str, tuple[str, Node]]]:
    target = source.resolve(node)
    if target is None or target.identity in seen or not isinstance(target.value, Map):
        return
    seen |= {target.identity}
    if wanted(ITSELF, target):
        yield f"{path} {ITSELF}", ("", target)
    for key, child in target.members():
        if wanted(key, child) and child.value is not False:
            yield f"{path} {key}", (json.dumps(plain(child.value), sort_keys=True), child)
        elif key == "properties":
            for name, member in child.members():
                yield from _walk(member, f"{path}.{name}", source, seen, wanted)
        elif key in STEPS:
            yield from _walk(child, f"{path}[]", source, seen, wanted)
        elif key in LISTS:
            for branch in child.elements():
                yield from _walk(branch, path, source, seen, wanted)
