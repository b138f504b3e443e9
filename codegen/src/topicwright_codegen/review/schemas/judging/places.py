"""Places of a schema, such as ``payload.items[].name``, in messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, cast

_STEP: Final = re.compile(r"\.\*|\.([^.\[\]]+)|\[(\d*)\]")


@lru_cache(maxsize=1000)
def steps_of(place: str) -> tuple[str, ...]:
    """Return the steps from the message to a place: names, indexes, and ``*`` for any field or element."""
    inner = _bare(place)
    return tuple(step[1] or step[2] or "*" for step in _STEP.finditer(inner))


def reaches(message: object, steps: tuple[str, ...]) -> bool:
    """Return whether a message has a value at a place."""
    if not steps:
        return True
    first, *rest = steps
    inner: list[object] = []
    if isinstance(message, dict):
        members = cast("dict[str, object]", message)
        inner = list(members.values()) if first == "*" else [members[first]] if first in members else []
    elif isinstance(message, list):
        items = cast("list[object]", message)
        inner = items if first == "*" else items[int(first) : int(first) + 1] if first.isdecimal() else []
    return any(reaches(item, tuple(rest)) for item in inner)


@lru_cache(maxsize=1000)
def place_pattern(place: str) -> str:
    """Return a regular expression of the places in a message, for a place in a schema."""
    inner = _bare(place)
    return re.escape(inner).replace(re.escape("[]"), r"\[\d+\]").replace(re.escape(".*"), r"\.[^.]*")


def is_near(place: str, wanted: str, written: str) -> bool:
    """Return whether a place is inside of another, or around it, as where no alternative of a union is left."""
    if re.match(wanted + r"(\.|\[|$)", place):
        return True
    bare = _bare(written)
    return bare.startswith(place) or not place


def _bare(place: str) -> str:
    return re.sub(r"\([^()]*\)", "", place).removeprefix("payload").removeprefix("headers")
