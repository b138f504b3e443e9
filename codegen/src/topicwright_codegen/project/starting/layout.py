"""The files of a new project: their texts, by their paths."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

FILES: Final[Mapping[str, str]] = {
    "README.md": "README.md",
    "asyncapi.yaml": "asyncapi.yaml",
    "services/radiator.py": "radiator.py",
    "services/thermostat.py": "thermostat.py",
    "services/broker.py": "broker.py",
    "tests/test_services.py": "test_services.py",
    "tests/test_system.py": "test_system.py",
    "Makefile": "Makefile",
    "pyproject.toml": "pyproject.toml",
    "requirements.txt": "requirements.txt",
    ".env": "env",
    "compose.yaml": "compose.yaml",
    ".github/workflows/test.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".vscode/settings.json": "vscode.json",
    ".editorconfig": "editorconfig",
    ".gitignore": "gitignore",
}
"""The template of each file."""
ADDED: Final[Mapping[str, Mapping[str, str]]] = {
    "fastapi": {"services/web.py": "web.py", "tests/test_web.py": "test_web.py"},
}
"""The further files of each ``--with``."""
_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]<>()#+!|~&]")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a new project is called and made of."""

    name: str
    package: str
    envelope: str
    broker: str
    port: int
    """Where a broker for development listens."""
    origin: tuple[str, ...]
    """Lines of requirements.txt that say where topicwright comes from."""
    named: tuple[str, ...]
    """Requirements by name, which the SDK does not bring."""
    extras: frozenset[str] = frozenset()


def project_files(choices: Choices) -> dict[str, str]:
    """Return the texts of all files by their paths."""
    folder = files("topicwright_codegen.project.starting") / "templates"
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text("utf-8")),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({"quoted": _quoted, "cell": _plain})
    names = {**FILES, **{path: name for extra in sorted(choices.extras) for path, name in ADDED[extra].items()}}
    values = {
        "name": choices.name,
        "package": choices.package,
        "envelope": choices.envelope,
        "broker": choices.broker,
        "port": choices.port,
        "origin": choices.origin,
        "named": choices.named,
        "fastapi": "fastapi" in choices.extras,
    }
    return {path: environment.get_template(f"{name}.jinja").render(values) for path, name in names.items()}


def _quoted(text: str) -> str:
    """Return a printable text as a literal of YAML, TOML and Python."""
    return json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> str:
    """Return a printable text for Markdown, where it means nothing but itself."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", text)
