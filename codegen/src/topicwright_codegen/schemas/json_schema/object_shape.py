"""Objects of JSON Schema with their ``allOf`` merged: which fields, which are required, which alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from topicwright_codegen.documents.dialects import ANNOTATIONS
from topicwright_codegen.documents.node import ComposedNode, Identity, MergedNode, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq
from topicwright_codegen.schemas.json_schema.closed_parts import report_closed_parts
from topicwright_codegen.schemas.json_schema.memo import Memo

UNIONS = ("oneOf", "anyOf")
_ELSEWHERE = ("unevaluatedProperties", "dependentSchemas", "$dynamicRef")
"""The keywords by which a schema says more about the fields of some of its values."""
_DECIDING = frozenset(("$ref", "$dynamicRef", "enum", "const", "allOf", "if", *UNIONS))
"""The keywords that decide on a type, whatever another schema of the same field says."""
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
    any_of: list[list[Node]] = field(default_factory=list[list[Node]])
    """Those among the options of which several can apply at once."""
    elsewhere: bool = False
    """Whether it has keywords that describe further fields of some of its values."""
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
            or self.elsewhere
            or self.pattern is not None
            or (self.additional is not None and self.additional.value is not False)
        )

    @property
    def silent(self) -> bool:
        """Whether it does not declare if other fields are allowed: in JSON Schema they are."""
        return self.additional is None

    def add(self, other: Shape) -> None:
        """Merge another part of an ``allOf``."""
        for name, node in other.properties.items():
            known = self.properties.get(name)
            self.properties[name] = node if known is None or known.value is node.value else _overlaid(known, node)
        self.required |= other.required
        self.additional = other.additional or self.additional
        self.pattern = other.pattern or self.pattern
        self.elsewhere |= other.elsewhere
        self.options += [option for option in other.options if option not in self.options]
        self.any_of += other.any_of


def _overlaid(first: Node, second: Node) -> Node:
    """Return the schema of a field that two parts of an ``allOf`` describe, as far as one schema says it."""
    if adds_nothing(second) and (first.ref is not None or second.value is True):
        return first
    if not isinstance(first.value, Map) or not isinstance(second.value, Map):
        return second
    if "properties" in first.value and "properties" in second.value:
        return ComposedNode.of("allOf", (first, second))
    if first.ref is not None or not _DECIDING.isdisjoint(second.value):
        return second
    return merged(second, (first, second))


def adds_nothing(node: Node) -> bool:
    """Return whether the second schema of a field has texts alone."""
    return node.value is True or (
        isinstance(node.value, Map) and all(key in ANNOTATIONS or key.startswith("x-") for key in node.value)
    )


def merged(node: Node, parts: Iterable[Node]) -> Node:
    """Return a schema with the keywords of several: of two with one name, the later counts."""
    value, written = Map(), dict[str, Node]()
    for part in parts:
        for key, child in part.members():
            value[key], written[key] = child.value, child
    return MergedNode(node.document, node.pointer, value, written)


@dataclass(slots=True, eq=False)
class Analysis:
    """The schemas of one run, and the results of the functions that follow their references."""

    source: Source
    shapes: Memo[Shape] = field(default_factory=Memo[Shape])
    objects: Memo[bool] = field(default_factory=Memo[bool])
    bound: Memo[bool] = field(default_factory=Memo[bool])


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
    for name in _depending(node):
        shape.properties.setdefault(name, node.with_value(True))
    return analysis.shapes.put(node, shape)


def _conditional(node: Node, analysis: Analysis, seen: frozenset[Identity]) -> dict[str, Node]:
    """Return the fields that only ``then`` and ``else`` name: they can be there, whatever the condition.

    One that both describe has one of their types; one that a single branch describes has any, where the other holds.
    """
    condition, first, second = (_described(node, key, analysis, seen) for key in ("if", "then", "else"))
    fields: dict[str, Node] = {}
    for name, described in (condition | first | second).items():
        if name not in first or name not in second:
            fields[name] = described.with_value(True)
        elif first[name].value is second[name].value:
            fields[name] = described
        else:
            fields[name] = ComposedNode.of("anyOf", (first[name], second[name]))
    return fields


def _described(node: Node, key: str, analysis: Analysis, seen: frozenset[Identity]) -> dict[str, Node]:
    """Return the fields that a branch of a condition describes, or requires."""
    branch = analysis.source.child(node, key)
    if branch is None or not isinstance(branch.value, Map):
        return {}
    shape = shape_of(branch, analysis, seen)
    return {**{name: branch.with_value(True) for name in sorted(shape.required)}, **shape.properties}


def is_bound(node: Node, analysis: Analysis, seen: frozenset[Identity] = frozenset()) -> bool:
    """Return whether every value of a schema is an object."""
    if not isinstance(node.value, Map) or node.identity in seen:
        return False
    if "type" in node.value:
        return node.value["type"] == "object"
    known = analysis.bound.get(node)
    if known is not None:
        return known
    inner = seen | {node.identity}
    bound = any(is_bound(part, analysis, inner) for part in all_of(node, analysis.source))
    for key in UNIONS:
        union = node.get(key)
        branches = [analysis.source.resolve(branch) for branch in union.elements()] if union is not None else []
        bound |= bool(branches) and all(branch is not None and is_bound(branch, analysis, inner) for branch in branches)
    return analysis.bound.put(node, bound)


def _own(node: Node, source: Source) -> Shape:
    properties, required = node.get("properties"), node.get("required")
    unions = {key: list(union.elements()) for key in UNIONS if (union := node.get(key)) is not None}
    options = {key: branches for key, branches in unions.items() if any(adds(branch, source) for branch in branches)}
    return Shape(
        dict(properties.members()) if properties else {},
        {str(name.value) for name in required.elements()} if required else set(),
        node.get("additionalProperties"),
        node.get("patternProperties"),
        list(options.values()),
        [options["anyOf"]] if "anyOf" in options else [],
        elsewhere=any(node.get(key) is not None for key in _ELSEWHERE) or _has_dependent_schemas(node),
    )


def _depending(node: Node) -> Iterator[str]:
    """Yield the fields that are named where one field requires others."""
    for key in ("dependentRequired", "dependencies"):
        table = node.get(key)
        for name, names in table.members() if table is not None else ():
            if isinstance(names.value, Seq):
                yield name
                yield from (other for other in names.value if isinstance(other, str))


def _has_dependent_schemas(node: Node) -> bool:
    """Return whether a schema has schemas for objects with some field, as draft 7 writes them."""
    dependencies = node.get("dependencies")
    members = dependencies.members() if dependencies is not None else ()
    return any(isinstance(child.value, Map) for _, child in members)


def adds(branch: Node, source: Source) -> bool:
    """Return whether a branch of a union does more than require fields together."""
    resolved = source.resolve(branch)
    if resolved is None or not isinstance(resolved.value, Map):
        return False
    return any(key in resolved.value for key in ("properties", "allOf", "additionalProperties", *UNIONS)) or (
        branch.ref is not None
    )
