"""Diagnostics for people and for machines: text, JSON, GitHub annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from topicwright_codegen.diagnostics.diagnostics import Diagnostic, Place
from topicwright_codegen.diagnostics.github_commands import workflow_command
from topicwright_codegen.diagnostics.record import record_of
from topicwright_codegen.diagnostics.sarif import sarif_log


def as_text(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a line for each diagnostic: ``file:line:column: CODE message (hint)``."""
    return "".join(f"{diagnostic}\n" for diagnostic in diagnostics)


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a list of objects."""
    return json.dumps([_object(diagnostic) for diagnostic in diagnostics], indent=2) + "\n"


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a workflow command for each diagnostic."""
    return "".join(workflow_command(record_of(diagnostic)) for diagnostic in diagnostics)


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a log with one run."""
    return sarif_log("topicwright", list(map(record_of, diagnostics)))


FORMATS: Final[dict[str, Callable[[Sequence[Diagnostic]], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
"""The values of ``--format``."""


def _object(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        **_position(diagnostic.place),
        "related": [_position(place) for place in diagnostic.related],
    }


def _position(place: Place) -> dict[str, object]:
    return {"path": place.path, "line": place.line, "column": place.column}
