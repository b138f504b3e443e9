"""The files that the last run of a catalog read and wrote: an unchanged run returns immediately.

A record counts only where everything is unchanged: the compiler, its settings, the working directory, every file that
was read or could have been, and every file of the package, all by their contents. Records may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topicwright_codegen.diagnostics.diagnostics import Diagnostic, Diagnostics, Place
from topicwright_codegen.digest import digest, file_digests
from topicwright_codegen.documents.source import candidates
from topicwright_codegen.output.reuse import Provenance, Reuse
from topicwright_codegen.project.config import Config

if TYPE_CHECKING:
    from topicwright_codegen.output.compiled import Compiled

FOLDER = "TOPICWRIGHT_CACHE"
"""The environment variable that names the folder of the records."""
_TICK = 20_000_000
"""In nanoseconds: two changes of a file within this time can have the same timestamp."""
_LIBRARIES = ("datamodel-code-generator", "jinja2", "jsonschema-rs", "pyyaml", "ruff")


@dataclass(frozen=True, slots=True)
class Record:
    """One run that ended without an error."""

    key: str
    inputs: Mapping[str, str]
    """The digest of each file that was read, or looked into, by its path."""
    outputs: Mapping[str, str]
    """The digest of each file of the package."""
    topics: int
    services: int
    warnings: tuple[Mapping[str, Any], ...]
    provenance: Mapping[str, Mapping[str, str]]
    """The origin of each file of the package; see ``reuse``."""

    @property
    def diagnostics(self) -> Diagnostics:
        """The warnings of the run."""
        diagnostics = Diagnostics()
        for warning in self.warnings:
            places: dict[str, Any] = {
                "place": Place(*warning["place"]),
                "related": tuple(Place(*place) for place in warning["related"]),
            }
            diagnostics.recorded[Diagnostic(**{**warning, **places})] = None
        return diagnostics


def folder() -> Path:
    """Return the folder of the records."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get(FOLDER) or base / "topicwright")


def recall(config: Config) -> Record | None:
    """Return the record of the last run where this one would do and report the same, else None."""
    try:
        record = _read(config)
        if record is None:
            return None
        same = file_digests(_inputs(config, map(Path, record.inputs))) == record.inputs
        return record if same and file_digests(_present(config.folder), config.folder) == record.outputs else None
    except (OSError, RuntimeError, ValueError, TypeError, KeyError):
        return None


def _read(config: Config) -> Record | None:
    record = Record(**json.loads(_file(config).read_text(encoding="utf-8")))
    return record if record.key == _key(config) else None


def reusable(config: Config) -> Reuse:
    """Return what this run can reuse of the last one, by the same compiler with the same settings."""
    try:
        record = _read(config)
        if record is None:
            return Reuse(config.folder)
        provenance = Provenance(**{part: dict(digests) for part, digests in record.provenance.items()})
        return Reuse(config.folder, provenance, dict(record.outputs))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError):
        return Reuse(config.folder)


def remember(config: Config, since: int, compiled: Compiled) -> None:
    """Write the record of a run.

    ``since`` is the time of its start, in nanoseconds. There is no record where an input has changed since then: the
    run may have read it before or after the change.
    """
    try:
        inputs = _inputs(config, compiled.read)
        if any(path.stat().st_ctime_ns >= since - _TICK for path in inputs):
            return
        warnings = tuple(
            {**asdict(one), "place": astuple(one.place), "related": [astuple(place) for place in one.related]}
            for one in compiled.diagnostics.recorded
        )
        outputs = {path: digest(text) for path, text in compiled.package.files.items()}
        record = Record(
            _key(config), file_digests(inputs), outputs, *compiled.counts, warnings, asdict(compiled.provenance)
        )
        target = _file(config)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(asdict(record)), encoding="utf-8")
        partial.replace(target)
    except (OSError, RuntimeError):
        return  # a folder that cannot be written costs time, nothing else


def _file(config: Config) -> Path:
    return folder() / f"{digest(str(config.folder.resolve()))[:32]}.json"


def _key(config: Config) -> str:
    """Return what a run depends on besides its files."""
    settings: list[Any] = [*astuple(replace(config, ignored=frozenset())), *sorted(config.ignored)]
    return json.dumps([_compiler(), str(Path.cwd()), list(map(str, settings))])


@cache
def _compiler() -> str:
    """Return the digest of the compiler itself and of the versions of its libraries."""
    package = Path(__file__).parent.parent
    own = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".jinja", ".json"))
    versions = [version(name) for name in _LIBRARIES]
    return digest(json.dumps([file_digests(own, package), sys.version, versions]))


def _inputs(config: Config, read: Iterable[Path]) -> set[Path]:
    """Return the files that a run depends on: those that were read, and those that its folders have now."""
    listed = {path.resolve() for path, _ in candidates(config.sources)}
    own = _present(config.templates) if config.templates else set[Path]()
    return listed | set(read) | own


def _present(package: Path) -> set[Path]:
    return {path for path in package.rglob("*") if not path.is_dir() and "__pycache__" not in path.parts}
