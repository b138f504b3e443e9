"""What is compared: files of today or of a git ref, read with the settings that hold there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Flags, UsageError, access_of, keeps_unknown
from topicwright_codegen.project.pyproject import Settings, find_settings
from topicwright_codegen.review.sides.git_ref import Ref

_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Input:
    """Files and folders of one side, and how they are read."""

    paths: tuple[Path, ...]
    access: Access
    keep_unknown: bool
    settings: Settings
    """Those that hold there."""


def input_of(flags: Flags, settings: Settings, base: Path) -> Input:
    """Return one side of files; paths that flags name win over those of the settings."""
    paths = tuple(flags.sources) or tuple(base / text for text in settings.texts("sources"))
    if not paths:
        raise UsageError("name the files to compare, or set sources in [tool.topicwright] of pyproject.toml")
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    if flags.root is None:
        flags = replace(flags, root=_configured_root(settings, base, paths))
    return Input(paths, access_of(flags, settings, paths, base), keeps_unknown(flags, settings), settings)


def _configured_root(settings: Settings, base: Path, paths: Sequence[Path]) -> Path | None:
    """Return the root of the settings where it is the root of these paths too."""
    root = (base / settings.text("root")).resolve() if settings.text("root") else None
    return root if root is not None and all(path.resolve().is_relative_to(root) for path in paths) else None


def input_of_today(flags: Flags) -> Input:
    """Return the side of the work tree."""
    settings = find_settings(Path.cwd())
    return input_of(flags, settings, settings.folder or Path.cwd())


def input_of_ref(flags: Flags, ref: Ref) -> Input:
    """Write the files of a ref, with all that they may refer to; return that side.

    Raises:
        UsageError: it has no such files, or its settings are wrong; places in it are shown as ``REF:path``.
    """
    try:
        return _written(flags, ref)
    except UsageError as error:
        raise UsageError(str(error).replace(f"{ref.target}/", f"{ref.name}:")) from None


def _written(flags: Flags, ref: Ref) -> Input:
    settings = _settings_of(ref)
    base = settings.folder or Path.cwd()
    named = tuple(flags.sources) or tuple(_back(ref, base / text) for text in settings.texts("sources"))
    if ref.inside(base):  # the ref has no settings of its own: those of today
        base = ref.there(base)
    ref.write_below(named, _SUFFIXES)
    there = [path for path in map(ref.there, named) if path.exists()]
    if named and not there:
        raise UsageError(f"{ref.name} has no {', '.join(_label(ref, path) for path in named)}")
    inner = replace(
        flags, sources=there, root=_there(flags.root, ref), maps=[_mapped(text, ref) for text in flags.maps]
    )
    maps = [_back(ref, base / settings.table("map").text(url)) for url in settings.table("map").values]
    maps += [Path(text.rpartition("=")[2]) for text in flags.maps]
    ref.write_below([_back(ref, input_of(inner, settings, base).access.root), *maps], _SUFFIXES)
    return input_of(inner, settings, base)


def _settings_of(ref: Ref) -> Settings:
    """Return the settings of the ref for this folder, else those of today."""
    folder = Path.cwd().resolve()
    if not ref.inside(folder):
        return find_settings(folder)
    above = {part.relative_to(ref.top) / "pyproject.toml" for part in (folder, *folder.parents) if ref.inside(part)}
    ref.write(lambda name: Path(name) in above)
    found = find_settings(ref.there(folder))
    return found if found.folder is not None and found.folder.is_relative_to(ref.target) else find_settings(folder)


def _back(ref: Ref, path: Path) -> Path:
    """Return the path of the work tree for one of the ref."""
    resolved = path.resolve()
    return ref.top / resolved.relative_to(ref.target) if resolved.is_relative_to(ref.target) else resolved


def _there(path: Path | None, ref: Ref) -> Path | None:
    return ref.there(path) if path is not None and ref.inside(path) else path


def _mapped(text: str, ref: Ref) -> str:
    url, _, path = text.rpartition("=")
    inside = ref.inside(Path(path))
    if inside:
        ref.write_below([Path(path)], _SUFFIXES)
    return f"{url}={ref.there(Path(path)) if inside and ref.there(Path(path)).exists() else path}"


def _label(ref: Ref, path: Path) -> str:
    return path.resolve().relative_to(ref.top).as_posix() if ref.inside(path) else str(path)
