"""Whether the Python type of a schema says all that the schema does: every other payload is judged by its schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from topicwright_codegen.documents.dialects import format_around, is_json_schema
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, Value
from topicwright_codegen.schemas.json_schema.definitions import ASSERTIONS
from topicwright_codegen.schemas.json_schema.keywords import FORMATS, TYPES, implied_type, keywords_of
from topicwright_codegen.schemas.json_schema.memo import Memo
from topicwright_codegen.schemas.json_schema.patterns import portable

_OF_TYPE: dict[str, frozenset[str]] = {
    "string": frozenset(("minLength", "maxLength", "pattern")),
    "integer": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    "array": frozenset(("items", "minItems", "maxItems", "prefixItems")),
    "object": frozenset(("properties", "required", "additionalProperties")),
    "boolean": frozenset(),
    "null": frozenset(),
}
"""The keywords that the Python type of each type says."""
_NUMBERS = frozenset(("integer", "number"))
_OF_OTHERS = {
    kind: frozenset[str]().union(*(keys for other, keys in _OF_TYPE.items() if not {kind, other} <= _NUMBERS))
    - _OF_TYPE[kind]
    for kind in _OF_TYPE
}
"""The keywords that mean nothing for values of a type, as far as another type says them."""
MOST_BRANCHES = 250
"""A larger union has no Python type."""


@dataclass(slots=True)
class Exactness:
    """Says which types say everything; of the schemas of one run each is looked at once."""

    source: Source
    implied: bool = False
    """Whether a schema without ``type`` has the one that its keywords are about."""
    _known: Memo[bool] = field(default_factory=Memo[bool])
    _inside: set[Identity] = field(default_factory=set[Identity])

    def says_everything(self, node: Node) -> bool:
        """Return whether the type of a schema is exact: no wider than the schema."""
        target = self.source.resolve(node)
        if target is None or not is_json_schema(format_around(target)):
            return True  # reported: any value is accepted
        if not isinstance(target.value, Map):
            return target.value is not False
        known = self._known.get(target)
        if known is not None:
            return known
        if target.identity in self._inside:  # as exact as what it is inside of
            return True
        self._inside.add(target.identity)
        try:
            exact = self._is_exact(target)
        finally:
            self._inside.discard(target.identity)
        # What was found inside a circle holds only if the circle is exact: only the whole is remembered.
        return self._known.put(target, exact) if not self._inside else exact

    def _is_exact(self, node: Node) -> bool:
        schema = keywords_of(node)
        asserting = ASSERTIONS & schema.keys()
        if not asserting:
            return True
        if asserting & {"enum", "const"}:
            return asserting <= {"enum", "const", "type"} and len(asserting & {"enum", "const"}) == 1 and _lists(schema)
        if asserting == {"anyOf"} or asserting == {"oneOf"}:
            return self._is_exact_union(node, *asserting)
        if asserting == {"allOf"}:
            return self._is_exact_all_of(node)
        kinds = _kinds(schema) or self._implied(node)
        return bool(kinds) and all(self._is_exact_type(node, kind, asserting - {"type"}) for kind in kinds)

    def _implied(self, node: Node) -> list[str]:
        """Return the type that a schema without one has by a setting."""
        kind = implied_type(node) or ("object" if _OF_TYPE["object"] & keywords_of(node).keys() else None)
        return [kind] if self.implied and kind is not None else []

    def _is_exact_type(self, node: Node, kind: str, asserting: Iterable[str]) -> bool:
        said = {key for key in asserting if key not in _OF_OTHERS[kind]}
        if not said <= _OF_TYPE[kind]:
            return False
        schema = keywords_of(node)
        match kind:
            case "string":
                pattern = schema.get("pattern")
                is_typed = schema.get("format") in FORMATS
                return not (is_typed and said) and (pattern is None or (isinstance(pattern, str) and _same(pattern)))
            case "integer":
                factor = schema.get("multipleOf", 1)
                return isinstance(factor, (int, float)) and float(factor).is_integer()
            case "array":
                return self._is_exact_array(node)
            case "object":
                return self._is_exact_object(node)
            case _:
                return True

    def _is_exact_array(self, node: Node) -> bool:
        schema, items = keywords_of(node), node.get("items")
        if "prefixItems" in schema or isinstance(schema.get("items"), Seq):
            return False
        return items is None or self.says_everything(items)

    def _is_exact_object(self, node: Node) -> bool:
        properties, additional = node.get("properties"), node.get("additionalProperties")
        if additional is not None and (additional.value is False or not self.says_everything(additional)):
            return False
        if not (properties and properties.value) and keywords_of(node).get("required"):
            return False  # it is a dict, which has any names
        return all(self.says_everything(child) for _, child in (properties.members() if properties else ()))

    def _is_exact_union(self, node: Node, key: str) -> bool:
        written = node.get(key)
        branches = list(written.elements()) if written is not None else []
        if not all(map(self.says_everything, branches)) or len(branches) > MOST_BRANCHES:
            return False
        return key == "anyOf" or self._are_apart([self.source.resolve(branch) for branch in branches])

    def _are_apart(self, branches: list[Node | None]) -> bool:
        """Return whether no value fits two branches: their types differ, or the values of a field of all of them."""
        seen: set[str] = set()
        objects: list[Node] = []
        for branch in branches:
            kinds = set(_kinds(keywords_of(branch))) if branch is not None else set[str]()
            if not kinds or kinds & seen or (_NUMBERS & kinds and _NUMBERS & seen):
                if branch is None or kinds != {"object"}:
                    return False
            if branch is not None and kinds == {"object"}:
                objects.append(branch)
            seen |= kinds
        return len(objects) < 2 or self._are_tagged(objects)

    def _are_tagged(self, objects: list[Node]) -> bool:
        tags = [self._tags(branch) for branch in objects]
        for name in tags[0]:
            values = [tag.get(name, set[str]()) for tag in tags]
            if all(values) and len(set[str]().union(*values)) == sum(map(len, values)):
                return True
        return False

    def _tags(self, branch: Node) -> dict[str, set[str]]:
        """Return the texts that the required fields of an object are limited to."""
        properties, required = branch.get("properties"), keywords_of(branch).get("required")
        names = [name for name in required if isinstance(name, str)] if isinstance(required, Seq) else []
        tags: dict[str, set[str]] = {}
        for name in names if properties is not None else ():
            member = properties.get(name) if properties is not None else None
            target = self.source.resolve(member) if member is not None else None
            values = _texts(keywords_of(target)) if target is not None else set[str]()
            if values:
                tags[name] = values
        return tags

    def _is_exact_all_of(self, node: Node) -> bool:
        """Return whether an ``allOf`` is of open objects with fields of their own: the class has the fields of all."""
        written = node.get("allOf")
        parts = list(written.elements()) if written is not None else []
        if not all(map(self.says_everything, parts)):
            return False
        if len(parts) == 1:
            return True
        fields: set[str] = set()
        for part in parts:
            target = self.source.resolve(part)
            names = self._open_fields(target) if target is not None else None
            if names is None or fields & names:
                return False
            fields |= names
        return True

    def _open_fields(self, node: Node) -> set[str] | None:
        """Return the fields of an open object; None for another schema."""
        schema = keywords_of(node)
        written = node.get("allOf")
        if ASSERTIONS & schema.keys() == {"allOf"} and written is not None:
            parts = [self.source.resolve(part) for part in written.elements()]
            fields = [self._open_fields(part) if part is not None else None for part in parts]
            known = [names for names in fields if names is not None]
            return set[str]().union(*known) if len(known) == len(fields) else None
        if _kinds(schema) != ["object"] or isinstance(schema.get("additionalProperties"), Map):
            return None
        properties = schema.get("properties")
        return set(properties) if isinstance(properties, Map) else set()


def _kinds(schema: Map) -> list[str]:
    """Return the types that a schema declares."""
    declared = schema.get("type")
    kinds: list[Value] = list(declared) if isinstance(declared, Seq) else [declared]
    return [kind for kind in kinds if isinstance(kind, str) and kind in TYPES]


def _lists(schema: Map) -> bool:
    """Return whether the type of ``enum`` or ``const`` has exactly its values: texts, integers and null."""
    listed = schema.get("enum") if "enum" in schema else Seq()
    values: list[Value] = [schema["const"]] if "const" in schema else list(listed) if isinstance(listed, Seq) else []
    if not values or not all(value is None or isinstance(value, (str, int)) for value in values):
        return False
    kinds = _kinds(schema)
    return "type" not in schema or all(_is_of(value, kinds) for value in values)


def _is_of(value: Value, kinds: list[str]) -> bool:
    if value is None:
        return "null" in kinds
    if isinstance(value, bool):
        return "boolean" in kinds
    return bool({"integer", "number"} & set(kinds)) if isinstance(value, int) else "string" in kinds


def _texts(schema: Map) -> set[str]:
    listed = schema.get("enum")
    values: list[Value] = [schema["const"]] if "const" in schema else list(listed) if isinstance(listed, Seq) else []
    texts = {value for value in values if isinstance(value, str)}
    return texts if len(texts) == len(values) else set()


def _same(pattern: str) -> bool:
    return portable(pattern) is not None
