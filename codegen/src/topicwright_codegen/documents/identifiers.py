"""The names in a document: ``$id``, ``$anchor`` and ``$dynamicAnchor`` (JSON Schema, core, section 8.2).

Only a schema has a name. What is inside ``enum``, ``const``, an example or an unknown keyword is a value of the author,
whatever it looks like. Where a document has schemas is known of AsyncAPI; any other file is a schema, or has schemas
under names of the author.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from topicwright_codegen.documents.dialects import MODERN, SCHEMA_FIELDS, SUBSCHEMAS, TABLES, VALUES, is_json_schema
from topicwright_codegen.documents.node import Document, Node, Pointer
from topicwright_codegen.documents.reference import joined
from topicwright_codegen.documents.values import Map, Seq

Kind: TypeAlias = Literal["schema", "object", "either", "schemas", "objects", "eithers"]
"""A schema; an object of AsyncAPI; a schema or an object, whichever it looks like; or a table of these by names of the
author."""
RECURSIVE = "recursiveAnchor"
"""The name of the schema that ``$recursiveRef`` of 2019-09 leads to."""
MENTIONS = ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "\\u0024", "\\x24", "\\U00000024")
"""A text without any of these has no names: the last ones are escapes of a dollar."""
_SCHEMAS = ("payload", "headers", "schema")
_TABLES = (
    *("servers", "channels", "operations", "messages", "parameters", "replies", "replyAddresses", "correlationIds"),
    *("operationTraits", "messageTraits", "serverVariables", "variables", "securitySchemes", "externalDocs"),
    *("serverBindings", "channelBindings", "operationBindings", "messageBindings"),
)
"""The fields of AsyncAPI with tables of objects."""
_SINGLE = ("message", "publish", "subscribe", "reply", "traits", "bindings", "components")
"""The fields of AsyncAPI with an object, or with a list of objects, in which ``oneOf`` is no keyword of a schema."""
_KINDS: dict[str, Kind] = {
    "schemas": "schemas",
    **dict.fromkeys(_SINGLE, "object"),
    **dict.fromkeys(_SCHEMAS, "schema"),
}
"""The kinds of the parts of an object by their fields."""
_LISTED: dict[Kind, Kind] = {"schemas": "schema", "objects": "object", "eithers": "either"}
"""The kind of what is in a table, or in a list in place of one."""
_TEXTS = ("$id", "$schema", "$anchor", "$dynamicAnchor", "type")
_LISTS = ("allOf", "anyOf", "oneOf", "enum", "type")
_MAPS = ("properties", "$defs", "definitions", "patternProperties")


@dataclass(frozen=True, slots=True)
class Resource:
    """A schema resource: a schema with an ``$id``, or a whole file."""

    root: Node
    """The schema that its JSON pointers start from."""
    base: str
    """The absolute URI that references in it are relative to.

    It is a ``file:`` URI, which differs between machines, where neither an ``$id`` nor a mapped URL gives another.
    """


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The names in a document."""

    whole: Resource
    """The resource that everything is in that is in no other."""
    resources: dict[Pointer, Resource] = field(default_factory=dict[Pointer, Resource])
    """By the pointer of its root: each schema with an ``$id``."""
    uris: dict[str, list[Resource]] = field(default_factory=dict[str, "list[Resource]"])
    """By its URI: the resources with that ``$id``, of which the first counts."""
    anchors: dict[tuple[Pointer, str], Node] = field(default_factory=dict[tuple[Pointer, str], Node])
    """By the root of its resource and the name: a schema with an anchor."""

    @classmethod
    def of(cls, document: Document, base: str, modern: bool) -> Identifiers:
        """Collect the names in a document; ``modern`` is whether keywords beside ``$ref`` apply, if it does not say."""
        found = cls(Resource(document.root, base))
        if document.has_ids:
            start: Kind = "object" if document.root.get("asyncapi") is not None else "either"
            waiting = [_Visit(document.root, start, found.whole, modern)]
            while waiting:
                waiting += reversed(list(found._visit(waiting.pop())))
        return found

    dynamic: dict[Pointer, dict[str, Node]] = field(default_factory=dict[Pointer, dict[str, Node]])
    """By the root of its resource: the schemas that a ``$dynamicRef`` elsewhere can lead to, by their names."""

    def around(self, node: Node) -> Resource:
        """Return the innermost resource that a node is in."""
        if self.resources:
            pointer = node.pointer
            for length in range(len(pointer), -1, -1):
                found = self.resources.get(pointer[:length])
                if found is not None:
                    return found
        return self.whole

    def _visit(self, visit: _Visit) -> Iterator[_Visit]:
        """Record the names of a part, and yield its parts."""
        node, kind, around = visit.node, visit.kind, visit.around
        if isinstance(node.value, Seq):
            listed = _LISTED.get(kind, kind)
            yield from (_Visit(item, listed, around, visit.modern) for item in node.elements())
        elif isinstance(node.value, Map):
            if kind == "either":
                kind = "schema" if _looks_like_schema(node.value) else kind
            modern = _is_modern(node.value.get("$schema"), visit.modern) if kind == "schema" else visit.modern
            if kind == "schema" and (modern or node.ref is None):  # before 2019-09 nothing beside $ref counts
                around = self._named(node, around)
            yield from _parts(node, kind, around, modern)

    def _named(self, node: Node, around: Resource) -> Resource:
        """Record the names of a schema, and return the resource that its parts are in."""
        value = node.value if isinstance(node.value, Map) else Map()
        id_ = value.get("$id")
        names = [value.get("$anchor"), value.get("$dynamicAnchor")]
        if isinstance(id_, str):
            uri, _, fragment = id_.partition("#")
            base = joined(around.base, uri)
            if uri and (base != around.base or not fragment):
                around = Resource(node, base)
                self.resources[node.pointer] = around
                self.uris.setdefault(base, []).append(around)
            names.append("" if fragment.startswith("/") else fragment)  # as draft 7 writes an anchor
        root = around.root.pointer
        for name in names:
            if isinstance(name, str) and name:
                self.anchors.setdefault((root, name), node)
        dynamic = value.get("$dynamicAnchor")
        if isinstance(dynamic, str) and self.anchors.get((root, dynamic)) is node:
            self.dynamic.setdefault(root, {})[dynamic] = node
        if value.get("$recursiveAnchor") is True and node.pointer == root:
            self.dynamic.setdefault(root, {})[RECURSIVE] = node
        return around


@dataclass(frozen=True, slots=True)
class _Visit:
    """A part of a document that is to be looked at."""

    node: Node
    kind: Kind
    around: Resource
    modern: bool


def _parts(node: Node, kind: Kind, around: Resource, modern: bool) -> Iterator[_Visit]:
    """Yield the parts of a part that can have names."""
    declared = node.value.get("schemaFormat") if isinstance(node.value, Map) else None
    for key, child in node.members():
        inner = _kind_of(key, kind, isinstance(declared, str))
        if inner is None or not isinstance(child.value, (Map, Seq)):
            continue
        if kind == "schema" and key in TABLES:
            yield from (_Visit(entry, inner, around, modern) for _, entry in child.members())
        elif inner != "schema" or key not in SCHEMA_FIELDS or not isinstance(declared, str):
            yield _Visit(child, inner, around, modern)
        elif is_json_schema(declared):
            yield _Visit(child, inner, around, _is_modern(declared, modern))


def _kind_of(key: str, kind: Kind, has_format: bool) -> Kind | None:
    """Return the kind of a part by its key, and by the kind of what it is in; None where it has no names."""
    match kind:
        case "schema":
            return "schema" if key in TABLES or key in SUBSCHEMAS or (key == "schema" and has_format) else None
        case "schemas" | "objects" | "eithers":
            return _LISTED[kind]
        case _:
            if key in VALUES or key in _KINDS:
                return _KINDS.get(key)
            if key in _TABLES:
                return "objects" if kind == "object" else "eithers"
            return "either" if key.startswith("x-") else kind


def _looks_like_schema(value: Map) -> bool:
    """Return whether an object is a schema, rather than one that has schemas under names of its author."""
    return (
        any(isinstance(value.get(key), str) for key in _TEXTS)
        or any(isinstance(value.get(key), Seq) for key in _LISTS)
        or any(isinstance(value.get(key), Map) for key in _MAPS)
    )


def _is_modern(declared: object, modern: bool) -> bool:
    return MODERN.search(declared) is not None if isinstance(declared, str) else modern
