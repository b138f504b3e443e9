"""Where the running compiler was installed from (PEP 610), so that a new project can install it from there too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.project.runtime import REQUIREMENT

RUNTIME: Final = "topicwright"
COMPILER: Final = "topicwright-codegen"
WHEELS: Final = "wheels"
"""The folder of a new project that has our wheels."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where topicwright comes from: lines for a requirements file, and wheels to take along."""

    lines: tuple[str, ...] = ()
    wheels: tuple[Path, ...] = ()
    named: tuple[str, ...] = (f"{COMPILER}{REQUIREMENT}",)
    """Requirements beside those of the SDK."""


def find_origin(wheels: Path | None = None) -> Origin:
    """Return where topicwright comes from: a folder of wheels, else where this compiler does; else an index has it.

    Raises:
        UsageError: the folder lacks a wheel.
    """
    if wheels is not None:
        return _of_wheels([_wheel_in(wheels, name) for name in (RUNTIME, COMPILER)])
    compiler, runtime = _installed_from(COMPILER), _installed_from(RUNTIME)
    wheel = _wheel_of(compiler)
    if wheel is not None:
        return _of_wheels([_wheel_of(runtime) or _wheel_in(wheel.parent, RUNTIME), wheel])
    lines = (_line(RUNTIME, runtime), _line(COMPILER, compiler))
    return Origin(lines, named=()) if all(lines) else Origin()


def _of_wheels(wheels: list[Path]) -> Origin:
    told = f"# Our wheels. Without this line and {WHEELS}/, topicwright comes from your index."
    return Origin((told, f"--find-links {WHEELS}"), tuple(wheels))


def _wheel_in(folder: Path, name: str) -> Path:
    found = sorted(folder.glob(f"{name.replace('-', '_')}-*.whl"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise UsageError(f"{folder} has no wheel of {name}: `make dist` in a clone of topicwright makes both wheels")
    return found[-1]


def _installed_from(name: str) -> Mapping[str, Any]:
    """Return the record of a distribution that was not installed by its name; empty for one that was."""
    try:
        text = distribution(name).read_text("direct_url.json")
        found: object = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    record: Mapping[str, Any] = cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}
    return record if isinstance(record.get("url"), str) else {}


def _wheel_of(record: Mapping[str, Any]) -> Path | None:
    """Return the wheel that a distribution was installed from, where it is still there."""
    url: str = record.get("url", "")
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    return path if parts.scheme == "file" and path.suffix == ".whl" and path.is_file() else None


def _line(name: str, record: Mapping[str, Any]) -> str:
    """Return the requirement of a distribution that comes from a folder or a repository (PEP 508)."""
    url: str = record.get("url", "")
    if not url or url.endswith(".whl"):  # a wheel that is gone, or was fetched from somewhere
        return ""
    below = f"#subdirectory={record['subdirectory']}" if record.get("subdirectory") else ""
    if "vcs_info" in record:
        source: Mapping[str, Any] = record["vcs_info"]
        return f"{name} @ {source.get('vcs', 'git')}+{url}@{source.get('commit_id', 'HEAD')}{below}"
    return f"{name} @ {url}{below}"
