"""Findings for people and for machines: text, JSON, GitHub annotations, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from topicwright_codegen import __version__
from topicwright_codegen.diagnostics.diagnostics import Diagnostic, Place
from topicwright_codegen.diagnostics.texts import printable

SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(found: Sequence[Diagnostic]) -> str:
    """Return a line for each finding: ``file:line:column: CODE message (hint)``."""
    return "".join(f"{diagnostic}\n" for diagnostic in found)


def as_json(found: Sequence[Diagnostic]) -> str:
    """Return a list of objects."""
    return json.dumps([_object(diagnostic) for diagnostic in found], indent=2) + "\n"


def as_github(found: Sequence[Diagnostic]) -> str:
    """Return workflow commands, which GitHub shows as annotations beside the lines."""
    return "".join(command(d.severity, d.place, d.code, _message(d)) for d in found)


def command(kind: str, place: Place, title: str, message: str) -> str:
    """Return one workflow command: ``error``, ``warning`` or ``notice``."""
    where = f"file={_property(place.path)},line={place.line},col={place.column},title={_property(title)}"
    return f"::{kind} {where}::{_escaped(message)}\n"


def as_sarif(found: Sequence[Diagnostic]) -> str:
    """Return a log with one run."""
    driver = {
        "name": "topicwright",
        "version": __version__,
        "rules": [{"id": code} for code in sorted({diagnostic.code for diagnostic in found})],
    }
    run = {"tool": {"driver": driver}, "results": [_result(diagnostic) for diagnostic in found]}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


FORMATS: Final[dict[str, Callable[[Sequence[Diagnostic]], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
"""What ``--format`` takes."""


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


def _message(diagnostic: Diagnostic) -> str:
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    return printable(f"{diagnostic.message}{hint}")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _result(diagnostic: Diagnostic) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": _message(diagnostic)},
        "locations": [_location(diagnostic.place)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [_location(place) for place in diagnostic.related]
    return result


def _location(place: Place) -> dict[str, object]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": place.path}, "region": region}}
