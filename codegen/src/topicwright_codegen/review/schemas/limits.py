"""Limits of numbers, texts and arrays: which have become tighter or looser, and a value between old and new."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from topicwright_codegen.review.schemas.values.alternatives import Alternative, Types
from topicwright_codegen.review.schemas.values.examples import NoExampleError, example_of_schema, text_example
from topicwright_codegen.review.schemas.values.numbers import NumberLimits, as_whole_number
from topicwright_codegen.review.schemas.values.patterns import read_pattern
from topicwright_codegen.review.schemas.values.regular_language import (
    ANYTHING,
    NOTHING,
    Regular,
    TooManyStatesError,
    shortest,
)

_UPPER = ("maximum", "maxLength", "maxItems")
_LOWER = ("minimum", "minLength", "minItems")
_LENGTHS = ("minLength", "maxLength", "minItems", "maxItems")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_MAX_LENGTH = 10_000
_UNUSUAL = "\u00ac"
"""A text that hardly any pattern has."""


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """One limit that has changed."""

    rule: str
    keyword: str
    text: str
    make: Callable[[], object]
    """Returns a value that only the looser schema accepts."""
    is_guess: bool = False
    """Whether nobody knows what the limit refuses."""


def limits_changed(old: Alternative, new: Alternative, old_types: Types, new_types: Types) -> Iterator[Limit]:
    """Yield the limits that differ between two alternatives of one kind."""
    if old.kind == "array" and (old.prefix or new.prefix):
        return
    for keyword in (*_UPPER, *_LOWER, "multipleOf"):
        one, other = _bound(old, keyword), _bound(new, keyword)
        if one == other:
            continue
        text = f"{keyword} {_shown(one)} became {_shown(other)}"
        if _is_tighter(keyword, one, other, new.kind) and _text_beyond(keyword, old, new) is not None:
            yield Limit("limit-tightened", keyword, text, _Between(keyword, old, new, old_types))
        if _is_tighter(keyword, other, one, old.kind) and _text_beyond(keyword, new, old) is not None:
            yield Limit("limit-loosened", keyword, text, _Between(keyword, new, old, new_types))
    yield from _pattern(old, new)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit, and whether the value itself is outside."""

    value: float
    exclusive: bool = False


def _bound(alternative: Alternative, keyword: str) -> _Bound | None:
    """Return a limit of a type: of a number, the inclusive or the exclusive one, whichever refuses more."""
    inclusive = alternative.limit(keyword)
    exclusive = alternative.limit(f"exclusive{keyword.capitalize()}")
    if exclusive is None:
        return None if inclusive is None else _whole_bound(alternative, _Bound(inclusive), keyword)
    if inclusive is not None and (inclusive < exclusive if keyword in _UPPER else inclusive > exclusive):
        return _whole_bound(alternative, _Bound(inclusive), keyword)
    return _whole_bound(alternative, _Bound(exclusive, exclusive=True), keyword)


def _whole_bound(alternative: Alternative, bound: _Bound, keyword: str) -> _Bound:
    """Return the bound of whole numbers that refuses the same ones: below 10 is at most 9."""
    if alternative.kind != "integer" or keyword not in ("minimum", "maximum"):
        return bound
    if keyword == "maximum":
        return _Bound(math.ceil(bound.value) - 1 if bound.exclusive else math.floor(bound.value))
    return _Bound(math.floor(bound.value) + 1 if bound.exclusive else math.ceil(bound.value))


def _is_tighter(keyword: str, old: _Bound | None, new: _Bound | None, kind: str) -> bool:
    """Return whether a new limit refuses something that the old one accepts."""
    if new is None:
        return False
    if keyword == "multipleOf":
        return _is_coarser(old.value if old else None, new.value, kind)
    if old is None:
        return not (keyword in ("minLength", "minItems") and new.value == 0)
    if old.value == new.value:
        return new.exclusive and not old.exclusive
    return new.value < old.value if keyword in _UPPER else new.value > old.value


def _is_coarser(old: float | None, new: float, kind: str) -> bool:
    """Return whether some multiple of the old step is none of the new one; integers are multiples of 1."""
    step = Fraction(repr(old)) if old is not None else Fraction(1) if kind == "integer" else None
    if step is not None and kind == "integer":
        step = Fraction(step.numerator)  # the whole multiples of n/d are the multiples of n
    return step is None or not new or (step / Fraction(repr(new))).denominator != 1


def _shown(bound: _Bound | None) -> str:
    return (
        "(none)" if bound is None else f"{as_whole_number(bound.value)}{' (not included)' if bound.exclusive else ''}"
    )


def _text_beyond(keyword: str, loose: Alternative, tight: Alternative) -> str | None:
    """Return a text of the looser pattern that is too short or too long for the tighter limit.

    It is empty where no pattern limits the length too, or where the pattern cannot be read; None where the pattern has
    no such text, so that the limit refuses nothing.
    """
    regular = read_pattern(loose.pattern) if loose.pattern is not None and keyword.endswith("Length") else None
    if regular is None:
        return ""
    bound = int(tight.limit(keyword) or 0)
    least, most = int(loose.limit("minLength") or 0), loose.limit("maxLength")
    try:
        if keyword == "minLength":
            return shortest(regular, NOTHING, least, min(bound - 1, int(most if most is not None else bound)))
        return shortest(regular, NOTHING, max(least, bound + 1), None if most is None else int(most))
    except TooManyStatesError:
        return ""


def _pattern(old: Alternative, new: Alternative) -> Iterator[Limit]:
    """Yield the change of a pattern, by the texts that only one of both accepts."""
    one, other = _texts(old), _texts(new)
    if one is None or other is None:
        yield from _unread(old, new)
        return
    try:
        lost, got = _outside(old, one, other), _outside(new, other, one)
    except TooManyStatesError:
        yield from _unread(old, new)
        return
    text = f"pattern {old.schema.get('pattern')!r} became {new.schema.get('pattern')!r}"
    if lost is not None and got is not None:
        yield Limit("pattern-changed", "pattern", text, lambda: got)
    elif lost is not None:
        yield Limit("limit-tightened", "pattern", text, lambda: lost)
    elif got is not None:
        yield Limit("limit-loosened", "pattern", text, lambda: got)


def _outside(alternative: Alternative, inside: Regular, outside: Regular) -> str | None:
    """Return a text of one pattern and not of the other, of the length that an alternative allows."""
    if inside == outside:
        return None
    most = alternative.limit("maxLength")
    return shortest(inside, outside, int(alternative.limit("minLength") or 0), None if most is None else int(most))


def _texts(alternative: Alternative) -> Regular | None:
    """Return the texts that a pattern allows; None where it cannot be read."""
    return ANYTHING if alternative.pattern is None else read_pattern(alternative.pattern)


def _unread(old: Alternative, new: Alternative) -> Iterator[Limit]:
    """Yield the change of a pattern whose texts are not known."""
    one, other = old.schema.get("pattern"), new.schema.get("pattern")
    if one == other:
        return
    rule = "limit-tightened" if one is None else "limit-loosened" if other is None else "pattern-changed"
    loose = old if one is None else new
    text = f"pattern {one!r} became {other!r}"
    if None not in (one, other):
        text += ", which cannot be compared"
    yield Limit(rule, "pattern", text, lambda: _UNUSUAL if None in (one, other) else text_example(loose), True)


@dataclass(frozen=True, slots=True, eq=False)
class _Between:
    """Makes a value inside the looser limit and outside the tighter one."""

    keyword: str
    loose: Alternative
    tight: Alternative
    types: Types

    def __call__(self) -> object:
        if self.keyword in _LENGTHS:
            text = _text_beyond(self.keyword, self.loose, self.tight)
            return text or self._of_length(self._length())
        loose, tight = NumberLimits.of(self.loose), NumberLimits.of(self.tight)
        for value in map(as_whole_number, self._numbers()):
            if loose.accepts(value) and not tight.accepts(value):
                return value
        raise NoExampleError("no number is found between the old and the new limits")

    def _length(self) -> int:
        """Return a length that only the looser limits allow."""
        bound = int(self.tight.limit(self.keyword) or 0)
        is_upper = self.keyword.startswith("max")
        length = bound + 1 if is_upper else bound - 1
        other = self.loose.limit(("min" if is_upper else "max") + self.keyword[3:])
        if other is not None and ((is_upper and length < other) or length > other > bound):
            length = int(other)
        if length > _MAX_LENGTH:
            raise NoExampleError("an example would be too long")
        return length

    def _of_length(self, length: int) -> object:
        if self.loose.kind == "array":
            return [example_of_schema(self.loose.items, self.types)] * length
        if "pattern" in self.loose.schema:
            return text_example(self.loose, length)
        return "x" * length

    def _numbers(self) -> Iterator[float]:
        for alternative in (self.tight, self.loose):
            for bound in map(alternative.limit, _NUMBERS):
                if bound is not None:
                    yield from (bound, bound + 1, bound - 1, bound * 1.5, bound + 0.5, bound - 0.5)
        yield from (0, 1, 0.5)
