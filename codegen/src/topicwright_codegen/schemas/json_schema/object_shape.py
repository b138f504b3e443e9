"""Objects of JSON Schema with their ``allOf`` merged: which fields, which are required, which alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.json_schema.closed_parts import report_closed_parts
from topicwright_codegen.schemas.json_schema.memo import Memo

UNIONS = ("oneOf", "anyOf")
_OBJECT_KEYS = ("properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties")


@dataclass(slots=True)
class Shape:
    """An object schema merged with all that it is composed of."""

    properties: dict[str, Node] = field(default_factory=dict[str, Node])
    required: set[str] = field(default_factory=set[str])
    additional: Node | None = None
    pattern: Node | None = None
    options: list[list[Node]] = field(default_factory=list[list[Node]])
    """Lists of alternatives, of which one each applies."""
    base: bool = False
    """Whether it has a discriminator, so that schemas which inherit from it, with more fields, can replace it."""

    @property
    def is_map(self) -> bool:
        """Whether it names no field: a dict rather than a class."""
        closed = self.additional is not None and self.additional.value is False
        return not self.properties and (self.pattern is not None or not closed)

    @property
    def open(self) -> bool:
        """Whether it declares that it has fields which it does not name."""
        return (
            self.base
            or self.pattern is not None
            or (self.additional is not None and self.additional.value is not False)
        )

    @property
    def silent(self) -> bool:
        """Whether it does not declare if other fields are allowed: in JSON Schema they are."""
        return self.additional is None

    def add(self, other: Shape) -> None:
        """Merge another part of an ``allOf``; the later of two definitions of a field replaces the first."""
        self.properties.update(other.properties)
        self.required |= other.required
        self.additional = other.additional or self.additional
        self.pattern = other.pattern or self.pattern
        self.options += [option for option in other.options if option not in self.options]


@dataclass(slots=True, eq=False)
class Analysis:
    """The schemas of one run, and the results of the functions that follow their references."""

    source: Source
    shapes: Memo[Shape] = field(default_factory=Memo[Shape])
    objects: Memo[bool] = field(default_factory=Memo[bool])
    asserts: Memo[Flat] = field(default_factory=Memo[Flat])


def is_object(node: Node, analysis: Analysis, seen: frozenset[Identity] = frozenset()) -> bool:
    """Return whether a schema describes an object and is more than a reference or a plain union."""
    if not isinstance(node.value, Map) or node.identity in seen:
        return False
    kind = node.value.get("type")
    if kind is not None:
        return kind == "object"
    if any(key in node.value for key in _OBJECT_KEYS) and not ("enum" in node.value or "const" in node.value):
        return True
    known = analysis.objects.get(node)
    if known is not None:
        return known
    has_object = any(is_object(part, analysis, seen | {node.identity}) for part in all_of(node, analysis.source))
    return analysis.objects.put(node, has_object)


def all_of(node: Node, source: Source) -> Iterator[Node]:
    """Yield the parts of ``allOf``, references followed."""
    parts = node.get("allOf")
    for part in parts.elements() if parts else ():
        resolved = source.resolve(part)
        if resolved is not None:
            yield resolved


def shape_of(node: Node, analysis: Analysis, seen: frozenset[Identity] = frozenset()) -> Shape:
    """Return the shape of an object schema; callers must not change it."""
    known = analysis.shapes.get(node)
    if known is not None:
        return known
    shape = Shape()
    if node.identity in seen:
        analysis.source.diagnostics.warning("TW401", "allOf contains itself, which adds nothing", node, "leave it out")
        return shape
    for part in all_of(node, analysis.source):
        shape.add(shape_of(part, analysis, seen | {node.identity}))
    shape.add(_own(node, analysis.source))
    report_closed_parts(node, analysis.source)
    shape.base = node.get("discriminator") is not None
    for field_, schema in _conditional(node, analysis, seen | {node.identity}).items():
        shape.properties.setdefault(field_, schema)
    return analysis.shapes.put(node, shape)


def _conditional(node: Node, analysis: Analysis, seen: frozenset[Identity]) -> dict[str, Node]:
    """Return the fields that only ``then`` and ``else`` name: they can be there, whatever the condition."""
    fields: dict[str, Node] = {}
    for key in ("then", "else"):
        branch = analysis.source.child(node, key)
        if branch is not None and isinstance(branch.value, Map):
            for field_, schema in shape_of(branch, analysis, seen).properties.items():
                fields.setdefault(field_, schema)
            # A field that a branch requires and no schema describes can have any value.
            required = branch.get("required")
            for name in required.elements() if required else ():
                if isinstance(name.value, str):
                    fields.setdefault(name.value, Node(name.document, name.pointer, True))
    return fields


def _own(node: Node, source: Source) -> Shape:
    properties, required = node.get("properties"), node.get("required")
    options = [
        branches
        for key in UNIONS
        if (union := node.get(key)) and (branches := [branch for branch in union.elements() if adds(branch, source)])
    ]
    return Shape(
        dict(properties.members()) if properties else {},
        {str(name.value) for name in required.elements()} if required else set(),
        node.get("additionalProperties") or node.get("unevaluatedProperties"),
        node.get("patternProperties"),
        options,
    )


def adds(branch: Node, source: Source) -> bool:
    """Return whether a branch of a union does more than require fields together."""
    resolved = source.resolve(branch)
    if resolved is None or not isinstance(resolved.value, Map):
        return False
    return any(key in resolved.value for key in ("properties", "allOf", "additionalProperties", *UNIONS)) or (
        branch.ref is not None
    )
