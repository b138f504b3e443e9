"""The files that a run may read: those below its root that are not hidden, and those that URLs are mapped to."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

PROJECT_MARKS = (".git", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Access:
    """The files that a run may read."""

    root: Path
    maps: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Local files and folders by the URL that they replace; the URL of a folder ends with a slash."""

    sources: tuple[Path, ...] = ()
    """Files and folders that the user has named: a hidden folder above them does not hide them."""

    def allows(self, path: Path) -> bool:
        """Return whether a resolved path may be read."""
        if path.is_relative_to(self.root):
            named = [source if source.is_dir() else source.parent for source in self.sources]
            return path in self.sources or any(_is_shown(path, folder) for folder in (self.root, *named))
        return any(path.is_relative_to(local) for local in self.maps.values())

    def mapped(self, url: str) -> Path | None:
        """Return the local path of a URL, by the longest match; None without one."""
        for prefix in sorted(self.maps, key=len, reverse=True):
            if url == prefix:
                return self.maps[prefix]
            if prefix.endswith("/") and url.startswith(prefix):
                return (self.maps[prefix] / unquote(url.removeprefix(prefix))).resolve()
        return None

    def url_of(self, path: Path) -> str | None:
        """Return the URL that a local path replaces, by the longest match; None without one."""
        for url, local in sorted(self.maps.items(), key=lambda item: len(item[1].parts), reverse=True):
            if path == local and not url.endswith("/"):
                return url
            if url.endswith("/") and path.is_relative_to(local):
                return url + quote(path.relative_to(local).as_posix())
        return None


def _is_shown(path: Path, folder: Path) -> bool:
    """Return whether no part of a path below a folder is hidden."""
    return path.is_relative_to(folder) and not any(part.startswith(".") for part in path.relative_to(folder).parts)


def common_folder(paths: Sequence[Path]) -> Path:
    """Return the deepest folder that contains all of ``paths``."""
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))


def default_root(paths: Sequence[Path]) -> Path:
    """Return the root if none is given.

    For folders it is the deepest folder that contains all paths. For files alone it is their project: the nearest
    folder above them with a mark of one, or the folder of the files without such a mark.
    """
    folder = common_folder(paths)
    if any(path.is_dir() for path in paths):
        return folder
    return next((above for above in (folder, *folder.parents) if _is_project(above)), folder)


def _is_project(folder: Path) -> bool:
    return any((folder / mark).exists() for mark in PROJECT_MARKS)
