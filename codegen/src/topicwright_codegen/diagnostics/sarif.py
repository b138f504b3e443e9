"""SARIF 2.1.0, the format of static analysis results that code hosts import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from topicwright_codegen import __version__
from topicwright_codegen.diagnostics.diagnostics import Place
from topicwright_codegen.diagnostics.record import Level, Record

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Level, str]] = {"error": "error", "warning": "warning", "notice": "note"}


def sarif_log(tool: str, records: Sequence[Record], *, detailed: bool = False) -> str:
    """Return a log with one run.

    Args:
        tool: the name of the tool.
        records: the results; the paths of their places are URI references.
        detailed: whether rules are described, results point at them, and the unit of columns is named.
    """
    rules = sorted({record.rule for record in records})
    described = {record.rule: _described(record) for record in records} if detailed else {}
    driver: dict[str, object] = {"name": tool, "version": __version__}
    driver["rules"] = [{"id": rule, **described.get(rule, {})} for rule in rules]
    run: dict[str, object] = {"tool": {"driver": driver}}
    if detailed:
        run["columnKind"] = "unicodeCodePoints"
    run["results"] = [_result(record, rules.index(record.rule) if detailed else None) for record in records]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, default=str) + "\n"


def _described(record: Record) -> dict[str, object]:
    description = {"shortDescription": {"text": record.rule.replace("-", " ")}}
    return {**description, "help": {"text": record.help}} if record.help else {**description}


def _result(record: Record, rule: int | None) -> dict[str, object]:
    result: dict[str, object] = {"ruleId": record.rule}
    if rule is not None:
        result["ruleIndex"] = rule
    result["level"] = _LEVELS[record.level]
    result["message"] = {"text": record.message}
    location = _location(record.place)
    if record.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": record.pointer}]
    result["locations"] = [location]
    if record.related:
        result["relatedLocations"] = [_location(place) for place in record.related]
    return {**result, **record.more}


def _location(place: Place) -> dict[str, object]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": place.path}, "region": region}}
