"""Predicates of schemas, and copies of them with a keyword changed."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.documents.dialects import ANNOTATIONS, format_around
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, Value
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.json_schema.keywords import keywords_of
from topicwright_codegen.schemas.json_schema.object_shape import UNIONS, all_of


def own_name(target: Node) -> str:
    """Return the name that the author gave to a schema: its key among components, or the stem of its file."""
    pointer = target.pointer
    if format_around(target) is not None:
        pointer = pointer[:-1]
    if len(pointer) >= 2 and pointer[-2] in ("schemas", "$defs", "definitions"):
        return pointer[-1]
    return target.document.path.stem if not target.pointer else ""


def is_plain(schema: Flat) -> bool:
    """Return whether datamodel-code-generator types a nested schema without inventing a name for it."""
    if "$ref" in schema or "enum" in schema or not schema:
        return True
    return set(schema) <= {"type", "format"} and schema.get("type") != "array"


def is_nullable(node: Node, _: object) -> bool:
    """Return whether a schema allows null by ``nullable`` alone."""
    kinds = keywords_of(node).get("type")
    has_null = kinds == "null" or (isinstance(kinds, Seq) and "null" in kinds)
    return keywords_of(node).get("nullable") is True and not has_null


def is_literal(node: Node, _: object) -> bool:
    """Return whether a schema lists its values."""
    return not keywords_of(node).keys().isdisjoint(("enum", "const"))


def is_union(node: Node, _: object) -> bool:
    """Return whether a schema has alternatives."""
    return not keywords_of(node).keys().isdisjoint(UNIONS)


def is_composed(node: Node, _: object) -> bool:
    """Return whether a schema has ``allOf``."""
    return "allOf" in keywords_of(node)


def has_only_part(node: Node, _: object) -> bool:
    """Return whether a schema is one other schema, with texts of its own."""
    return only_part(node) is not None


def is_anything(_node: Node, _source: object) -> bool:
    """Return true, for the form that every other schema has."""
    return True


def constraining(node: Node) -> list[Node]:
    """Return the keywords of a schema that constrain something."""
    return [child for key, child in node.members() if key not in ANNOTATIONS and not key.startswith("x-")]


def constrains(node: Node) -> bool:
    """Return whether a schema constrains anything."""
    return any(constraining(node))


def without(node: Node, key: str) -> Node:
    """Return a copy without one keyword."""
    return _copy(node, {name: value for name, value in _members(node).items() if name != key})


def with_type(node: Node, kind: str) -> Node:
    """Return a copy with one type."""
    return _copy(node, {**_members(node), "type": kind})


def _members(node: Node) -> dict[str, Value]:
    return dict(keywords_of(node))


def _copy(node: Node, members: dict[str, Value]) -> Node:
    value = Map()
    value.update(members)
    return node.with_value(value)


def only_part(node: Node) -> Node | None:
    """Return the part of an ``allOf`` that is all of a schema, besides texts: the schema means the same."""
    written = node.get("allOf")
    parts = list(written.elements()) if written is not None else []
    return parts[0] if len(parts) == 1 and not constrains(without(node, "allOf")) else None


def parts_of(node: Node, source: Source, seen: set[Identity]) -> Iterator[Node]:
    """Yield the schemas that an ``allOf`` is made of, each once, without their ``allOf``; itself at the end."""
    seen.add(node.identity)
    for part in all_of(node, source):
        if part.identity not in seen:
            yield from parts_of(part, source, seen)
    yield without(node, "allOf")
