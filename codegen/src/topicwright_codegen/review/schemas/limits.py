"""Limits of numbers, texts and arrays: which have become tighter or looser, and a value between old and new."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from topicwright_codegen.review.schemas.values.alternatives import Atom, Types
from topicwright_codegen.review.schemas.values.examples import NoSampleError, accepts_number, limit, sample, text
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


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """One limit that has changed."""

    rule: str
    keyword: str
    text: str
    example: Callable[[object], object]
    """Makes a value that only the looser schema accepts."""


def limits_changed(old: Atom, new: Atom, old_types: Types, new_types: Types) -> Iterator[Limit]:
    """Yield the limits that differ between two alternatives of one kind."""
    if old.kind == "array" and (old.prefix or new.prefix):
        return
    for keyword in (*_UPPER, *_LOWER, "multipleOf"):
        one, other = _bound(old, keyword), _bound(new, keyword)
        if one == other:
            continue
        said = f"{keyword} {_said(one)} became {_said(other)}"
        if _is_tighter(keyword, one, other, new.kind) and beyond(keyword, old, new) is not None:
            yield Limit("limit-tightened", keyword, said, _Between(keyword, old, new, old_types))
        if _is_tighter(keyword, other, one, old.kind) and beyond(keyword, new, old) is not None:
            yield Limit("limit-loosened", keyword, said, _Between(keyword, new, old, new_types))
    yield from _pattern(old, new)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit, and whether the value itself is outside."""

    value: float
    exclusive: bool = False


def _bound(atom: Atom, keyword: str) -> _Bound | None:
    """Return a limit of a type: of a number, the inclusive or the exclusive one, whichever refuses more."""
    plain = limit(atom.schema, keyword)
    sharp = limit(atom.schema, f"exclusive{keyword.capitalize()}")
    if sharp is None:
        return None if plain is None else _whole(atom, _Bound(plain), keyword)
    inside = plain is not None and (plain < sharp if keyword in _UPPER else plain > sharp)
    return _whole(atom, _Bound(plain) if inside and plain is not None else _Bound(sharp, exclusive=True), keyword)


def _whole(atom: Atom, bound: _Bound, keyword: str) -> _Bound:
    """Return the bound of whole numbers that refuses the same ones: below 10 is at most 9."""
    if atom.kind != "integer" or keyword not in ("minimum", "maximum"):
        return bound
    if keyword == "maximum":
        return _Bound(math.ceil(bound.value) - 1 if bound.exclusive else math.floor(bound.value))
    return _Bound(math.floor(bound.value) + 1 if bound.exclusive else math.ceil(bound.value))


def _is_tighter(keyword: str, old: _Bound | None, new: _Bound | None, kind: str) -> bool:
    """Tell whether a new limit refuses something that the old one accepts."""
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
    """Tell whether some multiple of the old step is none of the new one; integers are multiples of 1."""
    step = Fraction(repr(old)) if old is not None else Fraction(1) if kind == "integer" else None
    if step is not None and kind == "integer":
        step = Fraction(step.numerator)  # the whole multiples of n/d are the multiples of n
    return step is None or not new or (step / Fraction(repr(new))).denominator != 1


def beyond(keyword: str, loose: Atom, tight: Atom) -> str | None:
    """Return a text of a pattern that is too short or too long; nothing where no pattern speaks of the length too.

    None where the pattern has no such text, so that the limit refuses nothing.
    """
    pattern, bound = loose.schema.get("pattern"), int(limit(tight.schema, keyword) or 0)
    read = read_pattern(pattern) if isinstance(pattern, str) and keyword.endswith("Length") else None
    if read is None:
        return ""
    least, most = int(limit(loose.schema, "minLength") or 0), limit(loose.schema, "maxLength")
    try:
        if keyword == "minLength":
            return shortest(read, NOTHING, least, min(bound - 1, int(most if most is not None else bound)))
        return shortest(read, NOTHING, max(least, bound + 1), None if most is None else int(most))
    except TooManyStatesError:
        return ""


def _said(bound: _Bound | None) -> str:
    return "(none)" if bound is None else f"{bound.value:g}{' (not included)' if bound.exclusive else ''}"


def _pattern(old: Atom, new: Atom) -> Iterator[Limit]:
    one, other = _texts(old), _texts(new)
    if one is None or other is None:
        yield from _unread(old, new)
        return
    said = f"pattern {old.schema.get('pattern')!r} became {new.schema.get('pattern')!r}"
    try:
        lost, got = _outside(old, one, other), _outside(new, other, one)
    except TooManyStatesError:
        yield from _unread(old, new)
        return
    if lost is not None and got is not None:
        yield Limit("pattern-changed", "pattern", said, lambda _: got)
    elif lost is not None:
        yield Limit("limit-tightened", "pattern", said, lambda _: lost)
    elif got is not None:
        yield Limit("limit-loosened", "pattern", said, lambda _: got)


def _outside(atom: Atom, inside: Regular, outside: Regular) -> str | None:
    """Return a text of one pattern and not of the other, of the wanted length where there is one."""
    if inside == outside:
        return None
    most = limit(atom.schema, "maxLength")
    least = int(limit(atom.schema, "minLength") or 0)
    return shortest(inside, outside, least, None if most is None else int(most))


def _texts(atom: Atom) -> Regular | None:
    """Return the texts that the pattern of a type allows; None where it is not read."""
    pattern = atom.schema.get("pattern")
    return read_pattern(pattern) if isinstance(pattern, str) else ANYTHING


def _unread(old: Atom, new: Atom) -> Iterator[Limit]:
    """Yield the change of a pattern of which nobody knows what it includes."""
    one, other = old.schema.get("pattern"), new.schema.get("pattern")
    if one == other:
        return
    rule = "limit-tightened" if one is None else "limit-loosened" if other is None else "pattern-changed"
    loose = old if one is None else new
    yield Limit(
        rule,
        "pattern",
        f"pattern {one!r} became {other!r}",
        lambda _: "\u00ac" if None in (one, other) else text(loose),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Between:
    """A value inside the looser limit and outside the tighter one."""

    keyword: str
    loose: Atom
    tight: Atom
    types: Types

    def __call__(self, _: object) -> object:
        if self.keyword in ("minLength", "maxLength", "minItems", "maxItems"):
            return found if (found := beyond(self.keyword, self.loose, self.tight)) else self._long(self._count())
        for value in self._numbers():
            whole = int(value) if float(value).is_integer() else value
            if accepts_number(self.loose.schema, whole) and not accepts_number(self.tight.schema, whole):
                return whole
        raise NoSampleError("no number is found between the old and the new limits")

    def _count(self) -> int:
        bound = int(limit(self.tight.schema, self.keyword) or 0)
        count = bound + 1 if self.keyword.startswith("max") else bound - 1
        opposite = ("min" if self.keyword.startswith("max") else "max") + self.keyword[3:]
        other = limit(self.loose.schema, opposite)
        if other is not None and ((opposite.startswith("min") and count < other) or count > other > bound):
            count = int(other)
        if count > 10_000:
            raise NoSampleError("an example would be too long")
        return count

    def _long(self, count: int) -> object:
        if self.loose.kind == "array":
            return [sample(self.loose.items, self.types)] * count
        if "pattern" in self.loose.schema:
            return text(self.loose, count)
        return "x" * count

    def _numbers(self) -> Iterator[float]:
        keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        for schema in (self.tight.schema, self.loose.schema):
            for bound in (limit(schema, key) for key in keys):
                if bound is not None:
                    yield from (bound, bound + 1, bound - 1, bound * 1.5, bound + 0.5, bound - 0.5)
        yield from (0, 1, 0.5)
