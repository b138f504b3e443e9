"""The keywords of a schema by their places, references followed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, plain
from topicwright_codegen.review.sides.side import Side

STEPS = ("items", "additionalProperties", "schema")
LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
ITSELF = ""
"""The key of the schema itself, beside its keywords."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    """A keyword at one place of a payload."""

    text: str
    """Its value as JSON, with those of alternatives at the same place."""
    node: Node


Keywords: TypeAlias = dict[str, Keyword]
"""By the place in the payload: a path and the keyword."""
IsWanted: TypeAlias = Callable[[str, Node], bool]


def keywords_of(schema: Node, source: Source, is_wanted: IsWanted, root: str = "payload") -> Keywords:
    """Return the keywords of a schema that are wanted, by their places, references followed."""
    nodes: dict[str, dict[str, Node]] = {}
    for place, keyword in _Walk(source, is_wanted).schema(schema, root, frozenset()):
        nodes.setdefault(place, {}).setdefault(keyword.text, keyword.node)
    # Alternatives share a place: their texts are joined, in any order.
    return {place: Keyword("; ".join(sorted(texts)), texts[min(texts)]) for place, texts in nodes.items()}


def changed_places(olds: Keywords, news: Keywords) -> list[str]:
    """Return the places of the keywords that differ, in order."""
    return [place for place in sorted(olds.keys() | news.keys()) if _text(olds, place) != _text(news, place)]


def _text(keywords: Keywords, place: str) -> str | None:
    return keywords[place].text if place in keywords else None


def in_both(old: Node, new: Node, before: Side, after: Side, root: str = "payload") -> Callable[[str], bool]:
    """Return a predicate: whether both versions have the schema of a keyword; a new field is reported as such."""

    @cache  # not computed for the many schemas that are the same on both sides
    def shared() -> set[str]:
        sides = (old, before), (new, after)
        olds, news = (
            {place.rpartition(" ")[0] for place in keywords_of(node, side.source, _is_plain, root)}
            for node, side in sides
        )
        return olds & news

    return lambda place: place.rpartition(" ")[0] in shared()


def _is_plain(key: str, node: Node) -> bool:
    return key not in (*STEPS, *LISTS, "properties")


@dataclass(frozen=True, slots=True)
class _Walk:
    source: Source
    is_wanted: IsWanted

    def schema(self, node: Node, path: str, seen: frozenset[Identity]) -> Iterator[tuple[str, Keyword]]:
        """Yield the wanted keywords of a schema and its subschemas, each with its place."""
        target = self.source.resolve(node)
        if target is None or target.identity in seen or not isinstance(target.value, Map):
            return
        seen |= {target.identity}
        if self.is_wanted(ITSELF, target):
            yield f"{path} {ITSELF}", Keyword("", target)
        for key, child in target.members():
            if child.value is not False and self.is_wanted(key, child):
                yield (
                    f"{path} {key}",
                    Keyword(json.dumps(plain(child.value), sort_keys=True, ensure_ascii=False), child),
                )
                continue
            for inner, subschema in _subschemas(key, child, path):
                yield from self.schema(subschema, inner, seen)


def _subschemas(key: str, node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield the schemas below a keyword, each with its path."""
    if key == "properties":
        yield from ((f"{path}.{name}", member) for name, member in node.members())
    elif key in STEPS:
        yield f"{path}[]", node
    elif key in LISTS:
        yield from ((path, branch) for branch in node.elements())
