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
from topicwright_codegen.schemas.json_schema.object_shape import Analysis, adds_nothing, all_of, is_bound, shape_of
from topicwright_codegen.schemas.json_schema.patterns import portable
from topicwright_codegen.schemas.json_schema.rewrites import without

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

    analysis: Analysis
    implied: bool = False
    """Whether a schema without ``type`` has the one that its keywords are about."""
    source: Source = field(init=False)
    _known: Memo[bool] = field(default_factory=Memo[bool])
    _assumed: set[Identity] = field(default_factory=set[Identity])
    """The schemas inside the outermost one that is looked at, each of which is exact unless that one is not."""

    def __post_init__(self) -> None:
        """Look at the schemas of the analysis."""
        self.source = self.analysis.source

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
        if target.identity in self._assumed:  # as exact as what it is inside of
            return True
        outermost = not self._assumed
        self._assumed.add(target.identity)
        exact = self._is_exact(target)
        if outermost:  # what was assumed to be exact is so if the whole is
            self._assumed.clear()
        return exact if exact and not outermost else self._known.put(target, exact)

    def _is_exact(self, node: Node) -> bool:
        schema = keywords_of(node)
        asserting = ASSERTIONS & schema.keys()
        if not asserting:
            return True
        if asserting & {"enum", "const"}:
            return asserting <= {"enum", "const", "type"} and len(asserting & {"enum", "const"}) == 1 and _lists(schema)
        if len(asserting) == 1 and asserting < {"anyOf", "oneOf"}:
            return self._is_exact_union(node, *asserting)
        if "allOf" in asserting and asserting <= {"allOf", "type", "properties", "required"}:
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
        first = node.get("prefixItems") or (items if items is not None and isinstance(items.value, Seq) else None)
        if first is not None:  # a tuple of a fixed length has a type, and no other one
            parts = list(first.elements())
            fixed = schema.get("minItems") == schema.get("maxItems") == len(parts)
            return fixed and all(map(self.says_everything, parts))
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
            kinds = set(self._kinds_of(branch)) if branch is not None else set[str]()
            if branch is not None and kinds == {"object"}:
                objects.append(branch)
            elif not kinds or kinds & seen or (_NUMBERS & kinds and _NUMBERS & seen):
                return False
            seen |= kinds
        # An object beside a type that has objects too, such as a list of types, was found by neither.
        apart = sum("object" in self._kinds_of(branch) for branch in branches if branch is not None) == len(objects)
        return apart and (len(objects) < 2 or self._are_tagged(objects))

    def _kinds_of(self, node: Node) -> list[str]:
        """Return the types of the values of a schema; none where they are not known."""
        kinds = _kinds(keywords_of(node))
        parts = all_of(node, self.source) if not kinds else ()
        return kinds or next((found for part in parts if (found := self._kinds_of(part))), list[str]())

    def _are_tagged(self, objects: list[Node]) -> bool:
        tags = [self._tags(branch) for branch in objects]
        for name in tags[0]:
            values = [tag.get(name, set[str]()) for tag in tags]
            if all(values) and len(set[str]().union(*values)) == sum(map(len, values)):
                return True
        return False

    def _tags(self, branch: Node) -> dict[str, set[str]]:
        """Return the texts that the required fields of an object are limited to."""
        shape = shape_of(branch, self.analysis)
        tags: dict[str, set[str]] = {}
        for name in sorted(shape.required & shape.properties.keys()):
            target = self.source.resolve(shape.properties[name])
            values = _texts(keywords_of(target)) if target is not None else set[str]()
            if values:
                tags[name] = values
        return tags

    def _is_exact_all_of(self, node: Node) -> bool:
        """Return whether an ``allOf`` is of open objects: the class has the fields of all of them.

        Of two schemas of one field the class has the later, which must imply the earlier.
        """
        written = node.get("allOf")
        parts = list(written.elements()) if written is not None else []
        own = without(node, "allOf")
        if len(parts) == 1 and not ASSERTIONS & keywords_of(own).keys():
            return self.says_everything(parts[0])
        shape = shape_of(node, self.analysis)
        if not is_bound(node, self.analysis) or (shape.required and not shape.properties):
            return False  # without a field it is a dict, which has any names
        fields: dict[str, Node] = {}
        seen = {node.identity}
        return all(self._adds_fields(part, fields, seen) for part in parts) and self._adds_own(own, fields)

    def _adds_fields(self, part: Node, fields: dict[str, Node], seen: set[Identity]) -> bool:
        """Add the fields of a part; return whether its type says everything, together with those before it."""
        target = self.source.resolve(part)
        if target is None or not isinstance(target.value, Map):
            return False
        if target.identity in seen:  # it adds nothing again
            return True
        seen.add(target.identity)
        written = target.get("allOf")
        inner = all(self._adds_fields(other, fields, seen) for other in (written.elements() if written else ()))
        return inner and self._adds_own(without(target, "allOf"), fields)

    def _adds_own(self, target: Node, fields: dict[str, Node]) -> bool:
        """Add the fields of an open object."""
        schema = keywords_of(target)
        asserting = ASSERTIONS & schema.keys()
        if not asserting <= {"type", "properties", "required"} or schema.get("type", "object") != "object":
            return False
        properties = target.get("properties")
        for name, child in properties.members() if properties is not None else ():
            known = fields.get(name)
            if known is not None and adds_nothing(child):
                continue
            if not self.says_everything(child) or (known is not None and not self._implies(child, known)):
                return False
            fields[name] = child
        return True

    def _implies(self, later: Node, earlier: Node) -> bool:
        """Return whether a value of one schema fits another by its type alone."""
        first, second = self.source.resolve(earlier), self.source.resolve(later)
        if first is None or second is None or not ASSERTIONS & keywords_of(first).keys() <= {"type"}:
            return first is not None and second is not None and first.identity == second.identity
        kinds, schema = _kinds(keywords_of(first)), keywords_of(second)
        if not kinds:
            return True
        listed = _listed(schema)
        return all(_is_of(value, kinds) for value in listed) if listed else set(_kinds(schema) or [""]) <= set(kinds)


def _kinds(schema: Map) -> list[str]:
    """Return the types that a schema declares."""
    declared = schema.get("type")
    kinds: list[Value] = list(declared) if isinstance(declared, Seq) else [declared]
    return [kind for kind in kinds if isinstance(kind, str) and kind in TYPES]


def _lists(schema: Map) -> bool:
    """Return whether the type of ``enum`` or ``const`` has exactly its values: texts, integers and null."""
    values = _listed(schema)
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


def _listed(schema: Map) -> list[Value]:
    """Return the values of ``const`` or ``enum``."""
    listed = schema.get("enum")
    return [schema["const"]] if "const" in schema else list(listed) if isinstance(listed, Seq) else []


def _texts(schema: Map) -> set[str]:
    values = _listed(schema)
    texts = {value for value in values if isinstance(value, str)}
    return texts if len(texts) == len(values) else set()


def _same(pattern: str) -> bool:
    return portable(pattern) is not None
