"""The forms in which a schema of the suite is compiled: as a payload, with its type, and as a field of an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.codegen.conformance.judge import judged
from tests.codegen.conformance.shapes import SHAPES
from tests.codegen.conformance.suite import Case, Group

PAYLOAD, TYPED, REQUIRED, OPTIONAL = FORMS = ("payload", "type explicit", "required field", "optional field")
FIELD = "value"
SHAPED = tuple(form for shape in SHAPES for form in (shape, f"{shape}, type explicit"))
"""The forms in which the suite does not try its schemas: somewhere inside of others, as it is and with its type."""
_KEYWORDS = {
    "number": "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
    "string": "minLength maxLength pattern contentEncoding contentMediaType contentSchema",
    "array": "items prefixItems additionalItems contains minContains maxContains minItems maxItems uniqueItems "
    "unevaluatedItems",
    "object": "properties patternProperties additionalProperties propertyNames required minProperties maxProperties "
    "dependencies dependentRequired dependentSchemas unevaluatedProperties",
}
_TYPES = {keyword: kind for kind, keywords in _KEYWORDS.items() for keyword in keywords.split()}
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_SCHEMAS = ("items", "additionalProperties", "additionalItems", "contains", "not", "then", "else", "unevaluatedItems")


@dataclass(frozen=True, slots=True)
class Unit:
    """A group in one form, which is compiled as one message."""

    group: Group
    form: str
    schema: Any
    """The schema of the payload, or of the field."""
    cases: tuple[Case, ...]
    """The messages, and whether each is valid."""

    @property
    def name(self) -> str:
        return f"u{self.group.number}{''.join(word[0] for word in self.form.replace(',', '').split())}"

    def around(self, schema: Any) -> Any:
        """Return the schema of the payload, around the schema of the unit where that is in another."""
        if self.form in (REQUIRED, OPTIONAL):
            required = [FIELD] if self.form == REQUIRED else []
            return {"type": "object", "properties": {FIELD: schema}, "required": required}
        shape = SHAPES.get(self.form.partition(",")[0])
        return schema if shape is None else shape.schema(schema)


def units(group: Group) -> Iterator[Unit]:
    """Yield a group in its forms."""
    yield Unit(group, PAYLOAD, group.schema, group.cases)
    typed = with_types(group.schema)
    if typed != group.schema and (cases := judged(typed, group)) is not None:
        yield Unit(group, TYPED, typed, cases)
    wrapped = tuple(Case({FIELD: case.value}, case.valid) for case in group.cases)
    yield Unit(group, REQUIRED, group.schema, wrapped)
    yield Unit(group, OPTIONAL, group.schema, wrapped)


def shaped_units(group: Group) -> Iterator[Unit]:
    """Yield a group inside of other schemas."""
    typed = with_types(group.schema)
    cases = judged(typed, group) if typed != group.schema else None
    for name, shape in SHAPES.items():
        yield Unit(group, name, group.schema, tuple(map(shape.case, group.cases)))
        if cases is not None:
            yield Unit(group, f"{name}, type explicit", typed, tuple(map(shape.case, cases)))


def with_types(schema: Any) -> Any:
    """Return a schema with ``type`` wherever its keywords, or its constants, are of one type only."""
    if not isinstance(schema, dict):
        return schema
    result = {key: _inside(key, value) for key, value in schema.items()}
    kinds = {_TYPES[key] for key in schema if key in _TYPES} | {_type_of(value) for value in _constants(schema)}
    if len(kinds) == 1 and not schema.keys() & {"type", "$ref", "$dynamicRef"}:
        result["type"] = kinds.pop()
    return result


def _inside(key: str, value: Any) -> Any:
    if key in _SCHEMAS:
        return [with_types(item) for item in value] if isinstance(value, list) else with_types(value)
    if key in _LISTS and isinstance(value, list):
        return [with_types(item) for item in value]
    if key in _MAPS and isinstance(value, dict):
        return {name: with_types(item) for name, item in value.items()}
    return value


def _constants(schema: dict[str, Any]) -> list[Any]:
    enum = schema.get("enum", [])
    return [*enum, schema["const"]] if "const" in schema else list(enum)


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
