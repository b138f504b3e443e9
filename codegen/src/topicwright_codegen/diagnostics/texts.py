"""Small texts of messages: counts, paths, printable characters, table cells."""

from __future__ import annotations

from pathlib import Path


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 finding``, ``2 findings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """Return ``text`` on one line and without control characters, so that a terminal shows it as it is."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def cell(text: str) -> str:
    """Return ``text`` as a cell of a Markdown table."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return plain.replace("`", "&#96;")


def shown_path(path: Path) -> str:
    """Return ``path`` relative to the working directory where it is below that."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
