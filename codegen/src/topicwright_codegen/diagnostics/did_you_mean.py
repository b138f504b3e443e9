"""What an author most likely meant: the nearest word, and the reference that a text was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6
"""How alike two words are at least where one is taken for a misspelling of the other; 1 is the same word."""


def nearest(word: object, known: Iterable[object], least: float = NEAR) -> str | None:
    """Return the word among ``known`` that ``word`` most resembles, capitals aside."""
    if not isinstance(word, str):
        return None
    plain = {name.casefold(): name for name in known if isinstance(name, str)}
    close = get_close_matches(word.casefold(), plain, 1, least)
    return plain[close[0]] if close else None


def did_you_mean(word: object, known: Iterable[object], otherwise: str = "", least: float = NEAR) -> str:
    """Return a hint: the nearest word, else what ``otherwise`` says."""
    close = nearest(word, known, least)
    return otherwise if close is None else f"did you mean {close!r}?"
