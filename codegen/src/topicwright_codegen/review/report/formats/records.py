"""Findings as records, which the GitHub and the SARIF format share."""

from __future__ import annotations

import json
from dataclasses import replace

from topicwright_codegen.diagnostics.record import Level, Record
from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.rules import RULES
from topicwright_codegen.review.findings.verdicts import Severity
from topicwright_codegen.review.report.report import Report

_LEVELS: dict[Severity, Level] = {
    "breaking": "error",
    "strict": "warning",
    "dangerous": "warning",
    "source": "warning",
    "docs": "notice",
    "safe": "notice",
}


def record_of(finding: Finding, report: Report, path: str) -> Record:
    """Return a finding as a record; ``path`` is its file as the format writes it."""
    rule = finding.rule
    return Record(
        rule,
        _LEVELS[finding.severity],
        _message(finding, report),
        replace(finding.place, path=path),
        help=RULES[rule].advice if rule in RULES else "",
        pointer=finding.pointer,
    )


def _message(finding: Finding, report: Report) -> str:
    """Return the text for a reviewer, to be shown beside the line."""
    where = f"{finding.topic} {finding.event}: ".lstrip() if finding.topic or finding.event else ""
    verdicts = f"Old consumers: {finding.old}, new consumers: {finding.new}, Python: {finding.source}."
    witness = finding.witness
    proof = f" Witness: {json.dumps(witness.message, default=str)[:400]}." if not witness.reason else ""
    advice = report.advice(finding)
    return printable(f"{where}{report.message(finding)}. {verdicts}{proof}" + (f" {advice}." if advice else ""))
