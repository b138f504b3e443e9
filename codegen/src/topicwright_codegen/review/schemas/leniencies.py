"""What readers understand beside what the schemas allow (``x-lenient``): dropping it narrows what is received."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Node
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.values.alternatives import Types
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.types import Type

_REASON = "no writer of a catalog sends such a value: only devices do"
_Places: TypeAlias = "dict[str, tuple[Node, set[str]]]"
"""By the path of a schema: where it is written, and its leniencies."""


def review_leniencies(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield the leniencies that are gone, and those that are new, where both versions have the schema."""
    olds = _places(pair.old, before.catalog.types_by_number)
    news = _places(pair.new, after.catalog.types_by_number)
    everywhere = set(pair.old.lenient), set(pair.new.lenient)
    for path in sorted(olds.keys() & news.keys()):
        (_, old), (node, new) = olds[path], news[path]
        at_old, at_new = everywhere if path.startswith("payload") else (set[str](), set[str]())
        for name in sorted(old - new - at_new):
            text = f"readers do not understand {name} in {path} any more"
            yield Change("leniency-dropped", text, node, pair.topics, f"{path} {name}", reason=_REASON).judged()
        for name in sorted(new - old - at_old):
            text = f"readers understand {name} in {path} now"
            yield Change("leniency-added", text, node, pair.topics, f"{path} {name}", reason=_REASON).judged()


def _places(topic: Topic, types: Types) -> _Places:
    walk = _Walk(types)
    walk.add("message", topic.node, topic.lenient)
    for path, type_ in (("payload", topic.payload), ("headers", topic.headers)):
        if type_ is not None:
            walk.type(type_, path, type_.node)
    return walk.places


@dataclass(slots=True)
class _Walk:
    """Collects the leniencies of a type by their paths."""

    types: Types
    places: _Places = field(default_factory=dict[str, "tuple[Node, set[str]]"])
    _inside: set[int] = field(default_factory=set[int])

    def add(self, path: str, node: Node, names: tuple[str, ...]) -> None:
        """Add leniencies of a place, which alternatives share."""
        self.places.setdefault(path, (node, set()))[1].update(names)

    def type(self, type_: Type, path: str, node: Node) -> None:
        """Add those of a type and of all in it; of one inside itself, once."""
        self.add(path, node, type_.lenient)
        if type_.number in self._inside:
            return
        self._inside.add(type_.number)
        if type_.kind != "object":
            self.schema(type_.schema, path, node)
        for member in type_.fields:
            inner = f"{path}.{member.wire}"
            self.add(inner, member.node, member.lenient)
            self.schema(member.schema, inner, member.node)
        self._inside.discard(type_.number)

    def schema(self, schema: Flat, path: str, node: Node) -> None:
        """Add those of a schema in the flat form."""
        self.add(path, node, ())
        number = reference_of(schema)
        if number is not None:
            self.type(self.types[number], path, node)
        for branch in branches_of(schema):
            self.schema(branch, path, node)
        for key, step in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(schema.get(key), dict):
                self.schema(cast("Flat", schema[key]), path + step, node)
        for at, item in enumerate(cast("list[Flat]", schema.get("prefixItems", []))):
            self.schema(item, f"{path}[{at}]", node)
