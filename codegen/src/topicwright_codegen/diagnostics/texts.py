"""Small texts of messages: counts, paths, printable characters, table cells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 finding``, ``2 findings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """Return ``text`` on one line and without control characters, so that a terminal shows it as it is."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


_ACTIVE: Final = re.compile(r"[&<>|`*\[\]~\\!]|(?<!\w)_|_(?!\w)")
_LINKING: Final = re.compile(r"[@#](?=\w)|://|\bwww(?=\.)|\bGH(?=-\d)", re.IGNORECASE)
_JOINER: Final = "\u2060"
"""A character without width, at which no line is broken."""


def cell(text: str) -> str:
    """Return ``text`` for Markdown, also for a cell of a table: it makes no link, picture, mention or issue number."""
    plain = _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", printable(text))
    return _LINKING.sub(lambda match: f"{match.group()[0]}{_JOINER}{match.group()[1:]}", plain)


def code(text: str) -> str:
    """Return ``text`` as code in Markdown, also in a cell of a table (CommonMark, section 6.1)."""
    plain = printable(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def cut(text: str, most: int) -> str:
    """Return ``text`` with at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def shown_path(path: Path) -> str:
    """Return ``path`` relative to the working directory where it is below that."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
