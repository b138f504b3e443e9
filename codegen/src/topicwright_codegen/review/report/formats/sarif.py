"""A review for machines that show it beside the lines: GitHub's workflow commands, and SARIF 2.1.0."""

from __future__ import annotations

import json

from topicwright_codegen import __version__
from topicwright_codegen.diagnostics.formats import SARIF
from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.rules import RULES
from topicwright_codegen.review.findings.verdicts import Severity
from topicwright_codegen.review.report.report import Report

COMMANDS: dict[Severity, str] = {
    "breaking": "error",
    "strict": "warning",
    "dangerous": "warning",
    "source": "warning",
    "docs": "notice",
    "safe": "notice",
}
_LEVELS = {"error": "error", "warning": "warning", "notice": "note"}


def message_of(found: Finding, report: Report) -> str:
    """Return all that a reviewer should read beside the line."""
    where = f"{found.topic} {found.event}: ".lstrip() if found.topic or found.event else ""
    verdicts = f"Old consumers: {found.old}, new consumers: {found.new}, Python: {found.source}."
    witness = found.witness
    proof = f" Witness: {json.dumps(witness.message, default=str)[:400]}." if not witness.reason else ""
    advice = report.advice(found)
    return printable(f"{where}{report.message(found)}. {verdicts}{proof}" + (f" {advice}." if advice else ""))


def as_sarif(report: Report) -> str:
    """Return a log with one run; the fingerprint lets a viewer follow a finding over commits."""
    rules = sorted({found.rule for found in report.review.findings})
    driver = {
        "name": "topicwright diff",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": rule.replace("-", " ")}, **_help(rule)} for rule in rules],
    }
    results = [_result(found, rules.index(found.rule), report) for found in report.review.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2, default=str) + "\n"


def _help(rule: str) -> dict[str, object]:
    advice = RULES[rule].advice if rule in RULES else ""
    return {"help": {"text": advice}} if advice else {}


def _result(found: Finding, rule: int, report: Report) -> dict[str, object]:
    place = found.place
    region = {"startLine": place.line, "startColumn": place.column}
    physical = {"artifactLocation": {"uri": report.labels.uri(place.path)}, "region": region}
    location: dict[str, object] = {"physicalLocation": physical}
    if found.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": found.pointer}]
    result: dict[str, object] = {
        "ruleId": found.rule,
        "ruleIndex": rule,
        "level": _LEVELS[COMMANDS[found.severity]],
        "message": {"text": message_of(found, report)},
        "locations": [location],
        "partialFingerprints": {"topicwright/v1": found.fingerprint},
        "properties": {
            "severity": found.severity,
            "old_consumer": found.old,
            "new_consumer": found.new,
            "source_api": found.source,
            "topic": found.topic,
            "event": found.event,
            "witness": found.witness.json(),
        },
    }
    approval = report.approved.get(found.fingerprint)
    if approval is not None:
        text = f"{approval.reason} ({approval.owner}, until {approval.expiry})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": text}]
    return result
