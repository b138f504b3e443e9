"""The inputs of a comparison: files of the work tree or of a git ref, with the settings for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from topicwright_codegen.project.access import Access
from topicwright_codegen.project.config import Flags, UsageError, access_of, keeps_unknown, sources_of
from topicwright_codegen.project.pyproject import CHOSEN, ProjectSettings, find_settings
from topicwright_codegen.review.sides.git_ref import Ref

_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Input:
    """The files and folders of one side, and how they are read."""

    paths: tuple[Path, ...]
    access: Access
    keep_unknown: bool
    implied_types: bool
    settings: ProjectSettings
    """The settings of that version."""


def input_of(flags: Flags, settings: ProjectSettings, base: Path) -> Input:
    """Return one side; paths of the flags override those of the settings."""
    paths = sources_of(flags, settings, base)
    if not paths:
        raise UsageError("name the files to compare, or set sources in [tool.topicwright] of pyproject.toml")
    if flags.root is None:
        flags = replace(flags, root=_configured_root(settings, base, paths))
    keep, implied = keeps_unknown(flags, settings), settings.flag("implied_types")
    return Input(paths, access_of(flags, settings, paths, base), keep, implied, settings)


def _configured_root(settings: ProjectSettings, base: Path, paths: Sequence[Path]) -> Path | None:
    """Return the root of the settings if all paths are below it."""
    root = (base / settings.text("root")).resolve() if settings.text("root") else None
    return root if root is not None and all(path.resolve().is_relative_to(root) for path in paths) else None


def input_of_today(flags: Flags) -> Input:
    """Return the side of the work tree."""
    settings = find_settings(Path.cwd())
    return input_of(flags, settings, settings.folder or Path.cwd())


def input_of_ref(flags: Flags, ref: Ref) -> Input:
    """Write the files of a ref, with the files that they may refer to; return that side.

    Raises:
        UsageError: it has no such files, or its settings are wrong; its paths are shown as ``REF:path``.
    """
    try:
        return _write_files(flags, ref)
    except UsageError as error:
        raise UsageError(str(error).replace(f"{ref.target}/", f"{ref.name}:")) from None


def _write_files(flags: Flags, ref: Ref) -> Input:
    settings = _settings_of(ref)
    base = settings.folder or Path.cwd()
    named = tuple(flags.sources) or tuple(_in_work_tree(ref, base / text) for text in settings.texts("sources"))
    if ref.inside(base):  # the ref has no settings of its own: those of today
        base = ref.there(base)
    ref.write_below(named, _SUFFIXES)
    there = [path for path in map(ref.there, named) if path.exists()]
    if named and not there:  # all of it is new
        there = [_nothing(ref.there(named[0]))]
    inner = replace(
        flags, sources=there, root=_in_ref(flags.root, ref), maps=[_mapped(text, ref) for text in flags.maps]
    )
    maps = [_in_work_tree(ref, base / settings.table("map").text(url)) for url in settings.table("map").values]
    maps += [Path(text.rpartition("=")[2]) for text in flags.maps]
    root = _in_work_tree(ref, input_of(inner, settings, base).access.root)
    ref.write_referred(ref.write_below([root, *maps, *named], _SUFFIXES))
    return input_of(inner, settings, base)


def _settings_of(ref: Ref) -> ProjectSettings:
    """Return the settings of the ref for this folder, else those of today."""
    folder = Path.cwd().resolve()
    if not ref.inside(folder):
        return find_settings(folder)
    above = {part.relative_to(ref.top) / "pyproject.toml" for part in (folder, *folder.parents) if ref.inside(part)}
    ref.write(lambda name: Path(name) in above)
    settings = find_settings(ref.there(folder))
    inside = settings.folder is not None and settings.folder.is_relative_to(ref.target)
    listed = not CHOSEN.get() or settings.text("package") == CHOSEN.get()  # else the package is new since then
    return settings if inside and listed else find_settings(folder)


def _in_work_tree(ref: Ref, path: Path) -> Path:
    """Return the path of the work tree for one of the ref."""
    resolved = path.resolve()
    return ref.top / resolved.relative_to(ref.target) if resolved.is_relative_to(ref.target) else resolved


def _in_ref(path: Path | None, ref: Ref) -> Path | None:
    return ref.there(path) if path is not None and ref.inside(path) else path


def _mapped(text: str, ref: Ref) -> str:
    url, _, path = text.rpartition("=")
    inside = ref.inside(Path(path))
    if inside:
        ref.write_below([Path(path)], _SUFFIXES)
    return f"{url}={ref.there(Path(path)) if inside and ref.there(Path(path)).exists() else path}"


def _nothing(path: Path) -> Path:
    """Write a catalog without a topic, in place of one that a ref does not have; return its file."""
    file = path if path.suffix in _SUFFIXES else path / "asyncapi.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("asyncapi: 3.0.0\ninfo: {title: Nothing, version: 0.0.0}\n", encoding="utf-8")
    return file
