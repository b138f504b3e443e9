"""Writes the files of a git ref to a folder, without touching the work tree."""

from __future__ import annotations

import posixpath
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from topicwright_codegen.documents.values import MAX_BYTES
from topicwright_codegen.project.config import UsageError

REFERENCE = re.compile(r"""\$ref["']?\s*:\s*["']?(?![a-zA-Z][a-zA-Z0-9+.-]*:)([^"'\s,}#]+)""")
"""The file of a reference by a relative path, in YAML or JSON."""
_LINK, _FILE = "120000", "100"


@dataclass(frozen=True, slots=True)
class Ref:
    """A commit, and the folder that its files are written to."""

    name: str
    """The name that the user gave."""
    commit: str
    top: Path
    """The top folder of the work tree."""
    target: Path

    @classmethod
    def of(cls, name: str, folder: Path, target: Path) -> Ref:
        """Return the ref of a name in the repository of ``folder``; raise UsageError if there is none."""
        top = Path(git(folder, "rev-parse", "--show-toplevel").decode().strip()).resolve()
        target.mkdir(parents=True, exist_ok=True)
        (target / ".git").touch()  # makes the folder a project, so that references cannot leave it
        return cls(name, _base(top, name), top, target.resolve())

    def there(self, path: Path) -> Path:
        """Return the path in ``target`` of a path in the work tree."""
        resolved = path.resolve()
        if not resolved.is_relative_to(self.top):
            raise UsageError(f"{path} is not in the git repository {self.top}")
        return self.target / resolved.relative_to(self.top)

    def inside(self, path: Path) -> bool:
        """Return whether a path is in the work tree."""
        return path.resolve().is_relative_to(self.top)

    def write(self, is_wanted: Callable[[PurePosixPath], bool]) -> list[str]:
        """Write the files whose names, relative to the top folder, are wanted; return these names."""
        entries = self._readable([entry for entry in self._entries() if is_wanted(PurePosixPath(entry[2]))])
        for (mode, _, name), content in zip(entries, self._contents([sha for _, sha, _ in entries]), strict=True):
            _write(self.target, name, mode, content)
        return [name for _, _, name in entries]

    def write_below(self, folders: Iterable[Path], suffixes: tuple[str, ...]) -> list[str]:
        """Write the files with one of the suffixes that are below the paths, or at them; paths are of the work tree."""
        tops = [PurePosixPath(path.resolve().relative_to(self.top)) for path in folders if self.inside(path)]
        return self.write(lambda name: name.suffix in suffixes and any(name.is_relative_to(top) for top in tops))

    def write_referred(self, names: Iterable[str]) -> None:
        """Write what files refer to by a relative path, and what that refers to, whatever the suffixes are."""
        known, waiting = set(names), list(names)
        there = {name for _, _, name in self._entries()} if waiting else set[str]()
        while waiting:
            found = {to for name in waiting for to in self._referred(name)} & there - known
            known |= found
            waiting = self.write(_is_one_of(found)) if found else []

    def _referred(self, name: str) -> Iterator[str]:
        try:
            text = (self.target / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for match in REFERENCE.finditer(text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(match[1])))
            if not path.startswith(("../", "/")):
                yield path

    def _entries(self) -> Iterator[tuple[str, str, str]]:
        """Yield mode, object and name of each file; a partial clone has no sizes of them."""
        for line in git(self.top, "ls-tree", "-r", "-z", self.commit).decode("utf-8", "replace").split("\0"):
            head, _, name = line.partition("\t")
            if not name:
                continue
            mode, kind, sha = head.split()
            if kind == "blob":
                yield mode, sha, name

    def _readable(self, entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Return the entries that are not too large to be read; what a partial clone lacks is fetched at once."""
        if not entries:
            return []
        names = "".join(f"{sha}\n" for _, sha, _ in entries).encode()
        if remote := _promisor(self.top):
            git(self.top, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin", remote, stdin=names)
        lines = git(self.top, "cat-file", "--batch-check=%(objectsize)", stdin=names).decode().splitlines()
        sizes = list(zip(lines, entries, strict=True))
        for line, (_, _, name) in sizes:
            if not line.isdecimal():
                hint = "is it a partial clone? git fetch --refetch gets all files"
                raise UsageError(f"{self.name}:{name} is not in this clone ({hint})")
        return [entry for line, entry in sizes if int(line) <= MAX_BYTES]

    def _contents(self, objects: list[str]) -> Iterator[bytes]:
        if not objects:
            return
        data = git(self.top, "cat-file", "--batch", stdin="".join(f"{sha}\n" for sha in objects).encode())
        at = 0
        for _ in objects:
            end = data.index(b"\n", at)
            size = int(data[at:end].rsplit(b" ", 1)[1])
            yield data[end + 1 : end + 1 + size]
            at = end + size + 2


def _write(target: Path, name: str, mode: str, content: bytes) -> None:
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if mode == _LINK:
        to = (path.parent / content.decode("utf-8", "replace")).resolve()
        if to.is_relative_to(target.resolve()) and not path.is_symlink():
            path.symlink_to(content.decode("utf-8", "replace"))
    elif mode.startswith(_FILE):
        path.write_bytes(content)


def _is_one_of(names: Set[str]) -> Callable[[PurePosixPath], bool]:
    return lambda name: str(name) in names


def _base(top: Path, name: str) -> str:
    """Return the commit of ``REF``, ``A...B`` or ``A...``: where it and today's version, or B, have parted.

    That is the commit itself where the clone has no such commit.
    """
    one, dots, other = name.partition("...")
    commits = _commit(top, one), _commit(top, other or "HEAD") if dots else "HEAD"
    try:
        return git(top, "merge-base", *commits).decode().strip()
    except UsageError:
        return commits[0]


def _commit(top: Path, ref: str) -> str:
    if ref.startswith("-"):
        raise UsageError(f"{ref!r} is not a git ref")
    try:
        return git(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
    except UsageError:
        fetch = f"git fetch --depth=1 origin {ref}, then --against FETCH_HEAD"
        if re.search(r"[~^@]", ref):  # no name that the other side knows
            fetch = "git fetch --unshallow"
        hint = f"; this clone is shallow: {fetch}"
        raise UsageError(f"unknown git ref {ref!r}{hint if is_shallow(top) else ''}") from None


def _promisor(top: Path) -> str:
    """Return the remote that a partial clone gets its files from; empty for a whole clone."""
    try:
        return git(top, "config", "--get", "extensions.partialClone").decode().strip()
    except UsageError:
        return ""


def is_shallow(folder: Path) -> bool:
    """Return whether a clone has only the newest commits."""
    return git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Return the output of git; raise UsageError with its error message if it fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, input=stdin)
    except FileNotFoundError:
        raise UsageError("git is not installed, and a git ref needs it") from None
    if done.returncode:
        raise UsageError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} fails")
    return done.stdout
