"""Templates: their texts, the environment that renders them, and the place of an error in one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from traceback import extract_tb
from typing import Any, cast

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from topicwright_codegen.diagnostics.texts import cell
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.render.literals import docstring, header


def template_texts(own: Path | None) -> dict[str, str]:
    """Return the text of every template: the user's where there is one, else the compiler's."""
    folder = files("topicwright_codegen.render") / "templates"
    sources = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".jinja")}
    for path in sorted(own.glob("*.jinja")) if own else ():
        if path.name not in sources:
            raise UsageError(f"{path} replaces no template; there are {', '.join(sorted(sources))}")
        try:
            sources[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not UTF-8") from error
    return sources


def make_environment(sources: Mapping[str, str]) -> Environment:
    """Return the environment that renders templates from their texts."""
    environment = Environment(
        loader=FunctionLoader(lambda name: (sources[name], name, None) if name in sources else None),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, object] = {"docstring": docstring, "header": header, "cell": cell}
    environment.filters.update(cast("dict[str, Any]", filters))
    return environment


def template_place(error: TemplateError, sources: Mapping[str, str]) -> str:
    """Return the template and the line where an error was raised."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: "
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename in sources]
    return f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
