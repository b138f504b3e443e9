"""Typed access to ``[tool.topicwright]`` of a pyproject.toml; an error in it is a ``UsageError``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

KNOWN = (
    "sources",
    "package",
    "output",
    "title",
    "root",
    "templates",
    "unknown_fields",
    "implied_types",
    "sync",
    "aliases",
    "map",
    "lint",
    "acl",
    "compat",
    "packages",
)
TABLES = "tool.topicwright.packages"
CHOSEN: ContextVar[str] = ContextVar("the package of the settings that a command is about", default="")
"""Empty where the settings have one package; see ``project/packages.py``."""
_OF_PACKAGES = tuple(key for key in KNOWN if key != "packages")


class UsageError(Exception):
    """The command cannot run as it was called or configured."""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """A table of a pyproject.toml, with its file and its name for messages."""

    file: Path | None = None
    name: str = "tool.topicwright"
    values: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def folder(self) -> Path | None:
        """The folder that its relative paths start from; None without a file."""
        return self.file.parent if self.file else None

    def wrong(self, key: str, expected: str) -> UsageError:
        """Return the error for a setting of the wrong type."""
        return UsageError(f"{self.file}: [{self.name}] {key} must be {expected}")

    def text(self, key: str) -> str:
        """Return a string, empty if it is not set."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(key, "a string")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, false if it is not set."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, or one string; empty if it is not set."""
        value = self.values.get(key, [])
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) != len(items):
            raise self.wrong(key, "a list of strings")
        return texts

    def table(self, key: str, known: Sequence[str] = ()) -> ProjectSettings:
        """Return a table in this one, empty if it is not set; ``known`` are all settings that it may have."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        table = ProjectSettings(self.file, f"{self.name}.{key}", cast("Mapping[str, object]", value))
        if known:
            table.check_keys(known)
        return table

    def check_keys(self, known: Sequence[str]) -> None:
        """Refuse unknown settings, which are misspelt."""
        for key in self.values:
            if key not in known:
                raise UsageError(f"{self.file}: [{self.name}] has no setting {key!r}; it has {', '.join(known)}")


def find_settings(start: Path) -> ProjectSettings:
    """Return the settings of the nearest pyproject.toml that has some, at ``start`` or above.

    Where they list packages: those of all packages, and of the chosen one above them.
    """
    settings = find_table(start)
    packages = package_tables(settings)
    if not packages:
        return settings
    common = {key: value for key, value in settings.values.items() if key != "packages"}
    own = packages.get(CHOSEN.get())
    return ProjectSettings(settings.file, own.name if own else settings.name, {**common, **(own.values if own else {})})


def package_tables(settings: ProjectSettings) -> dict[str, ProjectSettings]:
    """Return the tables of ``[[tool.topicwright.packages]]`` by the names of their packages.

    Raises:
        UsageError: they are no tables, or two packages have one name.
    """
    listed = settings.values.get("packages", [])
    tables = cast("list[object]", listed) if isinstance(listed, list) else [None]
    found: dict[str, ProjectSettings] = {}
    for values in tables:
        if not isinstance(values, dict):
            raise settings.wrong("packages", f"a list of tables, each [[{TABLES}]]")
        table = ProjectSettings(settings.file, TABLES, cast("Mapping[str, object]", values))
        table.check_keys(_OF_PACKAGES)
        name = table.text("package")
        if not name or name in found:
            what = f"has two packages {name!r}" if name else "has one without a package"
            raise UsageError(f"{settings.file}: [[{TABLES}]] {what}")
        found[name] = ProjectSettings(settings.file, f"{TABLES}] [{name}", table.values)
    return found


def find_table(start: Path) -> ProjectSettings:
    """Return the table of the nearest pyproject.toml that has it, as it is written."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("topicwright")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {error}") from error
        if isinstance(table, dict):
            settings = ProjectSettings(file, values=cast("Mapping[str, object]", table))
            settings.check_keys(KNOWN)
            return settings
    return ProjectSettings()
