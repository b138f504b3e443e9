"""Settings of a run: ``[tool.topicwright]`` of the nearest pyproject.toml, and flags that win over it."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from topicwright_codegen.project.access import Access, default_root
from topicwright_codegen.project.pyproject import Settings, UsageError, find_settings

__all__ = ["Config", "Flags", "UsageError", "access_of", "aliases_of", "keeps_unknown", "load_config"]

UNKNOWN_FIELDS = ("refuse", "keep")
_NEEDED = frozenset(("topicwright", "topicwright_codegen", "pydantic", "pydantic_core", "typing_extensions", "orjson"))
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")


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
    access: Access | None = None
    """What references may read; None for the default of the sources."""
    keep_unknown: bool = False
    """Whether fields are kept that a schema neither names nor rules out; otherwise they are refused."""
    templates: Path | None = None
    """A folder of templates that replace those of the compiler."""
    ignored: frozenset[str] = frozenset()
    """The codes that lint does not report."""

    @property
    def folder(self) -> Path:
        """The folder of the generated package."""
        return self.output.joinpath(*self.package.split("."))


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says."""

    sources: Sequence[Path] = ()
    package: str | None = None
    output: Path | None = None
    root: Path | None = None
    unknown_fields: str | None = None
    maps: Sequence[str] = ()
    """Each as ``URL=PATH``."""
    templates: Path | None = None


def load_config(start: Path, flags: Flags) -> Config:
    """Return the settings that hold in the folder ``start``; raise UsageError where something is missing or wrong."""
    settings = find_settings(start)
    base = settings.folder or start
    paths = tuple(flags.sources) or tuple(base / text for text in settings.texts("sources"))
    package = flags.package or settings.text("package")
    output = settings.text("output")
    folder = flags.output or (base / output if output else None)
    missing = [flag for flag, value in (("--source", paths), ("--package", package), ("--output", folder)) if not value]
    if missing or folder is None:
        hint = "give the flag, or set it in [tool.topicwright] of pyproject.toml"
        raise UsageError(f"{', '.join(missing)} missing: {hint}")
    for path in paths:
        if not path.exists():
            raise UsageError(f"source {path} does not exist")
    _check_package(package)
    # Title and aliases are of the configured package, not of another one that flags ask for.
    configured = package == settings.text("package")
    return Config(
        sources=paths,
        package=package,
        output=folder,
        title=settings.text("title") if configured else "",
        aliases=aliases_of(settings, package) if configured else {},
        project=settings.folder if not flags.sources else None,
        access=access_of(flags, settings, paths, base),
        keep_unknown=keeps_unknown(flags, settings),
        templates=_templates(flags, settings, base),
        ignored=frozenset(settings.table("lint", ("ignore",)).texts("ignore")),
    )


def access_of(flags: Flags, settings: Settings, sources: Sequence[Path], base: Path) -> Access:
    """Return what may be read; ``base`` is where relative paths of the settings start."""
    resolved = [path.resolve() for path in sources]
    said = flags.root or (base / settings.text("root") if settings.text("root") and not flags.sources else None)
    root = said.resolve() if said else default_root(resolved)
    if not root.is_dir():
        raise UsageError(f"the root {said} is not a folder")
    for path in resolved:
        if not path.is_relative_to(root):
            raise UsageError(f"source {path} is not below the root {root}")
    table = settings.table("map")
    maps = {url: base / table.text(url) for url in table.values}
    maps |= dict(map(_mapping, flags.maps))
    return Access(root, {url: path.resolve() for url, path in maps.items()}, tuple(resolved))


def _templates(flags: Flags, settings: Settings, base: Path) -> Path | None:
    said = settings.text("templates")
    folder = flags.templates or (base / said if said else None)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"the templates {folder} are not a folder")
    return folder


def keeps_unknown(flags: Flags, settings: Settings) -> bool:
    """Tell what models do with fields that a schema says nothing of."""
    said = flags.unknown_fields or settings.text("unknown_fields") or UNKNOWN_FIELDS[0]
    if said not in UNKNOWN_FIELDS:
        raise settings.wrong("unknown_fields", " or ".join(UNKNOWN_FIELDS))
    return said == "keep"


def _mapping(text: str) -> tuple[str, Path]:
    # The last "=" divides them: a URL may have one in its query.
    url, _, path = text.rpartition("=")
    if not url or not Path(path).exists():
        raise UsageError(f"--map {text} must be URL=PATH, with a path that exists")
    return url, Path(path)


def _check_package(package: str) -> None:
    for part in package.split("."):
        if not (part.isidentifier() and part.isascii()) or keyword.iskeyword(part):
            raise UsageError(f"package {package!r} is not a Python package name")
    first = package.split(".")[0]
    if first in sys.stdlib_module_names or first in _NEEDED:
        raise UsageError(f"package {package!r} would hide the module {first!r} of Python or of what it needs")


def aliases_of(settings: Settings, package: str) -> dict[str, tuple[str, ...]]:
    """Return the re-exporting modules, each with its ``module:name`` targets."""
    table = settings.table("aliases")
    found: dict[str, tuple[str, ...]] = {}
    for module in table.values:
        targets = table.texts(module)
        if not module.startswith(f"{package}.") or not all(map(_TARGET.match, targets)):
            raise table.wrong(module, f'a module of {package}, with targets like "topicwright:MQTTClient"')
        _check_package(module)
        found[module] = targets
    return found
