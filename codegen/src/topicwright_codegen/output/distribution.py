"""The distribution around a package: whether it asks for the extra of the runtime that the package needs.

A ``pyproject.toml`` is its author's, so the compiler can only say what is missing in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.project.runtime import EXTRA

_RUNTIME: Final = re.compile(r"\s*topicwright\s*(?:\[([^\]]*)\])?\s*(?:$|[@<>=!~;(])", re.IGNORECASE)
"""A requirement of the runtime, and its extras (PEP 508)."""


def missing_extra(folder: Path) -> str:
    """Return a note where the nearest distribution asks for the runtime without the extra that a package needs."""
    domain = needs_extra(folder)
    folder = folder.resolve()
    project = next((file for above in folder.parents if (file := above / "pyproject.toml").is_file()), None)
    if domain is None or project is None:
        return ""
    extras = [_extras(match[1] or "") for text in requirements(project) if (match := _RUNTIME.match(text))]
    if not extras or any(EXTRA in found for found in extras):
        return ""
    needed = f"topicwright[{EXTRA}]"
    return (
        f"{shown_path(project)}: note: {shown_path(domain)} needs {needed}, and the dependencies name topicwright alone"
    )


def needs_extra(folder: Path) -> Path | None:
    """Return a module of a package for which it needs the extra; None where it does not."""
    return next((file for file in sorted(folder.glob("**/schemas.py")) if _judges(file)), None)


def _judges(file: Path) -> bool:
    try:
        return "JsonSchemas(" in file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _extras(text: str) -> set[str]:
    return {re.sub(r"[-_.]+", "-", name.strip()).lower() for name in text.split(",")}


def requirements(project: Path) -> Iterator[str]:
    """Yield the dependencies of a distribution; none of a file that is no TOML or has no such list."""
    try:
        table = tomllib.loads(project.read_text(encoding="utf-8")).get("project")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    listed = cast("Mapping[str, object]", table).get("dependencies") if isinstance(table, dict) else None
    for item in cast("list[object]", listed) if isinstance(listed, list) else ():
        if isinstance(item, str):
            yield item
