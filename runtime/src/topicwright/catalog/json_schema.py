"""Assertions of JSON Schema that no Python type expresses: unique items, conditions, dependent fields.

Generated models contain such keywords as the catalog has them, and are checked against them after validation. The
schemas come from the compiler: they have no references, and their regular expressions run in linear time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Final, Self, cast

from pydantic import BaseModel, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema, to_json, to_jsonable_python
from topicwright.catalog.model import Model

Members = Mapping[str, Any]
Items = Sequence[Any]


def canonical(value: object) -> bytes:
    """Return the same bytes for equal JSON values: ``1`` equals ``1.0``, but not ``true``."""
    return to_json(_canonical(value))


def _canonical(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {key: _canonical(members[key]) for key in sorted(members)}
    return [_canonical(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: Final[dict[str, Callable[[object], bool]]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and float(cast(float, value)).is_integer(),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


@cache
def _pattern(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def _matches(pattern: str, text: str) -> bool:
    try:
        _pattern(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def _multiple(value: float, of: float) -> bool:
    quotient = value / of
    return abs(quotient - round(quotient)) < 1e-9 * max(1.0, abs(quotient))


def fits(value: Any, schema: Any) -> bool:
    """Return whether a JSON value satisfies a schema (JSON Schema draft 7 and 2020-12, validation vocabulary)."""
    if isinstance(schema, bool):
        return schema
    return all(check(value, schema[key], schema) for key, check in _CHECKS.items() if key in schema)


def _type(value: Any, kinds: Any, _: Members) -> bool:
    return any(_TYPES[kind](value) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _enum(value: Any, values: Items, _: Members) -> bool:
    return canonical(value) in map(canonical, values)


def _condition(value: Any, condition: Any, schema: Members) -> bool:
    return fits(value, schema.get("then" if fits(value, condition) else "else", True))


def _properties(value: Members, properties: Members, _: Members) -> bool:
    return all(fits(value[name], schema) for name, schema in properties.items() if name in value)


def _pattern_properties(value: Members, patterns: Members, _: Members) -> bool:
    return all(fits(item, patterns[p]) for key, item in value.items() for p in patterns if _matches(p, key))


def _additional(value: Members, additional: Any, schema: Members) -> bool:
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    rest = (key for key in value if key not in named and not any(_matches(p, key) for p in patterns))
    return all(fits(value[key], additional) for key in rest)


def _dependencies(value: Members, needs: Members, _: Members) -> bool:
    return all(
        fits(value, {"required": need} if isinstance(need, list) else need)
        for key, need in needs.items()
        if key in value
    )


def _prefix(value: Items, schemas: Items, _: Members) -> bool:
    return all(map(fits, value, schemas))


def _rest(value: Items, rest: Any, schema: Members) -> bool:
    if isinstance(rest, list):  # draft 7: the tuple itself
        return _prefix(value, cast(Items, rest), schema)
    return all(fits(item, rest) for item in value[len(schema.get("prefixItems", ())) :])


def _additional_items(value: Items, rest: Any, schema: Members) -> bool:
    first = schema.get("items")
    return not isinstance(first, list) or all(fits(item, rest) for item in value[len(cast(Items, first)) :])


def _contains(value: Items, item_schema: Any, schema: Members) -> bool:
    count = sum(fits(item, item_schema) for item in value)
    return bool(schema.get("minContains", 1) <= count <= schema.get("maxContains", count))


def _unique(value: Items, unique: bool, _: Members) -> bool:
    return not unique or len(set(map(canonical, value))) == len(value)


Check = Callable[[Any, Any, Members], bool]


def _of(kind: str, check: Check) -> Check:
    """Apply a check to values of one type: values of other types satisfy the keyword."""
    is_kind = _TYPES[kind]
    return lambda value, expected, schema: not is_kind(value) or check(value, expected, schema)


_CHECKS: Final[dict[str, Check]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, const, _: canonical(value) == canonical(const),
    "minimum": _of("number", lambda value, bound, _: value >= bound),
    "maximum": _of("number", lambda value, bound, _: value <= bound),
    "exclusiveMinimum": _of("number", lambda value, bound, _: value > bound),
    "exclusiveMaximum": _of("number", lambda value, bound, _: value < bound),
    "multipleOf": _of("number", lambda value, of, _: _multiple(value, of)),
    "minLength": _of("string", lambda value, least, _: len(value) >= least),
    "maxLength": _of("string", lambda value, most, _: len(value) <= most),
    "pattern": _of("string", lambda value, pattern, _: _matches(pattern, value)),
    "required": _of("object", lambda value, names, _: all(name in value for name in names)),
    "properties": _of("object", _properties),
    "patternProperties": _of("object", _pattern_properties),
    "additionalProperties": _of("object", _additional),
    "propertyNames": _of("object", lambda value, names, _: all(fits(key, names) for key in value)),
    "minProperties": _of("object", lambda value, least, _: len(value) >= least),
    "maxProperties": _of("object", lambda value, most, _: len(value) <= most),
    "dependentRequired": _of("object", _dependencies),
    "dependentSchemas": _of("object", _dependencies),
    "dependencies": _of("object", _dependencies),
    "prefixItems": _of("array", _prefix),
    "items": _of("array", _rest),
    "additionalItems": _of("array", _additional_items),
    "contains": _of("array", _contains),
    "minItems": _of("array", lambda value, least, _: len(value) >= least),
    "maxItems": _of("array", lambda value, most, _: len(value) <= most),
    "uniqueItems": _of("array", _unique),
    "not": lambda value, schema, _: not fits(value, schema),
    "allOf": lambda value, schemas, _: all(fits(value, schema) for schema in schemas),
    "anyOf": lambda value, schemas, _: any(fits(value, schema) for schema in schemas),
    "oneOf": lambda value, schemas, _: sum(fits(value, schema) for schema in schemas) == 1,
    "if": _condition,
}


class JsonSchema:
    """A schema that a validated value must satisfy: ``Annotated[list[str], JsonSchema({"uniqueItems": True})]``."""

    def __init__(self, schema: Members) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the validation of the type itself."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, value: Any) -> Any:
        """Return the value.

        Raises:
            ValueError: it does not satisfy the schema; the message names the keyword.
        """
        plain = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else _plain(value)
        for key, check in _CHECKS.items():
            if key in self.schema and not check(plain, self.schema[key], self.schema):
                raise ValueError(f"does not satisfy {key!r} of its schema")
        return value


def _plain(value: object) -> object:
    return to_jsonable_python(value, by_alias=True)


class CheckedModel(Model):
    """Base of generated objects whose schema asserts more than the types of their fields."""

    __json_schema__: ClassVar[JsonSchema]

    @model_validator(mode="after")
    def _satisfies_schema(self) -> Self:
        self.__json_schema__.check(self)
        return self
