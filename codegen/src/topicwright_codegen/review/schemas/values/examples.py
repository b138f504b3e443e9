"""Values that a schema accepts, as small as can be: what a witness is made of."""

from __future__ import annotations

import itertools
import math
import re

from topicwright_codegen.review.schemas.values.alternatives import Atom, Types, atoms_of, of_type
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


class NoSampleError(Exception):
    """No value is found; the text says why."""


def sample(schema: Flat, types: Types, depth: int = 0) -> object:
    """Return a value of a type."""
    if depth > _MAX_DEPTH:
        raise NoSampleError("the schema is nested too deeply for an example")
    return sample_atom(atoms_of(schema, types)[0], types, depth)


def sample_type(type_: Type, types: Types) -> object:
    """Return a value of a named type."""
    return sample_atom(of_type(type_, types)[0], types, 0)


def sample_atom(atom: Atom, types: Types, depth: int = 0) -> object:
    """Return a value of one alternative."""
    match atom.kind:
        case "any":
            return "x"
        case "null":
            return None
        case "boolean":
            return True
        case "integer" | "number":
            return number(atom)
        case "string":
            return text(atom)
        case "literal":
            return atom.values[0]
        case "array":
            return _array(atom, types, depth)
        case "map":
            return {"key": sample(atom.member, types, depth + 1)}
        case "object":
            return fields_of(atom.type, types, depth) if atom.type else {}


def fields_of(type_: Type, types: Types, depth: int = 0) -> dict[str, object]:
    """Return the fields that an object must have, and those that its model needs although it has defaults for them."""
    wanted = [field for field in type_.fields if field.required or field.factory]
    return {field.wire: sample(field.schema, types, depth + 1) for field in wanted}


def _array(atom: Atom, types: Types, depth: int) -> list[object]:
    if atom.prefix:
        return [sample(item, types, depth + 1) for item in atom.prefix]
    least = limit(atom.schema, "minItems") or 0
    return [sample(atom.items, types, depth + 1)] * _length(least) if least else []


def limit(schema: Flat, key: str) -> float | None:
    """Return a number that a schema says."""
    value = schema.get(key)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _length(count: float) -> int:
    if count > _MAX_LENGTH:
        raise NoSampleError("an example would be too long")
    return int(count)


def number(atom: Atom) -> float:
    """Return a number inside the limits."""
    schema, step = atom.schema, limit(atom.schema, "multipleOf") or 1
    low, high = limit(schema, "minimum"), limit(schema, "maximum")
    above, below = limit(schema, "exclusiveMinimum"), limit(schema, "exclusiveMaximum")
    lows = [value for value in (low, above) if value is not None]
    highs = [value for value in (high, below) if value is not None]
    near = [max(lows)] if lows else [min(highs)] if highs else [0]
    middle = (max(lows) + min(highs)) / 2 if lows and highs else near[0]
    candidates = [1, *near, near[0] + 1, near[0] - 1, math.ceil(near[0] / step) * step, middle]
    for value in candidates:
        whole = int(value) if float(value).is_integer() else value
        if accepts_number(schema, whole):
            return whole
    raise NoSampleError("no number is found inside the limits")


def accepts_number(schema: Flat, value: float) -> bool:
    """Tell whether a number is inside the limits of a schema."""
    low, high = limit(schema, "minimum"), limit(schema, "maximum")
    above, below = limit(schema, "exclusiveMinimum"), limit(schema, "exclusiveMaximum")
    step = limit(schema, "multipleOf")
    return (
        (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
        and (below is None or value < below)
        and (not step or math.isclose(value / step, round(value / step)))
        and (schema.get("type") != "integer" or float(value).is_integer())
    )


def text(atom: Atom, length: int | None = None) -> str:
    """Return a string of the wanted format, length and pattern."""
    if atom.format:
        return _FORMATS.get(atom.format, "x")
    least, most = limit(atom.schema, "minLength") or 0, limit(atom.schema, "maxLength")
    if length is not None:
        least = most = length
    pattern = atom.schema.get("pattern")
    if not isinstance(pattern, str):
        return "x" * _length(max(least, 1 if most is None or most >= 1 else 0))
    found = _matching(pattern, _length(least), None if most is None else int(most))
    if found is None:
        raise NoSampleError(f"no example is found for the pattern {pattern!r}")
    return found


def _matching(pattern: str, least: int, most: int | None) -> str | None:
    read = read_pattern(pattern)
    if read is not None:
        try:
            return shortest(read, NOTHING, least, most)
        except TooManyStatesError:
            return None
    return next((made for made in _texts(least) if _fits(made, pattern, least, most)), None)


def accepts(atom: Atom, value: object) -> bool:
    """Tell whether a value of the right kind is inside the limits of a type."""
    if isinstance(value, str):
        least, most = limit(atom.schema, "minLength") or 0, limit(atom.schema, "maxLength")
        return not atom.format and _fits(value, str(atom.schema.get("pattern", "")), least, most)
    return isinstance(value, bool) or not isinstance(value, int) or accepts_number(atom.schema, value)


def _fits(made: str, pattern: str, least: float, most: float | None) -> bool:
    try:
        return least <= len(made) <= (math.inf if most is None else most) and re.search(pattern, made) is not None
    except re.error:
        return False


def _texts(least: int) -> list[str]:
    """Return some texts to try on a pattern."""
    lengths = dict.fromkeys((1, 2, 3, 4, 6, 8, 16, 32, 64, max(least, 1)))
    plain = [char * length for length, char in itertools.product(lengths, "a0Ax")]
    return ["", *plain, "a-b", "a_b", "a.b", "a/b", "A-0", "a0", "1.0.0", "1.0", "v1", "a@b.c", "00:00", "#000000", " "]
