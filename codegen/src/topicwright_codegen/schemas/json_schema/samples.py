"""Small values that a schema accepts: made from its definitions, and kept only where the schema itself says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from jsonschema_rs import Draft202012Validator

Definitions = Mapping[str, Any]
_DEEPEST = 6
_BY_TYPE: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None, "array": []}


_OF_FORMAT = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class Sampler:
    """Makes values of the definitions of ``Judges``; formats that these have are checked."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = dict(definitions)

    def validator(self, name: str) -> Draft202012Validator:
        """Return the compiled schema of a definition."""
        return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": self._definitions}, validate_formats=True)

    def samples(self, name: str) -> list[Any]:
        """Return values that a definition accepts: one with few fields, one with all."""
        validator = self.validator(name)
        made = [self._value(self._definitions[name], 0, full=full) for full in (False, True)]
        return [value for value in made if validator.is_valid(value)]

    def _value(self, schema: Any, depth: int, *, full: bool) -> Any:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return {}
        merged = self._merged(cast("dict[str, Any]", schema), depth)
        if "const" in merged:
            return merged["const"]
        if merged.get("enum"):
            return merged["enum"][0]
        declared: Any = merged.get("type")
        kinds: list[Any] = [*declared] if isinstance(declared, list) else [declared]
        kind = next(iter(kinds), None)
        if kind == "object" or (kind is None and "properties" in merged):
            return self._object(merged, depth, full=full)
        return self._scalar(merged, str(kind), depth, full=full)

    def _object(self, schema: Mapping[str, Any], depth: int, *, full: bool) -> dict[str, Any]:
        properties: Mapping[str, Any] = schema.get("properties", {})
        names = [*schema.get("required", ()), *(properties if full else ())]
        return {name: self._value(properties.get(name, {}), depth + 1, full=full) for name in dict.fromkeys(names)}

    def _scalar(self, schema: Mapping[str, Any], kind: str, depth: int, *, full: bool) -> Any:
        if kind in ("integer", "number"):
            return schema.get("minimum", schema.get("maximum", schema.get("exclusiveMinimum", -1) + 1))
        if kind == "string":
            return _OF_FORMAT.get(schema.get("format", "")) or "a" * max(int(schema.get("minLength", 1)), 1)
        if kind == "array":
            item = self._value(schema.get("items", {}), depth + 1, full=full)
            return [item] * int(schema.get("minItems", 0))
        return _BY_TYPE.get(kind)

    def _merged(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """Return a schema with the keywords of its parts, and of its first alternatives."""
        merged: dict[str, Any] = {}
        for part in (*self._parts(schema, depth), schema):
            for key, value in part.items():
                if key == "properties":
                    value = {**merged.get(key, {}), **value}
                elif key == "required":
                    value = [*merged.get(key, ()), *value]
                merged[key] = value
        return merged

    def _parts(self, schema: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        reference = schema.get("$ref")
        parts: list[Any] = [self._definitions.get(str(reference).rpartition("/")[2])] if reference else []
        parts += schema.get("allOf", [])
        parts += [part for key in ("oneOf", "anyOf") for part in schema.get(key, [])[:1]]
        for part in parts if depth <= _DEEPEST else ():
            if isinstance(part, dict):
                yield self._merged(cast("dict[str, Any]", part), depth + 1)


def fitting_both(definitions: Definitions, one: str, other: str) -> Any:
    """Return a value that two definitions accept, in a list; None where none was found."""
    sampler = Sampler(definitions)
    first, second = sampler.samples(one), sampler.samples(other)
    together: list[Any] = [{**a, **b} for a in first for b in second if isinstance(a, dict) and isinstance(b, dict)]
    validators = sampler.validator(one), sampler.validator(other)
    candidates: list[Any] = [*first, *second, *together]
    for value in candidates:
        if all(validator.is_valid(value) for validator in validators):
            return [value]
    return None
