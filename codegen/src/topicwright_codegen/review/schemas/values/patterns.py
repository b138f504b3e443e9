"""Patterns of JSON Schema read as sets of texts; patterns that are not regular, or too long, are not read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from topicwright_codegen.review.schemas.values.regular_language import (
    ANYTHING,
    EMPTY,
    LAST,
    Many,
    One,
    Ranges,
    Regular,
    chain,
    choice,
    size_of,
)

_SETS: dict[str, Ranges] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0D), (0x20, 0x20)),
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_MAX_LENGTH = 300
_MAX_COUNT = 64
_MAX_SIZE = 1000
"""A pattern that is larger, with its counted parts written out, is not read."""


class _NotRegularError(Exception):
    """The pattern has a construct that is not read here."""


@lru_cache(maxsize=2000)
def read_pattern(pattern: str) -> Regular | None:
    """Return the texts that a pattern is found in; None where the pattern cannot be read."""
    try:
        return _Reader(pattern).whole() if len(pattern) <= _MAX_LENGTH else None
    except (_NotRegularError, RecursionError):
        return None


def _without(ranges: Ranges) -> Ranges:
    """Return all other characters."""
    others, start = list[tuple[int, int]](), 0
    for low, high in sorted(ranges):
        if low > start:
            others.append((start, low - 1))
        start = max(start, high + 1)
    return (*others, (start, LAST)) if start <= LAST else tuple(others)


@dataclass(slots=True)
class _Reader:
    pattern: str
    at: int = 0

    def whole(self) -> Regular:
        options = [self._line()]
        while self._take("|"):
            options.append(self._line())
        if self.at < len(self.pattern):
            raise _NotRegularError
        return choice(options)

    def _line(self) -> Regular:
        """Read an alternative of the whole pattern: without an anchor, any text may be there."""
        before = EMPTY if self._take("^") else ANYTHING
        parts = self._parts()
        behind = EMPTY if self._take("$") else ANYTHING
        return chain((before, *parts, behind))

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, text: str) -> bool:
        is_next = self.pattern.startswith(text, self.at)
        self.at += len(text) if is_next else 0
        return is_next

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise _NotRegularError
        self.at += 1
        return self.pattern[self.at - 1]

    def _parts(self) -> list[Regular]:
        parts: list[Regular] = []
        while (char := self._peek()) and char not in "|)$":
            parts.append(self._counted(self._atom()))
        return parts

    def _atom(self) -> Regular:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return One(self._class())
        if char == "\\":
            return One(self._escape())
        if char == ".":
            return One(_without(((0x0A, 0x0A),)))
        if char in "^*+?{}":
            raise _NotRegularError
        return One(((ord(char), ord(char)),))

    def _group(self) -> Regular:
        if self._take("?") and not self._take(":"):
            raise _NotRegularError
        options = [chain(self._parts())]
        while self._take("|"):
            options.append(chain(self._parts()))
        if not self._take(")"):
            raise _NotRegularError
        return choice(options)

    def _escape(self) -> Ranges:
        char = self._next()
        if char.lower() in _SETS:
            ranges = _SETS[char.lower()]
            return ranges if char.islower() else _without(ranges)
        if char.isalnum() and char not in _CONTROLS:
            raise _NotRegularError
        code = ord(_CONTROLS.get(char, char))
        return ((code, code),)

    def _class(self) -> Ranges:
        negative, members = self._take("^"), list[tuple[int, int]]()
        while not self._take("]"):
            low = self._member()
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self._member()
                members.append((low[0][0], high[-1][1]))
            else:
                members += low
        ranges = tuple(sorted(members))
        return _without(ranges) if negative else ranges

    def _member(self) -> Ranges:
        char = self._next()
        if char == "[" or (char == "&" and self._peek() == "&"):
            raise _NotRegularError
        return self._escape() if char == "\\" else ((ord(char), ord(char)),)

    def _counted(self, inner: Regular) -> Regular:
        if self._take("*"):
            counted: Regular = Many(inner)
        elif self._take("+"):
            counted = chain((inner, Many(inner)))
        elif self._take("?"):
            counted = choice((EMPTY, inner))
        elif self._take("{"):
            counted = self._repeated(inner)
        else:
            return inner
        if self._take("?") or self._peek() in ("+", "*", "{"):
            # A lazy count finds the same texts; the others are not in JSON Schema.
            return self._counted(counted) if self._peek() else counted
        return counted

    def _repeated(self, inner: Regular) -> Regular:
        text, _, rest = self.pattern[self.at :].partition("}")
        low, comma, high = text.partition(",")
        if (not rest and not self.pattern.endswith("}")) or not low.isdecimal() or (high and not high.isdecimal()):
            raise _NotRegularError
        least, most = int(low), int(high) if high else int(low)
        if not least <= most <= _MAX_COUNT or most * size_of(inner) > _MAX_SIZE:
            raise _NotRegularError
        self.at += len(text) + 1
        needed = [inner] * least
        if comma and not high:
            return chain((*needed, Many(inner)))
        optional: Regular = EMPTY
        for _ in range(most - least):
            optional = choice((EMPTY, chain((inner, optional))))
        return chain((*needed, optional))
