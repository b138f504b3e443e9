"""Several packages in one pyproject.toml, ``[[tool.topicwright.packages]]``: the one that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from topicwright_codegen.project.pyproject import CHOSEN, TABLES, UsageError, find_table, package_tables


def packages_of(start: Path, asked: str | None) -> tuple[str, ...]:
    """Return the packages that the nearest settings list, or the one that was asked for; empty where they list none.

    Raises:
        UsageError: the settings list packages, and none is called ``asked``.
    """
    names = tuple(package_tables(find_table(start)))
    if asked is None or not names:
        return names
    if asked not in names:
        raise UsageError(f"[[{TABLES}]] has no package {asked!r}: it has {', '.join(names)}")
    return (asked,)


def each(names: tuple[str, ...]) -> Iterator[str]:
    """Yield each package as the chosen one, whose settings count until the next; one without a name for no packages."""
    for name in names or ("",):
        token = CHOSEN.set(name)
        try:
            yield name
        finally:
            CHOSEN.reset(token)
