"""Suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6
"""The least similarity at which one name counts as a misspelling of another; 1 is the same name."""


def nearest(name: object, known: Iterable[object], least: float = NEAR) -> str | None:
    """Return the name in ``known`` that ``name`` most resembles, regardless of case."""
    if not isinstance(name, str):
        return None
    plain = {other.casefold(): other for other in known if isinstance(other, str)}
    close = get_close_matches(name.casefold(), plain, 1, least)
    return plain[close[0]] if close else None


def did_you_mean(name: object, known: Iterable[object], otherwise: str = "", least: float = NEAR) -> str:
    """Return a hint with the nearest name, else ``otherwise``."""
    close = nearest(name, known, least)
    return otherwise if close is None else f"did you mean {close!r}?"
