"""The schemas that judge payloads: what asserts something, in draft 2020-12, each definition by its name.

Texts, examples and extensions are left out. References go to definitions by name, also those that lead to other files.
What older drafts write in another way is written as in 2020-12: lists of ``items``, ``dependencies``, ``nullable``,
bounds that are exclusive by a boolean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from topicwright_codegen import naming
from topicwright_codegen.documents.dialects import format_around, is_json_schema
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.reference import DYNAMIC
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of, plain
from topicwright_codegen.schemas.json_schema.dynamic_scopes import dynamic_anchors, is_scope, meets, uri_of
from topicwright_codegen.schemas.json_schema.keywords import keywords_of, whole
from topicwright_codegen.schemas.json_schema.patterns import is_pattern
from topicwright_codegen.schemas.json_schema.rewrites import is_nullable, own_name, without

NUMBERS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))
COUNTS = frozenset(
    ("minLength", "maxLength", "minProperties", "maxProperties", "minItems", "maxItems", "minContains", "maxContains")
)
SCHEMAS = frozenset(
    (
        *("additionalProperties", "propertyNames", "items", "additionalItems", "contains", "not", "if", "then", "else"),
        *("unevaluatedProperties", "unevaluatedItems"),
    )
)
LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
TABLES = frozenset(("properties", "patternProperties", "dependentSchemas", "dependencies"))
ASSERTIONS = (
    NUMBERS
    | COUNTS
    | SCHEMAS
    | LISTS
    | TABLES
    | {"type", "enum", "const", "required", "dependentRequired", "uniqueItems", "pattern", *DYNAMIC}
)
"""Every keyword that asserts something, in any draft from 4 to 2020-12."""
Definitions = dict[str, Any]


@dataclass(slots=True)
class Judges:
    """Collects the definitions that judge the payloads of a run."""

    source: Source
    called: Callable[[Node], str | None] = lambda _: None
    """From a schema that has a type to the name of the type."""
    tags: Mapping[Identity, Mapping[str, list[object]]] = field(
        default_factory=dict[Identity, "dict[str, list[object]]"]
    )
    """By a schema that a discriminator means: the values of the discriminating fields."""
    formats: frozenset[str] = frozenset()
    """The formats that the definitions have; by default none, since the types check those that are checked."""
    _names: dict[Identity, str] = field(default_factory=dict[Identity, str])
    _definitions: Definitions = field(default_factory=Definitions)
    _uses: dict[str, set[str]] = field(default_factory=dict[str, "set[str]"])

    def of(self, node: Node, name: str) -> str:
        """Return the name of the definition of a payload whose type is called ``name``."""
        return self._named(node, name)

    def needed(self, names: Iterator[str]) -> Definitions:
        """Return definitions with all that they refer to, in the order of their names."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._uses[name]
        return {name: self._definitions[name] for name in sorted(found)}

    def _named(self, target: Node, name: str) -> str:
        known = self._names.get(target.identity)
        if known is not None:
            return known
        wanted = free = naming.class_name(name)
        at = 2
        while free in self._definitions:
            free, at = f"{wanted}{at}", at + 1
        self._names[target.identity] = free
        self._definitions[free] = True
        copier = _Copier(self, target, dynamic_anchors(target, self.source))
        self._definitions[free] = copier.definition(free)
        self._uses[free] = copier.uses
        return free

    def name_of(self, target: Node) -> str:
        """Return the name of the definition that a reference leads to."""
        return self._named(target, self.called(target) or own_name(target) or target.key)


@dataclass(slots=True)
class _Copier:
    """Copies the schema of one definition."""

    judges: Judges
    start: Node
    anchors: Mapping[str, Node]
    """The dynamic anchors of its resource; with any, the definition is a resource of its own with the same anchors."""
    uses: set[str] = field(default_factory=set[str])

    def definition(self, name: str) -> Any:
        """Return the definition of the schema that it starts at."""
        copied = self.schema(self.start)
        if not self.anchors or not isinstance(copied, dict):
            return copied
        anchored = {at: {"$dynamicAnchor": at, **self._reference(node)} for at, node in self.anchors.items()}
        return {"$id": uri_of(name), **cast("dict[str, Any]", copied), "$defs": anchored}

    def schema(self, node: Node) -> Any:
        """Return the copy of a schema."""
        source = self.judges.source
        target = source.resolve(node)
        if target is None or not is_json_schema(format_around(target)):  # reported, and any value is accepted
            return True
        if target.identity != node.identity or (target.identity != self.start.identity and is_scope(target, source)):
            return self._reference(target)
        if not isinstance(target.value, Map):
            return target.value if isinstance(target.value, bool) else True
        if is_nullable(target, None):
            return {"anyOf": [self.schema(without(target, "nullable")), {"type": "null"}]}
        copied: dict[str, Any] = {}
        for key, child in target.members():
            if key in DYNAMIC and _well_formed(key, child, source):
                copied |= self._dynamic(target)
            elif key in ASSERTIONS and _well_formed(key, child, source):
                copied |= self._keyword(key, child, keywords_of(target))
            elif key == "format" and str(child.value) in self.judges.formats:
                copied["format"] = child.value
        return self._tagged(copied, target)

    def _tagged(self, copied: dict[str, Any], target: Node) -> dict[str, Any]:
        """Return a schema with the values of its discriminators (AsyncAPI 3.0, schema object)."""
        tags = self.judges.tags.get(target.identity)
        if not tags:
            return copied
        return {"allOf": [copied, {"properties": {name: {"enum": values} for name, values in tags.items()}}]}

    def _reference(self, target: Node) -> Any:
        if isinstance(target.value, bool):
            return target.value
        return self._by_name(target)

    def _by_name(self, target: Node) -> dict[str, Any]:
        name = self.judges.name_of(target)
        self.uses.add(name)
        return {"$ref": f"{'/' if self.anchors else ''}#/$defs/{name}"}

    def _dynamic(self, node: Node) -> dict[str, Any]:
        """Return the keyword for a ``$dynamicRef``: a ``$ref`` where nothing can take the place of its target."""
        source = self.judges.source
        initial = source.initial(node)
        if initial is None:
            return {}
        home = source.resource_of(initial).root
        for name, anchored in dynamic_anchors(home, source).items():
            if anchored.identity == initial.identity and meets(node, name):
                if home.identity == source.resource_of(self.start).root.identity:
                    return {"$dynamicRef": f"#{name}"}
                scope = self.judges.name_of(home)
                self.uses.add(scope)
                return {"$dynamicRef": f"{uri_of(scope)}#{name}"}
        return self._by_name(initial)

    def _keyword(self, key: str, node: Node, schema: Map) -> dict[str, Any]:
        """Return the keywords of 2020-12 for a keyword."""
        is_tuple = isinstance(schema.get("items"), Seq) and "prefixItems" not in schema
        if key in LISTS or (key == "items" and isinstance(node.value, Seq)):
            return {"prefixItems" if key == "items" else key: [self.schema(item) for item in node.elements()]}
        if key == "additionalItems":
            return {"items": self.schema(node)} if is_tuple else {}
        if key == "dependencies":
            return self._dependencies(node)
        if key == "patternProperties":
            return {key: {name: self.schema(child) for name, child in node.members() if is_pattern(name)}}
        if key in TABLES:
            return {key: {name: self.schema(child) for name, child in node.members()}}
        if key in SCHEMAS:
            return {key: self.schema(node)}
        if key in NUMBERS and (exclusive := _exclusive(key, schema)) is not None:
            return exclusive
        value = plain(node.value)
        if key == "pattern" and not is_pattern(str(value)):  # reported, and not checked
            return {}
        return {key: whole(value) if key in COUNTS and isinstance(value, float) else value}

    def _dependencies(self, node: Node) -> dict[str, Any]:
        required = {name: plain(child.value) for name, child in node.members() if isinstance(child.value, Seq)}
        schemas = {name: self.schema(child) for name, child in node.members() if name not in required}
        both = {"dependentRequired": required, "dependentSchemas": schemas}
        return {key: value for key, value in both.items() if value}


def _exclusive(key: str, schema: Map) -> dict[str, Any] | None:
    """Return a bound of draft 4, which a boolean beside it makes exclusive; None where it is none."""
    if key.startswith("exclusive") and isinstance(schema.get(key), bool):
        return {}
    name = f"exclusive{key[0].upper()}{key[1:]}"
    return {name: plain(schema[key])} if schema.get(name) is True else None


def _well_formed(key: str, node: Node, source: Source) -> bool:
    """Report a keyword that has a value of the wrong kind."""
    right, wanted = _KINDS.get(key, (_is_schema, "a schema"))
    if not right(node.value):
        source.diagnostics.error("TW414", f"{key!r} must be {wanted}, not {kind_of(node.value)}", node)
        return False
    return True


def _is_schema(value: Value) -> bool:
    return isinstance(value, (Map, bool))


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float))


def _is_count(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)


def _is_table(value: Value) -> bool:
    return isinstance(value, Map)


def _is_list(value: Value) -> bool:
    return isinstance(value, Seq) and bool(value)


def _is_names(value: Value) -> bool:
    return isinstance(value, Seq) and all(isinstance(name, str) for name in value)


def _is_boolean(value: Value) -> bool:
    return isinstance(value, bool)


def _is_items(value: Value) -> bool:
    return _is_schema(value) or isinstance(value, Seq)


def _is_anything(_: Value) -> bool:
    return True


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


_KINDS: dict[str, tuple[Callable[[Value], bool], str]] = {
    **dict.fromkeys(COUNTS, (_is_count, "a whole number")),
    **dict.fromkeys(NUMBERS, (_is_number, "a number")),
    **dict.fromkeys((*TABLES, "dependentRequired"), (_is_table, "an object")),
    **dict.fromkeys(LISTS, (_is_list, "a list")),
    **dict.fromkeys(("type", "enum", "const"), (_is_anything, "")),
    "required": (_is_names, "a list of names"),
    "uniqueItems": (_is_boolean, "a boolean"),
    "items": (_is_items, "a schema"),
    "pattern": (_is_text, "a string"),
    **dict.fromkeys(DYNAMIC, (_is_text, "a reference")),
}
