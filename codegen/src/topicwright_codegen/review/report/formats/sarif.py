"""A review as SARIF 2.1.0."""

from __future__ import annotations

from dataclasses import replace

from topicwright_codegen.diagnostics.record import Record
from topicwright_codegen.diagnostics.sarif import sarif_log
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.formats.records import record_of
from topicwright_codegen.review.report.report import Report


def as_sarif(report: Report) -> str:
    """Return a log with one run; the fingerprint lets a viewer follow a finding over commits."""
    return sarif_log(
        "topicwright diff", [_record(finding, report) for finding in report.review.findings], detailed=True
    )


def _record(finding: Finding, report: Report) -> Record:
    more: dict[str, object] = {
        "partialFingerprints": {"topicwright/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "old_consumer": finding.old,
            "new_consumer": finding.new,
            "source_api": finding.source,
            "topic": finding.topic,
            "event": finding.event,
            "witness": finding.witness.json(),
        },
    }
    approval = report.approved.get(finding.fingerprint)
    if approval is not None:
        text = f"{approval.reason} ({approval.owner}, until {approval.expiry})"
        more["suppressions"] = [{"kind": "external", "status": "accepted", "justification": text}]
    return replace(record_of(finding, report, report.labels.uri(finding.place.path)), more=more)
