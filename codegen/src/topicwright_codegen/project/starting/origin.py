"""Where the running compiler was installed from (PEP 610), so that a new project can install it from there too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
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
    compiler = _installed_from(COMPILER)
    runtime = _installed_from(RUNTIME)
    path = _local(compiler)
    if path is not None and path.suffix == ".whl" and path.is_file():
        own = _local(runtime)
        beside = own if own is not None and own.suffix == ".whl" and own.is_file() else _wheel_in(path.parent, RUNTIME)
        return _of_wheels([beside, path])
    lines = [line for line in (_line(RUNTIME, runtime), _line(COMPILER, compiler)) if line]
    if compiler and len(lines) == 2:
        return Origin(tuple(lines), named=())
    return Origin()


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
        record = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("url"), str) else {}


def _local(record: Mapping[str, Any]) -> Path | None:
    parts = urlsplit(record.get("url", ""))
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _line(name: str, record: Mapping[str, Any]) -> str:
    """Return the requirement of a distribution that comes from a folder or a repository (PEP 508)."""
    version_control = record.get("vcs_info")
    below = f"#subdirectory={record['subdirectory']}" if record.get("subdirectory") else ""
    if isinstance(version_control, dict):
        commit = version_control.get("commit_id", "HEAD")
        return f"{name} @ {version_control.get('vcs', 'git')}+{record['url']}@{commit}{below}"
    return f"{name} @ {record['url']}{below}" if record else ""
