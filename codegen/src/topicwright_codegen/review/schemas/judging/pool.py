"""Values worth trying: what two schemas say themselves, and what is next to it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from topicwright_codegen.review.schemas.values.patterns import read_pattern
from topicwright_codegen.review.schemas.values.regular_language import NOTHING, TooManyStatesError, shortest

T = TypeVar("T")
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LENGTHS: Final = ("minLength", "maxLength")
_COUNTS: Final = ("minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties")
_TABLES: Final = ("properties", "dependentSchemas", "dependentRequired", "$defs")
FORMATS: Final = {
    "date-time": ("2026-01-01T00:00:00Z", "1999-12-31T23:59:59.5+02:00"),
    "date": ("2026-01-01", "1999-12-31"),
    "time": ("12:00:00Z",),
    "uuid": ("00000000-0000-4000-8000-000000000000", "123e4567-e89b-12d3-a456-426614174000"),
    "email": ("a@b.example",),
}
_MAX_LENGTH: Final = 2000
_MOST: Final = 4000
_MOST_PATTERNS: Final = 10


@dataclass(slots=True)
class Pool:
    """Numbers, texts, names of fields and whole values."""

    numbers: list[float] = field(default_factory=lambda: [0, 1, -1, 2, 0.5, 1.5, 10, 1000])
    texts: list[str] = field(default_factory=lambda: ["", "x", "some text", "1"])
    names: list[str] = field(default_factory=lambda: ["x", "y", "zz", "key", "unknown_field"])
    values: list[object] = field(default_factory=lambda: [None, True, False, [], {}])
    counts: list[int] = field(default_factory=lambda: [0, 1, 2, 3])
    patterns: set[str] = field(default_factory=set[str])
    """Of the schema that was added last."""

    @classmethod
    def of(cls, schemas: Iterable[object]) -> Pool:
        """Return what schemas mention."""
        pool, patterns = cls(), list[set[str]]()
        for schema in schemas:
            pool.patterns = set()
            pool.add(schema)
            patterns.append(pool.patterns)
        for olds, news in itertools.pairwise(patterns):
            pool.texts += _between(olds, news)
        pool.texts += [text for texts in FORMATS.values() for text in texts]
        pool.names, pool.counts = list(dict.fromkeys(pool.names)), list(dict.fromkeys(pool.counts))
        pool.texts = list(dict.fromkeys(pool.texts))[:_MOST]
        pool.numbers = list({repr(number): number for number in pool.numbers}.values())[:_MOST]
        pool.values = list({json.dumps(value): value for value in pool.values}.values())[:_MOST]
        return pool

    def beside(self, one: Pool, other: Pool) -> Pool:
        """Return what only one of two schemas mentions; where that is nothing, what this one has."""
        return Pool(
            _different(one.numbers, other.numbers) or self.numbers,
            _different(one.texts, other.texts) or self.texts,
            _different(one.names, other.names) or self.names,
            _different(one.values, other.values) or self.values,
            _different(one.counts, other.counts) or self.counts,
        )

    def add(self, schema: object) -> None:
        """Add what a schema mentions."""
        if isinstance(schema, list):
            for item in cast("list[object]", schema):
                self.add(item)
        if not isinstance(schema, dict):
            return
        for key, value in cast("dict[str, Any]", schema).items():
            if key in ("enum", "const"):
                self._listed(value if key == "enum" else [value])
            elif key in _BOUNDS and _is_number(value):
                self.numbers += _around(value)
            elif key in _LENGTHS and _is_number(value):
                self.texts += [
                    "x" * length
                    for length in (int(value) - 1, int(value), int(value) + 1)
                    if 0 <= length <= _MAX_LENGTH
                ]
            elif key in _COUNTS and _is_number(value):
                self.counts += [count for count in (int(value) - 1, int(value), int(value) + 1) if 0 <= count <= 50]
            elif key == "pattern":
                self.patterns.add(value)
                self.texts += matching(value)
            elif key == "required":
                self.names += value
            elif key == "propertyNames":
                self.names += _names_by(value)
            elif key == "patternProperties":
                self.names += [text for pattern in value for text in matching(pattern)]
                self.add(list(value.values()))
            elif key in _TABLES and isinstance(value, dict):
                self.names += [] if key == "$defs" else list(cast("dict[str, object]", value))
                self.add(list(cast("dict[str, object]", value).values()))
            elif isinstance(value, (dict, list)):
                self.add(cast("object", value))

    def _listed(self, values: Iterable[object]) -> None:
        for value in values:
            if _is_number(value):
                self.numbers += _around(cast("float", value))
            elif isinstance(value, str):
                self.texts += [value, f"{value}x"]
            self.values.append(value)


def _names_by(schema: object) -> list[str]:
    """Return names that a schema of names mentions."""
    pool = Pool(texts=[])
    pool.add(schema)
    return [text for text in pool.texts if text]


def _different(some: list[T], others: list[T]) -> list[T]:
    """Return the values of one list and not of the other."""
    first, second = ({repr(value): value for value in values} for values in (some, others))
    both = first | second
    return [both[text] for text in sorted(first.keys() ^ second.keys())]


def _between(olds: set[str], news: set[str]) -> Iterator[str]:
    """Yield texts that a pattern of one version matches, and one of the other does not."""
    some = [sorted(patterns)[:_MOST_PATTERNS] for patterns in (olds, news)]
    for old, new in itertools.product(*some):
        one, other = read_pattern(old), read_pattern(new)
        if one is None or other is None or old == new:
            continue
        for inside, outside in ((one, other), (other, one)):
            with suppress(TooManyStatesError):
                text = shortest(inside, outside)
                if text is not None:
                    yield text


@lru_cache(maxsize=2000)
def matching(pattern: str, least: int = 0, most: int | None = None) -> tuple[str, ...]:
    """Return a few texts that a pattern matches, of some lengths; none where it cannot be read."""
    regular = read_pattern(pattern)
    if regular is None:
        return tuple(text for text in ("a-b", "a0", "A0", "1.0", "a", "0") if finds(pattern, text))
    found: list[str] = []
    for length in dict.fromkeys((least, least + 1, least + 3)):
        try:
            text = shortest(regular, NOTHING, length, most)
        except TooManyStatesError:
            break
        found += [text] if text is not None else []
    return tuple(dict.fromkeys(found))


def finds(pattern: str, text: str) -> bool:
    """Return whether a pattern is in a short text, as far as Python reads it."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _around(value: float) -> Iterator[float]:
    """Yield a number, its neighbours and multiples."""
    near = abs(value) * 1e-7 or 1e-7
    yield from (
        value,
        value + 1,
        value - 1,
        value + 0.5,
        value - 0.5,
        value * 2,
        value * 3,
        -value,
        value + near,
        value - near,
    )
