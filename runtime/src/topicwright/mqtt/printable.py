"""Text of a peer as a person may read it: one line, printable, and short."""

from __future__ import annotations

from typing import Final

CUT: Final = "..."
"""What ends a text that was cut."""


def printable(text: str, limit: int) -> str:
    """Return ``text`` as one line of printable characters, with escapes for all others.

    It has at most ``limit`` bytes in UTF-8, and ends with dots where it was cut. So it can be a line of a log, or a
    user property (MQTT 5, section 1.5.4), whatever a peer has put into it.
    """
    if len(text) <= limit and text.isprintable() and (text.isascii() or len(text.encode()) <= limit):
        return text
    start = "".join(map(_escaped, text[: limit + 1]))
    if len(text) <= limit and len(start.encode()) <= limit:
        return start
    return start.encode()[: limit - len(CUT)].decode(errors="ignore") + CUT


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
