"""The keywords of JSON Schema that no Python type expresses: the generated model has a copy and checks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of, plain
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.json_schema.keywords import pattern_works, whole
from topicwright_codegen.schemas.json_schema.object_shape import UNIONS, Analysis, adds, all_of

CONDITIONS = ("if", "then", "else")
OF_OBJECTS = (
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "not",
    *CONDITIONS,
)
OF_ARRAYS = ("uniqueItems", "contains", "minContains", "maxContains", "not", *CONDITIONS)
OF_SCALARS = ("not", *CONDITIONS)
_UNKNOWN = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef")
_NUMBERS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))
_COUNTS = frozenset(
    ("minLength", "maxLength", "minProperties", "maxProperties", "minItems", "maxItems", "minContains", "maxContains")
)
_COPIED = _NUMBERS | _COUNTS | {"type", "enum", "const", "required", "dependentRequired", "uniqueItems"}
_SCHEMAS = frozenset(
    ("additionalProperties", "propertyNames", "items", "additionalItems", "contains", "not", *CONDITIONS)
)
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_TABLES = frozenset(("properties", "patternProperties", "dependentSchemas", "dependencies"))
BOUNDING = _NUMBERS | {"minLength", "maxLength", "pattern"}
"""The keywords that distinguish scalars of one type."""
_MOST = 500
"""At most this many values are copied for one schema."""


class _NotCopiedError(Exception):
    """Something in a schema cannot be asserted by a generated model."""


@dataclass(slots=True)
class _Copier:
    """Copies a schema as builtin values, with its references replaced by their targets."""

    source: Source
    above: set[Identity] = field(default_factory=set[Identity])
    count: int = 0

    def schema(self, node: Node) -> object:
        """Return the copy of a schema; raise _NotCopiedError where there is none."""
        target = self.source.resolve(node)
        self.count += 1
        if target is None or target.identity in self.above or self.count > _MOST:
            raise _NotCopiedError
        if isinstance(target.value, bool):
            return target.value
        if not isinstance(target.value, Map):
            raise _NotCopiedError
        self.above.add(target.identity)
        copied = {key: self.keyword(key, child) for key, child in target.members() if self._asserts(key)}
        self.above.discard(target.identity)
        return copied

    def _asserts(self, key: str) -> bool:
        if key in _UNKNOWN:
            raise _NotCopiedError
        return key in _COPIED or key in _SCHEMAS or key in _LISTS or key in _TABLES or key == "pattern"

    def keyword(self, key: str, node: Node) -> object:
        """Return the copy of a keyword's value."""
        if key == "pattern":
            return _checked_pattern(node.value)
        if key in _LISTS or (key == "items" and isinstance(node.value, Seq)):
            return [self.schema(item) for item in node.elements()]
        if key in _TABLES:
            return {name: self._entry(key, name, child) for name, child in node.members()}
        if key in _COUNTS and isinstance(node.value, float):
            return whole(node.value)
        return self.schema(node) if key in _SCHEMAS else self._plain(node.value)

    def _entry(self, key: str, name: str, node: Node) -> object:
        if key == "patternProperties":
            _checked_pattern(name)
        return self._plain(node.value) if isinstance(node.value, Seq) else self.schema(node)

    def _plain(self, value: Value) -> object:
        self.count += len(value) if isinstance(value, Seq) else 1
        if self.count > _MOST:
            raise _NotCopiedError
        return plain(value)


def _checked_pattern(value: Value) -> str:
    if not isinstance(value, str) or not pattern_works(value):
        raise _NotCopiedError
    return value


def copy_of(node: Node, source: Source) -> Flat | bool | None:
    """Return a schema with its references replaced by their targets; None where that would not mean the same."""
    try:
        schema = _Copier(source).schema(node)
    except _NotCopiedError:
        return None
    return cast("Flat | bool", schema)


def copied_assertions(node: Node, keys: Iterable[str], source: Source) -> Flat:
    """Return what a schema asserts by the keywords ``keys``, reporting those that a model cannot check."""
    assertions: Flat = {}
    for key in keys:
        child = _keyword(node, key, source)
        if child is None:
            continue
        try:
            assertions[key] = _Copier(source).keyword(key, child)
        except _NotCopiedError:
            message = f"{key!r} is not checked by the generated model: it needs a schema that the model cannot have"
            source.diagnostics.warning("TW410", message, child)
            if key in CONDITIONS:
                return _without_conditions(assertions)
    return assertions if "if" in assertions else _without_conditions(assertions)


def _keyword(node: Node, key: str, source: Source) -> Node | None:
    """Return a keyword of a schema; None where it is not there, asserts nothing, or after reporting a wrong value."""
    child = node.get(key)
    if child is None or (key == "uniqueItems" and child.value is False) or not _well_formed(key, child, source):
        return None
    return child


def _without_conditions(schema: Flat) -> Flat:
    return {key: value for key, value in schema.items() if key not in CONDITIONS}


def of_object(node: Node, analysis: Analysis, seen: frozenset[Identity] = frozenset()) -> Flat:
    """Return what an object with everything that it is composed of asserts beyond its fields."""
    source = analysis.source
    known = analysis.asserts.get(node)
    if known is not None:
        return known
    own = copied_assertions(node, OF_OBJECTS, source)
    for key in UNIONS:
        union = node.get(key)
        if union is not None and not any(adds(branch, source) for branch in union.elements()):
            own.update(copied_assertions(node, (key,), source))
    inner = (part for part in all_of(node, source) if part.identity not in seen)
    asserts = together([own, *(of_object(part, analysis, seen | {node.identity}) for part in inner)])
    if _size(asserts) > _MOST:
        source.diagnostics.warning("TW410", "too much is asserted here: the generated model checks only fields", node)
        asserts = {}
    return analysis.asserts.put(node, asserts)


def together(parts: Iterable[Flat]) -> Flat:
    """Return one schema that asserts what all of ``parts`` do."""
    asserting: list[Flat] = []
    for part in parts:
        if part and part not in asserting:
            asserting.append(part)
    return {"allOf": asserting} if len(asserting) > 1 else asserting[0] if asserting else {}


def _size(value: object) -> int:
    """Count the values in a copied schema."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, cast("dict[str, object]", value).values()))
    return 1 + sum(map(_size, cast("list[object]", value))) if isinstance(value, list) else 1


def _well_formed(key: str, node: Node, source: Source) -> bool:
    """Report a keyword that has a value of the wrong kind."""
    right, wanted = _KINDS.get(key, (_is_schema, "a schema"))
    if not right(node.value):
        source.diagnostics.error("TW414", f"{key!r} must be {wanted}, not {kind_of(node.value)}", node)
        return False
    return True


def _is_schema(value: Value) -> bool:
    return isinstance(value, (Map, bool))


def _is_count(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)


def _is_table(value: Value) -> bool:
    return isinstance(value, Map)


def _is_list(value: Value) -> bool:
    return isinstance(value, Seq) and bool(value)


def _is_boolean(value: Value) -> bool:
    return isinstance(value, bool)


def _is_items(value: Value) -> bool:
    return _is_schema(value) or isinstance(value, Seq)


_KINDS: dict[str, tuple[Callable[[Value], bool], str]] = {
    **dict.fromkeys(_COUNTS, (_is_count, "a whole number")),
    **dict.fromkeys((*_TABLES, "dependentRequired"), (_is_table, "an object")),
    **dict.fromkeys(_LISTS, (_is_list, "a list")),
    "uniqueItems": (_is_boolean, "a boolean"),
    "items": (_is_items, "a schema"),
}
