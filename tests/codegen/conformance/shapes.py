"""The shapes around a schema that the suite does not try: in a list, in a map, in allOf, beside null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.codegen.conformance.suite import Case

_NULL = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema around another, and what it makes of a value and of the verdict on it."""

    schema: Callable[[Any], Any]
    value: Callable[[Any], Any] = lambda value: value
    valid: Callable[[Case], bool] = lambda case: case.valid

    def case(self, case: Case) -> Case:
        """Return the value in this shape, with the verdict on it."""
        return Case(self.value(case.value), self.valid(case))


def _object(field: Any, *required: str) -> Any:
    return {"type": "object", "properties": {"f": field}, "required": list(required)}


SHAPES: Mapping[str, Shape] = {
    "items of a list": Shape(lambda schema: {"type": "array", "items": schema}, lambda value: [value]),
    "lists of a map": Shape(
        lambda schema: {"type": "object", "additionalProperties": {"type": "array", "items": schema}},
        lambda value: {"k": [value]},
    ),
    "values of a map": Shape(
        lambda schema: {"type": "object", "additionalProperties": schema}, lambda value: {"k": value}
    ),
    "part of allOf": Shape(lambda schema: {"allOf": [schema, {"title": "More"}]}),
    "field in allOf": Shape(lambda schema: {"allOf": [_object(schema), _object({}, "f")]}, lambda value: {"f": value}),
    "beside null": Shape(
        lambda schema: {"oneOf": [schema, _NULL]}, valid=lambda case: case.valid != (case.value is None)
    ),
    "field or null": Shape(
        lambda schema: _object({"anyOf": [schema, _NULL]}),
        lambda value: {"f": value},
        lambda case: case.valid or case.value is None,
    ),
    "field of an item": Shape(
        lambda schema: _object({"type": "array", "items": _object(schema, "f")}, "f"),
        lambda value: {"f": [{"f": value}]},
    ),
}
