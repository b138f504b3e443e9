"""One typed value as a text and back: headers and correlation ids, which MQTT carries as texts."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, TypeAlias, cast

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from topicwright.catalog.factories import new_id
from topicwright.codec.json_writer import dump

Schema: TypeAlias = Mapping[str, Any]
ANYTHING: Final = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
TEXT: Final = frozenset(("string",))
SHORTEST_IDS: Final = (22, 16, 12, 8)
"""The lengths that a made id is cut to, where the whole one is too long: the last has 32 bits."""
LEAST_RANGE: Final = 1 << 30
"""The least number of values that an integer id is chosen from: with fewer, two requests might get the same."""
LARGEST_ID: Final = (1 << 31) - 1
"""The largest integer that is made as an id: devices have 32 bits for it."""


class FieldText:
    """Between the value of one field and its text.

    A string is its own text, and any other value is written as JSON. Where a field takes both, a string that would be
    read as another value (``null``, ``5``) is written as a JSON string, in quotes.
    """

    def __init__(self, kinds: frozenset[str], schema: Schema) -> None:
        self.kinds = kinds
        """The JSON types of its values."""
        self._takes_text, self._is_text = "string" in kinds, kinds == TEXT
        self.schema = schema

    def json(self, text: str) -> bytes:
        """Return the JSON that a text stands for."""
        if self._is_text or not self._is_json(text):
            return orjson.dumps(text)
        return text.encode()

    def text(self, value: Any) -> str:
        """Return the text of a JSON value.

        Raises:
            EncodeError: JSON cannot express it.
        """
        if isinstance(value, str):
            return orjson.dumps(value).decode() if not self._is_text and self._is_json(value) else value
        return str(value) if type(value) is int else dump(value).decode()

    def _is_json(self, text: str) -> bool:
        """Return whether a text is read as JSON: as no string, or as a string that looks like no string."""
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return False
        if isinstance(value, str):
            return self._is_json(value)
        return not self._takes_text or not self.kinds.isdisjoint(_kinds_of_value(value))


def properties_of(adapter: TypeAdapter[Any]) -> tuple[dict[str, FieldText], FieldText | None]:
    """Return the fields of an object type by their names in JSON, and what unknown ones are; None where it has none."""
    try:
        schema: Schema = adapter.json_schema()
    except Exception:  # any: pydantic knows no JSON Schema of a type that a program uses
        return {}, FieldText(ANYTHING, {})
    types, schema = cast("Schema", schema.get("$defs", {})), _resolved(schema, schema.get("$defs", {}))
    fields = {
        name: FieldText(_kinds(part, types), part)
        for name, part in cast("Mapping[str, Schema]", schema.get("properties", {})).items()
    }
    others = schema.get("additionalProperties", False)
    if others is False:
        return fields, None
    part: Schema = {} if others is True else others
    return fields, FieldText(_kinds(part, types), part)


def _resolved(schema: Schema, types: Schema) -> Schema:
    for _ in range(len(types) + 1):
        if "$ref" not in schema:
            break
        schema = types.get(str(schema["$ref"]).rpartition("/")[2], {})
    return schema


def _kinds(schema: Schema, types: Schema, depth: int = 0) -> frozenset[str]:
    """Return the JSON types that a schema accepts; more than these where it does not say."""
    schema = _resolved(schema, types)
    if "const" in schema or "enum" in schema:
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        return frozenset(kind for value in values for kind in _kinds_of_value(value))
    if "type" in schema:
        named: object = schema["type"]
        return frozenset((named,) if isinstance(named, str) else cast("Iterable[str]", named))
    branches = cast("Iterable[Schema]", schema.get("anyOf") or schema.get("oneOf") or ())
    if depth > len(types) + 8:
        return ANYTHING
    return frozenset(kind for part in branches for kind in _kinds(part, types, depth + 1)) or ANYTHING


def _kinds_of_value(value: object) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, (int, float)):
        return ("number", "integer") if isinstance(value, int) or value.is_integer() else ("number",)
    if isinstance(value, str):
        return ("string",)
    return ("array",) if isinstance(value, list) else ("object",)


class IdField:
    """The field of a model that has a correlation id: between its value and the text by which replies are matched."""

    def __init__(self, annotation: Any) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        try:
            schema: Schema = self._adapter.json_schema()
        except Exception:  # any: pydantic knows no JSON Schema of a type that a program uses
            schema = {}
        types = schema.get("$defs", {})
        self._text = FieldText(_kinds(schema, types) - {"null"}, _without_null(_resolved(schema, types)))

    def text(self, value: object) -> str:
        """Return the text of a value: equal values have the same."""
        if type(value) is str and self._text.kinds == TEXT:
            return value
        plain = to_jsonable_python(value)
        if isinstance(plain, float) and plain.is_integer():
            plain = int(plain)
        return self._text.text(plain)

    def value(self, text: str) -> Any:
        """Return the value of a text.

        Raises:
            ValueError: the field does not accept it.
        """
        raw = self._text.json(text)
        try:
            return self._adapter.validate_json(raw)
        except ValidationError:
            if "string" not in self._text.kinds or raw == (plain := orjson.dumps(text)):
                raise
            return self._adapter.validate_json(plain)

    def make(self) -> str | None:
        """Return the text of a new id that the field accepts; None where none of those that can be made fits."""
        for candidate in _candidates(self._text):
            try:
                return self.text(self._adapter.validate_json(dump(candidate)))
            except ValidationError:
                continue
        return None


def _without_null(schema: Schema) -> Schema:
    branches = [part for part in cast("Iterable[Schema]", schema.get("anyOf", ())) if part.get("type") != "null"]
    return branches[0] if len(branches) == 1 else schema


def _candidates(field: FieldText) -> Iterable[str | int]:
    """Yield new ids, best first. A date-time is none: two requests might be made at the same instant."""
    if "string" in field.kinds and field.schema.get("format") not in ("date-time", "date", "time"):
        text = new_id()
        yield text
        yield f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
        yield text.upper()  # before the shorter ones, which by chance may be digits alone
        yield from (text[:length] for length in SHORTEST_IDS)
        yield text + new_id()
    if not field.kinds.isdisjoint(("integer", "number")):
        low = max(1, int(field.schema.get("minimum", field.schema.get("exclusiveMinimum", 0))) + 1)
        high = min(LARGEST_ID, int(field.schema.get("maximum", field.schema.get("exclusiveMaximum", 1 << 53))) - 1)
        if high - low >= LEAST_RANGE - 4:
            yield low + secrets.randbelow(high - low + 1)


@lru_cache(1024)
def id_field(kind: Hashable, name: str) -> IdField:
    """Return the field of a model class by its name in Python."""
    model = cast("type[BaseModel]", kind)
    if not model.__pydantic_complete__:
        model.model_rebuild()
    info = model.model_fields[name]
    annotation: Any = info.annotation
    for item in info.metadata:
        annotation = Annotated[annotation, item]
    return IdField(annotation)
