"""Values that a schema accepts, as small as possible: the examples that witnesses are made of."""

from __future__ import annotations

import itertools
import math
import re

from topicwright_codegen.review.schemas.values.alternatives import Alternative, Types, alternatives_of
from topicwright_codegen.review.schemas.values.numbers import NumberLimits
from topicwright_codegen.review.schemas.values.patterns import read_pattern
from topicwright_codegen.review.schemas.values.regular_language import NOTHING, TooManyStatesError, shortest
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.types import Type

_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_MAX_DEPTH = 20
_MAX_LENGTH = 10_000


class NoExampleError(Exception):
    """No value is found; the text gives the reason."""


def example_of_schema(schema: Flat, types: Types, depth: int = 0) -> object:
    """Return a value of a schema.

    Raises:
        NoExampleError: none is found.
    """
    if depth > _MAX_DEPTH:
        raise NoExampleError("the schema is nested too deeply for an example")
    return example_of(alternatives_of(schema, types)[0], types, depth)


def example_of(alternative: Alternative, types: Types, depth: int = 0) -> object:
    """Return a value of one alternative.

    Raises:
        NoExampleError: none is found.
    """
    match alternative.kind:
        case "any":
            return "x"
        case "null":
            return None
        case "boolean":
            return True
        case "integer" | "number":
            return _number(alternative)
        case "string":
            return text_example(alternative)
        case "literal":
            return alternative.values[0]
        case "array":
            return _array(alternative, types, depth)
        case "map":
            return {"key": example_of_schema(alternative.member, types, depth + 1)}
        case "object":
            return object_example(alternative.type, types, depth) if alternative.type else {}


def object_example(type_: Type, types: Types, depth: int = 0) -> dict[str, object]:
    """Return an object with its required fields, and with those for which its model has a factory."""
    fields = [field for field in type_.fields if field.required or field.defaulted_but_required or field.factory]
    return {field.wire: example_of_schema(field.schema, types, depth + 1) for field in fields}


def text_example(alternative: Alternative, length: int | None = None) -> str:
    """Return a string of the format, length and pattern of an alternative.

    Raises:
        NoExampleError: none is found.
    """
    if alternative.format:
        return _FORMATS.get(alternative.format, "x")
    least, most = alternative.limit("minLength") or 0, alternative.limit("maxLength")
    if length is not None:
        least = most = length
    if alternative.pattern is None:
        return "x" * _checked_length(max(least, 1 if most is None or most >= 1 else 0))
    example = _matching(alternative.pattern, _checked_length(least), None if most is None else int(most))
    if example is None:
        raise NoExampleError(f"no example is found for the pattern {alternative.pattern!r}")
    return example


def accepts(alternative: Alternative, value: object) -> bool:
    """Return whether a value of the right kind is inside the limits of an alternative."""
    if isinstance(value, str):
        least, most = alternative.limit("minLength") or 0, alternative.limit("maxLength")
        return not alternative.format and _fits(value, alternative.pattern or "", least, most)
    return isinstance(value, bool) or not isinstance(value, int) or NumberLimits.of(alternative).accepts(value)


def _number(alternative: Alternative) -> float:
    example = NumberLimits.of(alternative).example()
    if example is None:
        raise NoExampleError("no number is found inside the limits")
    return example


def _array(alternative: Alternative, types: Types, depth: int) -> list[object]:
    if alternative.prefix:
        return [example_of_schema(item, types, depth + 1) for item in alternative.prefix]
    least = alternative.limit("minItems") or 0
    return [example_of_schema(alternative.items, types, depth + 1)] * _checked_length(least) if least else []


def _checked_length(count: float) -> int:
    if count > _MAX_LENGTH:
        raise NoExampleError("an example would be too long")
    return int(count)


def _matching(pattern: str, least: int, most: int | None) -> str | None:
    regular = read_pattern(pattern)
    if regular is not None:
        try:
            return shortest(regular, NOTHING, least, most)
        except TooManyStatesError:
            return None
    return next((text for text in _candidates(least) if _fits(text, pattern, least, most)), None)


def _fits(text: str, pattern: str, least: float, most: float | None) -> bool:
    try:
        return least <= len(text) <= (math.inf if most is None else most) and re.search(pattern, text) is not None
    except re.error:
        return False


def _candidates(least: int) -> list[str]:
    """Return some texts to try on a pattern."""
    lengths = dict.fromkeys((1, 2, 3, 4, 6, 8, 16, 32, 64, max(least, 1)))
    plain = [char * length for length, char in itertools.product(lengths, "a0Ax")]
    return ["", *plain, "a-b", "a_b", "a.b", "a/b", "A-0", "a0", "1.0.0", "1.0", "v1", "a@b.c", "00:00", "#000000", " "]
