"""The generated package: formatted, compared with its folder, written as a whole."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from topicwright_codegen import __version__
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.digest import digest
from topicwright_codegen.output.formatting import check_syntax, format_texts
from topicwright_codegen.output.reuse import Reuse
from topicwright_codegen.project.config import UsageError

MANIFEST = "topicwright.json"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not what the catalog compiles to."""

    path: str
    """The path for people."""
    old: str | None
    """The text in the folder; None where there is no such file."""
    new: str | None
    """The text that the catalog compiles to; None where it is no file of the package."""

    @property
    def what(self) -> str:
        """What is wrong with the file."""
        if self.old is None:
            return "is missing"
        return "is not generated" if self.new is None else "is out of date or edited by hand"

    @property
    def line(self) -> int:
        """The first line that differs, counted from 1."""
        pairs = zip((self.old or "").splitlines(), (self.new or "").splitlines(), strict=False)
        return next((at for at, (old, new) in enumerate(pairs, 1) if old != new), 1)

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines generating would add, and take away."""
        lines = list(self.diff())[2:]
        return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)

    def diff(self) -> Iterator[str]:
        """Yield the unified diff from the folder to the package."""
        before = "/dev/null" if self.old is None else f"{self.path} (committed)"
        after = "/dev/null" if self.new is None else f"{self.path} (generated)"
        texts = (self.old or "").splitlines(), (self.new or "").splitlines()
        yield from list(unified_diff(*texts, before, after, lineterm="")) or [f"--- {before}", f"+++ {after}"]


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a generated package, by their path in it."""

    folder: Path
    files: Mapping[str, str]

    def changes(self) -> Iterator[Change]:
        """Yield the files of the folder that differ from the package."""
        for path in sorted(self.files.keys() | self.present()):
            old, new = self._read(path), self.files.get(path)
            if old != new:
                yield Change(shown_path((self.folder / path).resolve()), old, new)

    def write(self) -> list[str]:
        """Write what differs and delete what is stale; return the paths that changed.

        All files are written beside the package first. Then they are moved into it, which takes milliseconds and is
        not interrupted by a signal. A run that is killed before leaves the old package, and the next run deletes its
        temporary files.
        """
        self._check_folder()
        stale = self._stale()
        changed = [path for path, text in self.files.items() if self._read(path) != text]
        # The manifest makes files ours: so the first manifest of a package is moved first, and a later one last.
        changed.sort(key=lambda path: (path == MANIFEST) == bool(self._known()))
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for rest in self.folder.parent.glob(f".{self.folder.name}.partial-*"):
            shutil.rmtree(rest, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{self.folder.name}.partial-", dir=self.folder.parent) as partial:
            for path in changed:
                (Path(partial) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(partial) / path).write_bytes(self.files[path].encode("utf-8"))
            with _undisturbed():
                for path in changed:
                    (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (Path(partial) / path).replace(self.folder / path)
                for path in stale:
                    (self.folder / path).unlink()
                    _prune((self.folder / path).parent, self.folder)
        return sorted([*changed, *stale])

    def strangers(self) -> list[str]:
        """Return the files in the folder that no run has written."""
        return sorted(self.present() - self.files.keys() - self._known())

    def present(self) -> set[str]:
        """Return the files that are in the folder, without Python's caches."""
        return {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if not path.is_dir() and "__pycache__" not in path.parts
        }

    def _known(self) -> set[str]:
        """Return the files that the manifest of the last run names."""
        text = self._read(MANIFEST)
        try:
            files = json.loads(text or "{}").get("files", {})
        except (ValueError, AttributeError):
            files = {}
        return {MANIFEST, *files} if text else set()

    def _stale(self) -> set[str]:
        return (self._known() & self.present()) - self.files.keys()

    def _check_folder(self) -> None:
        """Refuse to write into a folder that has other files."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder} is not a folder")
        if not self._known() and any(path.endswith((".py", ".md")) for path in self.present()):
            raise UsageError(
                f"{self.folder} has files that topicwright did not write; empty it, or choose another --output"
            )

    def _read(self, path: str) -> str | None:
        try:
            return (self.folder / path).read_bytes().decode("utf-8", "backslashreplace")
        except OSError:
            return None


def package_of(name: str, texts: Mapping[str, str], finished: Mapping[str, str], reuse: Reuse) -> Package:
    """Return the package: ``texts`` formatted by ruff, the ``finished`` files as they are, and the manifest."""
    reused = {path: done for path, text in texts.items() if (done := reuse.finished(path, text)) is not None}
    fresh = {path: text for path, text in texts.items() if path not in reused}
    formatted = format_texts(name, fresh) if fresh else {}
    for path, text in formatted.items():
        check_syntax(path, text)
    files = dict(sorted({**finished, **reused, **formatted}.items()))
    files[MANIFEST] = _manifest(files)
    return Package(reuse.folder, files)


def _manifest(files: Mapping[str, str]) -> str:
    digests = {path: digest(text) for path, text in sorted(files.items())}
    return json.dumps({"compiler": __version__, "files": digests}, indent=2) + "\n"


@contextmanager
def _undisturbed() -> Generator[None]:
    """Delay signals that would end the process."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prune(folder: Path, top: Path) -> None:
    """Delete a folder that has become empty, and those above it up to the package."""
    while folder != top and {path.name for path in folder.iterdir()} <= {"__pycache__"}:
        for cached in (folder / "__pycache__").glob("*.pyc"):
            cached.unlink()
        if (folder / "__pycache__").is_dir():
            (folder / "__pycache__").rmdir()
        folder.rmdir()
        folder = folder.parent
