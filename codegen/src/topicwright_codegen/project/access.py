"""Which files a run may read: those below its root that are not hidden, and what the user has mapped a URL to."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROJECT_MARKS = (".git", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Access:
    """The files that references may name."""

    root: Path
    maps: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Local files and folders by the URL that they stand for; a URL of a folder ends with a slash."""

    sources: tuple[Path, ...] = ()
    """Files and folders that the user has named: what is hidden on the way to them is not meant to be."""

    def allows(self, path: Path) -> bool:
        """Tell whether a resolved path may be read."""
        if path.is_relative_to(self.root):
            named = [source if source.is_dir() else source.parent for source in self.sources]
            return path in self.sources or any(_is_shown(path, folder) for folder in (self.root, *named))
        return any(path.is_relative_to(local) for local in self.maps.values())

    def mapped(self, url: str) -> Path | None:
        """Return the local path of a URL, by its longest match."""
        for prefix in sorted(self.maps, key=len, reverse=True):
            if url == prefix:
                return self.maps[prefix]
            if prefix.endswith("/") and url.startswith(prefix):
                return (self.maps[prefix] / url.removeprefix(prefix)).resolve()
        return None


def _is_shown(path: Path, folder: Path) -> bool:
    """Tell whether nothing on the way from a folder to a path in it is hidden."""
    return path.is_relative_to(folder) and not any(part.startswith(".") for part in path.relative_to(folder).parts)


def common_folder(paths: Sequence[Path]) -> Path:
    """Return the deepest folder that has all of ``paths`` in it."""
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))


def default_root(paths: Sequence[Path]) -> Path:
    """Return the root where none is given.

    Who names a folder means it and what is in it. Who names files means the project that they are part of, which is
    the nearest folder above with a mark of one; without such a mark, the folder of the files alone.
    """
    folder = common_folder(paths)
    if any(path.is_dir() for path in paths):
        return folder
    return next((above for above in (folder, *folder.parents) if _is_project(above)), folder)


def _is_project(folder: Path) -> bool:
    return any((folder / mark).exists() for mark in PROJECT_MARKS)
