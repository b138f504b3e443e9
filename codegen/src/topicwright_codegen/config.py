"""Settings of a run: ``[tool.topicwright]`` of the nearest pyproject.toml, and flags that win over it."""

from __future__ import annotations

import keyword
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

_KNOWN = ("sources", "package", "output", "title", "aliases")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")


class UsageError(Exception):
    """The command cannot run as it was called or configured."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where the documents are, and where the package goes."""

    sources: tuple[Path, ...]
    package: str
    output: Path
    title: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    project: Path | None = None
    """The folder of the pyproject.toml; None where flags say it all."""

    @property
    def folder(self) -> Path:
        """The folder of the generated package."""
        return self.output.joinpath(*self.package.split("."))


def load_config(
    start: Path, sources: Sequence[Path] = (), package: str | None = None, output: Path | None = None
) -> Config:
    """Return the settings that hold in the folder ``start``; raise UsageError where something is missing or wrong."""
    file, table = _find(start)
    project = file.parent if file else None
    paths = tuple(sources) or tuple((project or start) / text for text in _texts(table, "sources", file))
    package = package or _text(table, "package", file)
    folder = output or _path(_text(table, "output", file), project)
    missing = [flag for flag, value in (("--source", paths), ("--package", package), ("--output", folder)) if not value]
    if missing or folder is None:
        hint = "give the flag, or set it in [tool.topicwright] of pyproject.toml"
        raise UsageError(f"{', '.join(missing)} missing: {hint}")
    for path in paths:
        if not path.exists():
            raise UsageError(f"source {path} does not exist")
    _check_package(package)
    own = file is not None and not sources
    # Title and aliases are of the configured package, not of another one that flags ask for.
    configured = package == _text(table, "package", file)
    aliases = _aliases(table, package, file) if configured else {}
    title = _text(table, "title", file) if configured else ""
    return Config(paths, package, folder, title, aliases, project if own else None)


def _find(start: Path) -> tuple[Path | None, Mapping[str, object]]:
    """Return the nearest pyproject.toml that has the table, and the table."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("topicwright")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {error}") from error
        if isinstance(table, dict):
            settings = cast("Mapping[str, object]", table)
            for key in settings:
                if key not in _KNOWN:
                    raise UsageError(f"{file}: [tool.topicwright] has no setting {key!r}; it has {', '.join(_KNOWN)}")
            return file, settings
    return None, {}


def _wrong(file: Path | None, key: str, wanted: str) -> UsageError:
    return UsageError(f"{file}: [tool.topicwright] {key} must be {wanted}")


def _text(table: Mapping[str, object], key: str, file: Path | None) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _wrong(file, key, "a string")
    return value


def _texts(table: Mapping[str, object], key: str, file: Path | None) -> tuple[str, ...]:
    value = table.get(key, [])
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = tuple(item for item in items if isinstance(item, str))
    if len(texts) != len(items):
        raise _wrong(file, key, "a list of strings")
    return texts


def _path(text: str, project: Path | None) -> Path | None:
    return (project or Path()) / text if text else None


def _check_package(package: str) -> None:
    for part in package.split("."):
        if not (part.isidentifier() and part.isascii()) or keyword.iskeyword(part):
            raise UsageError(f"package {package!r} is not a Python package name")


def _aliases(table: Mapping[str, object], package: str, file: Path | None) -> dict[str, tuple[str, ...]]:
    """Return the re-exporting modules, each with its ``module:name`` targets."""
    value = table.get("aliases", {})
    if not isinstance(value, dict):
        raise _wrong(file, "aliases", "a table of modules")
    aliases = cast("Mapping[str, object]", value)
    found: dict[str, tuple[str, ...]] = {}
    for module in aliases:
        targets = _texts(aliases, module, file)
        if not module.startswith(f"{package}.") or not all(map(_TARGET.match, targets)):
            raise _wrong(
                file, f"aliases.{module}", f'a module of {package}, with targets like "topicwright:MQTTClient"'
            )
        _check_package(module)
        found[module] = targets
    return found
