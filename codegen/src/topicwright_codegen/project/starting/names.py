"""The name of a new project, and the Python package that it gives."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from topicwright_codegen.project.config import UsageError, check_package

_LONGEST: Final = 80
_TAKEN: Final = frozenset(
    ("services", "tests", "sdk", "pytest", "_pytest", "pytest_asyncio", "pluggy", "mypy", "ruff", "iotcore", "aiomqtt")
) | frozenset(("mqtt5", "paho", "annotated_types", "jinja2", "yaml", "fastapi", "starlette", "uvicorn", "httpx"))
"""Modules of the new project, and of what it installs."""


def project_name(given: str | None, folder: Path) -> str:
    """Return the name of a project: the given one, else that of its folder."""
    name = " ".join((given if given is not None else folder.resolve().name).split())
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise UsageError(f"give the project a name of 1 to {_LONGEST} printable characters: --name NAME")
    return name


def package_name(given: str | None, name: str) -> str:
    """Return the package of a project: the given one, else a Python name that is like the project's."""
    if given is not None:
        check_package(given)
        if given.split(".")[0] in _TAKEN:
            raise UsageError(f"package {given!r} would hide a module of the project or of what it installs")
        return given
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")
    slug = f"project_{slug}" if slug[:1].isdigit() else slug or "project"
    try:
        check_package(slug)
    except UsageError:
        return f"{slug}_sdk"
    return f"{slug}_sdk" if slug in _TAKEN else slug
