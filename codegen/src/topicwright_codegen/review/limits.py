"""Limits of numbers, texts and arrays: which have become tighter or looser, and a value between old and new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from topicwright_codegen.review.atoms import Atom, Types
from topicwright_codegen.review.samples import NoSampleError, accepts_number, limit, sample, text

_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")


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
        one, other = limit(old.schema, keyword), limit(new.schema, keyword)
        if one == other:
            continue
        said = f"{keyword} {_said(one)} became {_said(other)}"
        if _is_tighter(keyword, one, other):
            yield Limit("limit-tightened", keyword, said, _Between(keyword, old, new, old_types))
        if _is_tighter(keyword, other, one):
            yield Limit("limit-loosened", keyword, said, _Between(keyword, new, old, new_types))
    yield from _pattern(old, new)


def _is_tighter(keyword: str, old: float | None, new: float | None) -> bool:
    """Tell whether a new limit refuses something that the old one accepts."""
    if new is None:
        return False
    if old is None:
        return not (keyword in ("minLength", "minItems") and new == 0)
    if keyword == "multipleOf":
        return not new or (old / new) % 1 != 0
    return new < old if keyword in _UPPER else new > old


def _said(value: float | None) -> str:
    return "(none)" if value is None else f"{value:g}"


def _pattern(old: Atom, new: Atom) -> Iterator[Limit]:
    one, other = old.schema.get("pattern"), new.schema.get("pattern")
    if one == other:
        return
    rule = "limit-tightened" if one is None else "limit-loosened" if other is None else "pattern-changed"
    loose, tight = (old, new) if one is None else (new, old)
    yield Limit(rule, "pattern", f"pattern {one!r} became {other!r}", _Unmatched(loose, tight))


@dataclass(frozen=True, slots=True, eq=False)
class _Unmatched:
    """A text that one pattern accepts and the other one is likely to refuse; the check tells whether it does."""

    loose: Atom
    tight: Atom

    def __call__(self, _: object) -> object:
        return "\u00ac" if "pattern" not in self.loose.schema else text(self.loose)


@dataclass(frozen=True, slots=True, eq=False)
class _Between:
    """A value inside the looser limit and outside the tighter one."""

    keyword: str
    loose: Atom
    tight: Atom
    types: Types

    def __call__(self, _: object) -> object:
        if self.keyword in ("minLength", "maxLength", "minItems", "maxItems"):
            return self._long(self._count())
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
            raise NoSampleError("the length is limited by a pattern as well")
        return "x" * count

    def _numbers(self) -> Iterator[float]:
        keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        for schema in (self.tight.schema, self.loose.schema):
            for bound in (limit(schema, key) for key in keys):
                if bound is not None:
                    yield from (bound, bound + 1, bound - 1, bound * 1.5, bound + 0.5, bound - 0.5)
        yield from (0, 1, 0.5)
