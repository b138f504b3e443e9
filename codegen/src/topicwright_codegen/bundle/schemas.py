"""Schemas of many files in one document: each that a reference names once, below the components, under its own name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.reading.bundle_parts import FILES, domain_of
from topicwright_codegen.bundle.copier import Object, as_object, inline_copy, put
from topicwright_codegen.documents.dialects import SCHEMA_FORMATS, SUBSCHEMAS, TABLES
from topicwright_codegen.documents.node import Document, Identity, Node, Pointer
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.reference import DYNAMIC
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, plain
from topicwright_codegen.schemas.component_schemas import component_schemas
from topicwright_codegen.schemas.json_schema.rewrites import own_name

_MOVED = frozenset(("definitions", "$defs", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$schema"))
"""Keywords that only serve references, which are pointers in a bundle."""
_KEY = re.compile(r"[\w.-]+\Z", re.ASCII)
"""Keys of components, as AsyncAPI has them."""


@dataclass(slots=True)
class Schemas:
    """Copies schemas; what they refer to is copied when ``place`` is called."""

    source: Source
    domains: Mapping[str, str]
    """The domain of each file that is one, by its label."""
    _targets: dict[Identity, Node] = field(default_factory=dict[Identity, Node])
    _references: list[tuple[Object, Identity]] = field(default_factory=list[tuple[Object, Identity]])
    _inline: dict[Identity, Pointer] = field(default_factory=dict[Identity, Pointer])

    def add_named(self, document: Document) -> None:
        """Add the named schemas of a document, used or not; of a file that is not AsyncAPI only those that inherit.

        A discriminator can mean them without a reference.
        """
        catalog = document.root.get("asyncapi") is not None
        for node in component_schemas(document):
            target = self.source.resolve(node) if catalog or node.get("allOf") is not None else None
            if target is not None and own_name(target):
                self._targets.setdefault(target.identity, target)

    def inline(self, node: Node, pointer: Pointer) -> object:
        """Return the copy of a schema for ``pointer``, and from its second use on a reference to it."""
        if node.ref is not None:
            return self.schema(node)
        first = self._inline.setdefault(node.identity, pointer)
        return self.schema(node) if first == pointer else {"$ref": pointer_of(first)}

    def schema(self, node: Node) -> object:
        """Return the copy of a schema."""
        if not isinstance(node.value, Map):
            return plain(node.value)
        copied: Object = {}
        inner = node.get("schema")
        if inner is not None and isinstance(node.value.get("schemaFormat"), str):
            named = str(node.value["schemaFormat"])
            copy = self.schema(inner) if named.startswith(SCHEMA_FORMATS) else inline_copy(inner, self.source)
            return {"schemaFormat": named, "schema": copy}
        if node.ref is not None:
            target = self.source.resolve(node)
            if target is not None and target.identity == node.identity:  # keywords beside it apply
                return self.schema(target)
            copied = self._reference(node)
        for key, child in node.members():
            if key in DYNAMIC:  # it depends on resources, which a bundle does not have
                text = f"{key!r} is left out of the bundle, which accepts any value there"
                self.source.diagnostics.warning("TW429", text, child)
            elif key not in _MOVED and key != "$ref":
                copied[key] = self._keyword(key, child)
        return copied

    def _reference(self, node: Node) -> Object:
        target = self.source.resolve(node)
        if target is None:
            return {}
        self._targets.setdefault(target.identity, target)
        reference: Object = {"$ref": ""}
        self._references.append((reference, target.identity))
        return reference

    def _keyword(self, key: str, node: Node) -> object:
        if key in TABLES and isinstance(node.value, Map):
            return {name: self._schemas(child) for name, child in node.members()}
        return self._schemas(node) if key in SUBSCHEMAS else plain(node.value)

    def _schemas(self, node: Node) -> object:
        if isinstance(node.value, Seq):
            return [self.schema(item) for item in node.elements()]
        return self.schema(node)

    def place(self, components: Object) -> None:
        """Put all schemas with references to them below the components, and complete the references."""
        copies: dict[Identity, object] = {}
        while waiting := [node for key, node in self._targets.items() if key not in copies and key not in self._inline]:
            for node in waiting:
                copies[node.identity] = self._named(node)
        places = self._find_places([self._targets[key] for key in copies])
        for identity, copy in copies.items():
            put(components, places[identity][1:], copy)
        for reference, identity in self._references:
            reference["$ref"] = pointer_of(self._inline.get(identity) or places[identity])

    def _named(self, node: Node) -> object:
        copy = self.schema(node)
        domain = domain_of(node) or self.domains.get(node.document.label, "")
        made = as_object(copy)
        return {**made, "x-domain": domain} if made is not None and domain and own_name(node) else copy

    def _find_places(self, nodes: list[Node]) -> dict[Identity, Pointer]:
        """Return the pointer of each schema; the second of one name, or of one class, is below its file."""
        places: dict[Identity, Pointer] = {}
        taken: set[Pointer] = set()
        classes: set[str] = set()
        for node in sorted(nodes, key=lambda node: node.identity):
            name = own_name(node)
            flat: Pointer = ("components", "schemas", name)
            if not _KEY.match(name) or naming.class_name(name) in classes:
                flat = _below_file(node, name, taken)
            else:
                classes.add(naming.class_name(name))
            taken.add(flat)
            places[node.identity] = flat
        return places


def _below_file(node: Node, name: str, taken: set[Pointer]) -> Pointer:
    if node.pointer[:2] == ("components", FILES) and node.pointer not in taken:
        return node.pointer
    # The key before the last one decides whether the last is the schema's own name; see own_name.
    end = ("schemas", name) if name else ("parts", pointer_of(node.pointer)[2:])
    label, at = node.document.label, 1
    while (place := ("components", FILES, label, *end)) in taken:
        at += 1
        label = f"{node.document.label} {at}"
    return place
