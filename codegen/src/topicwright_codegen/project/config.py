"""The configuration of a run: ``[tool.topicwright]`` of the nearest pyproject.toml, and flags that override it."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.project.access import Access, default_root
from topicwright_codegen.project.pyproject import ProjectSettings, UsageError, find_settings

__all__ = ["Config", "Flags", "UsageError", "access_of", "aliases_of", "check_package", "keeps_unknown", "load_config"]

UNKNOWN_FIELDS = ("refuse", "keep")
_NEEDED = frozenset(("topicwright", "topicwright_codegen", "pydantic", "pydantic_core", "typing_extensions", "orjson"))
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a run: what is read, and what is written."""

    sources: tuple[Path, ...]
    package: str
    output: Path
    title: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    project: Path | None = None
    """The folder of the pyproject.toml, if it names the sources."""
    access: Access | None = None
    """The files that may be read; None for the default of the sources."""
    keep_unknown: bool = False
    """Whether models keep fields that the schema does not mention; otherwise they refuse them."""
    implied_types: bool = False
    """Whether a schema without ``type`` has the one that its keywords are about."""
    blocking: bool = False
    """Whether the package has blocking clients too, in ``PACKAGE.sync``."""
    templates: Path | None = None
    """A folder of templates that replace the built-in ones."""
    ignored: frozenset[str] = frozenset()
    """The codes that lint does not report."""

    @property
    def folder(self) -> Path:
        """The folder of the generated package."""
        return self.output.joinpath(*self.package.split("."))


@dataclass(frozen=True, slots=True)
class Flags:
    """The options of the command line; a default means that the option is absent."""

    sources: Sequence[Path] = ()
    package: str | None = None
    output: Path | None = None
    root: Path | None = None
    unknown_fields: str | None = None
    maps: Sequence[str] = ()
    """Each as ``URL=PATH``."""
    templates: Path | None = None


def load_config(start: Path, flags: Flags) -> Config:
    """Return the configuration for the folder ``start``; raise UsageError if something is missing or wrong."""
    settings = find_settings(start)
    base = settings.folder or start
    sources = sources_of(flags, settings, base)
    package = flags.package or settings.text("package")
    output = flags.output or _path(settings, "output", base)
    if not sources or not package or output is None:
        raise _missing({"sources": sources, "package": package, "output": output})
    check_package(package)
    access = access_of(flags, settings, sources, base)
    # Title and aliases belong to the configured package, not to another one that flags name.
    configured = package == settings.text("package")
    return Config(
        sources=sources,
        package=package,
        output=output,
        title=settings.text("title") if configured else "",
        aliases=aliases_of(settings, package) if configured else {},
        project=settings.folder if not flags.sources else None,
        access=access,
        keep_unknown=keeps_unknown(flags, settings),
        implied_types=settings.flag("implied_types"),
        blocking=settings.flag("sync") and configured,
        templates=_templates(flags, settings, base),
        ignored=frozenset(settings.table("lint", ("ignore",)).texts("ignore")),
    )


def sources_of(flags: Flags, settings: ProjectSettings, base: Path) -> tuple[Path, ...]:
    """Return the files and folders to read, which exist: those of the flags, otherwise those of the settings."""
    paths = tuple(flags.sources) or tuple(base / text for text in settings.texts("sources"))
    for path in paths:
        if not path.exists():
            raise UsageError(f"source {path} does not exist")
    return paths


def _missing(needed: Mapping[str, object]) -> UsageError:
    keys = [key for key, value in needed.items() if not value]
    arguments = ", ".join("PATH" if key == "sources" else f"--{key}" for key in keys)
    return UsageError(
        f"{arguments} missing: write it here, or set {', '.join(keys)} in [tool.topicwright] of pyproject.toml"
    )


def _path(settings: ProjectSettings, key: str, base: Path) -> Path | None:
    text = settings.text(key)
    return base / text if text else None


def access_of(flags: Flags, settings: ProjectSettings, sources: Sequence[Path], base: Path) -> Access:
    """Return the files that may be read; relative paths of the settings start at ``base``."""
    resolved = [path.resolve() for path in sources]
    named = flags.root or (None if flags.sources else _path(settings, "root", base))
    root = named.resolve() if named else default_root(resolved)
    if not root.is_dir():
        raise UsageError(f"the root {named} is not a folder")
    for path in resolved:
        if not path.is_relative_to(root):
            raise UsageError(f"source {path} is not below the root {root}")
    table = settings.table("map")
    maps = {url: base / table.text(url) for url in table.values}
    maps |= dict(map(_mapping, flags.maps))
    return Access(root, {url: path.resolve() for url, path in maps.items()}, tuple(resolved))


def _templates(flags: Flags, settings: ProjectSettings, base: Path) -> Path | None:
    folder = flags.templates or _path(settings, "templates", base)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"the templates {folder} are not a folder")
    return folder


def keeps_unknown(flags: Flags, settings: ProjectSettings) -> bool:
    """Return whether models keep fields that the schema does not mention."""
    choice = flags.unknown_fields or settings.text("unknown_fields") or UNKNOWN_FIELDS[0]
    if choice not in UNKNOWN_FIELDS:
        raise settings.wrong("unknown_fields", " or ".join(UNKNOWN_FIELDS))
    return choice == "keep"


def _mapping(text: str) -> tuple[str, Path]:
    # Split at the last "=": a URL may have one in its query.
    url, _, path = text.rpartition("=")
    if not url or not Path(path).exists():
        raise UsageError(f"--map {text} must be URL=PATH, with a path that exists")
    return url, Path(path)


def check_package(package: str) -> None:
    """Raise UsageError where a text is no name for a generated package."""
    for part in package.split("."):
        if not (part.isidentifier() and part.isascii()) or keyword.iskeyword(part):
            raise UsageError(f"package {package!r} is not a Python package name")
    first = package.split(".")[0]
    if first in sys.stdlib_module_names or first in _NEEDED:
        raise UsageError(f"package {package!r} would hide the module {first!r} of Python or of what it needs")


def aliases_of(settings: ProjectSettings, package: str) -> dict[str, tuple[str, ...]]:
    """Return the re-exporting modules, each with its ``module:name`` targets."""
    table = settings.table("aliases")
    aliases: dict[str, tuple[str, ...]] = {}
    for module in table.values:
        targets = table.texts(module)
        if not module.startswith(f"{package}.") or not all(map(_TARGET.match, targets)):
            raise table.wrong(module, f'a module of {package}, with targets like "topicwright:MQTTClient"')
        check_package(module)
        aliases[module] = targets
    return aliases
