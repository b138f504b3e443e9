"""Regular expressions as sets of texts: the shortest text that one pattern matches and another one does not.

Patterns are compared by derivatives (Brzozowski 1964): the derivative of a set by a character is the set of texts that
may follow it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, from and to, in order and without overlaps."""
LAST = 0x10FFFF
_STATES = 4000
_WORK = 1_000_000
"""At most this much is compared: states, by the characters that lead on, by the size of a state."""
_GROWTH = 500
_NICE = "aA0x_-. :/"


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set; an empty set matches nothing."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts one after the other; without parts, the empty text."""

    parts: tuple[Regular, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of several options."""

    options: frozenset[Regular]


@dataclass(frozen=True, slots=True)
class Many:
    """Any number of repetitions, including none."""

    inner: Regular


Regular: TypeAlias = One | Chain | Choice | Many
NOTHING, EMPTY = One(()), Chain(())
ANYTHING = Many(One(((0, LAST),)))


class TooManyStatesError(Exception):
    """The patterns are too intricate to compare."""


def chain(parts: Iterable[Regular]) -> Regular:
    """Return the concatenation of parts."""
    flat: list[Regular] = []
    for part in parts:
        if part == NOTHING:
            return NOTHING
        flat += part.parts if isinstance(part, Chain) else [part]
    return flat[0] if len(flat) == 1 else Chain(tuple(flat))


def choice(options: Iterable[Regular]) -> Regular:
    """Return the union of options, without those that match nothing."""
    flat: set[Regular] = set()
    for option in options:
        flat |= option.options if isinstance(option, Choice) else {option}
    flat.discard(NOTHING)
    if ANYTHING in flat:
        return ANYTHING
    return next(iter(flat)) if len(flat) == 1 else Choice(frozenset(flat)) if flat else NOTHING


@lru_cache(maxsize=20_000)
def may_be_empty(regular: Regular) -> bool:
    """Return whether the empty text matches."""
    match regular:
        case One():
            return False
        case Chain(parts):
            return all(map(may_be_empty, parts))
        case Choice(options):
            return any(map(may_be_empty, options))
        case Many():
            return True


@lru_cache(maxsize=20_000)
def derivative(regular: Regular, char: int) -> Regular:
    """Return the derivative by a character: the texts that may follow it."""
    match regular:
        case One(ranges):
            return EMPTY if any(low <= char <= high for low, high in ranges) else NOTHING
        case Chain(parts):
            return choice(_derivative_of_chain(parts, char))
        case Choice(options):
            return choice(derivative(option, char) for option in options)
        case Many(inner):
            return chain((derivative(inner, char), regular))


def _derivative_of_chain(parts: tuple[Regular, ...], char: int) -> Iterator[Regular]:
    for at, part in enumerate(parts):
        yield chain((derivative(part, char), *parts[at + 1 :]))
        if not may_be_empty(part):
            return


def size_of(regular: Regular) -> int:
    """Return the number of parts of a regular expression."""
    match regular:
        case One():
            return 1
        case Chain(parts):
            return 1 + sum(map(size_of, parts))
        case Choice(options):
            return 1 + sum(map(size_of, options))
        case Many(inner):
            return 1 + size_of(inner)


def _bounds(regular: Regular) -> Iterator[int]:
    match regular:
        case One(ranges):
            for low, high in ranges:
                yield from (low, high + 1)
        case Chain(parts):
            for part in parts:
                yield from _bounds(part)
        case Choice(options):
            for option in options:
                yield from _bounds(option)
        case Many(inner):
            yield from _bounds(inner)


def _alphabet(*regulars: Regular) -> list[int]:
    """Return one character of each class that no pattern distinguishes, a readable one where there is one."""
    bounds = sorted({0x20, 0x7F, 0xD800, 0xE000, *(bound for regular in regulars for bound in _bounds(regular))})
    classes = [(low, high - 1) for low, high in zip(bounds, [*bounds[1:], LAST + 1], strict=True) if low < high]
    chars = [
        next((ord(nice) for nice in _NICE if low <= ord(nice) <= high), low)
        for low, high in classes
        if not 0xD800 <= low <= 0xDFFF and high >= 0x20
    ]
    return sorted(chars, key=lambda char: (not 0x20 <= char < 0x7F, char))


def shortest(inside: Regular, outside: Regular, least: int = 0, most: int | None = None) -> str | None:
    """Return the shortest text of one set that the other set does not have; None where there is none.

    Raises:
        TooManyStatesError: the search takes too long.
    """
    try:
        return _shortest(inside, outside, least, most)
    except RecursionError:
        raise TooManyStatesError from None


def _shortest(inside: Regular, outside: Regular, least: int, most: int | None) -> str | None:
    alphabet = _alphabet(inside, outside)
    work, largest = 0, size_of(inside) + size_of(outside) + _GROWTH
    seen: set[tuple[Regular, Regular, int]] = {(inside, outside, 0)}
    queue = deque((state, "") for state in seen)
    while queue:
        (one, other, _), text = queue.popleft()
        if len(text) >= least and may_be_empty(one) and not may_be_empty(other):
            return text
        if most is not None and len(text) >= most:
            continue
        size = size_of(one) + size_of(other)
        work += size * len(alphabet)
        if work > _WORK or size > largest:
            raise TooManyStatesError
        for char in alphabet:
            state = derivative(one, char), derivative(other, char), _relevant(len(text) + 1, least, most)
            if state[0] != NOTHING and state not in seen:
                seen.add(state)
                queue.append((state, text + chr(char)))
        if len(seen) > _STATES:
            raise TooManyStatesError
    return None


def _relevant(length: int, least: int, most: int | None) -> int:
    """Return a length as far as it matters: beyond the least one, only with a greatest one."""
    return length if most is not None else min(length, least)
