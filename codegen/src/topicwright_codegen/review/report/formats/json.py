"""A review as JSON."""

from __future__ import annotations

import json

from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.report import Report
from topicwright_codegen.review.report.rollout import rollout


def as_json(report: Report) -> str:
    """Return the review as one JSON document."""
    review = report.review
    plan = rollout(report.open)
    body: dict[str, object] = {
        "severity": review.severity,
        "findings": [_object(finding, report) for finding in review.findings],
        "old_consumer": review.old_consumer,
        "new_consumer": review.new_consumer,
        "source_api": review.source_api,
        "rollout": {"steps": plan.steps, "apart": plan.unordered},
        "notes": [str(note) for note in report.notes],
    }
    if report.next is not None:
        body["version"] = {"bump": report.next.bump, "from": report.next.current, "to": report.next.version}
    return json.dumps(body, indent=2, ensure_ascii=False, default=str) + "\n"


def _object(finding: Finding, report: Report) -> dict[str, object]:
    """Return a finding; it has the field ``approved`` where there is an approval."""
    place = finding.place
    fields: dict[str, object] = {
        "rule": finding.rule,
        "severity": finding.severity,
        "old_consumer": finding.old,
        "new_consumer": finding.new,
        "source_api": finding.source,
        "path": finding.pointer,
        "file": report.labels.shown(place.path),
        "line": place.line,
        "topic": finding.topic,
        "topics": list(dict.fromkeys(one.topic for one in finding.all if one.topic)),
        "event": finding.event,
        "services": {"publish": list(finding.publishers), "consume": list(finding.consumers)},
        "message": report.message(finding),
        "witness": finding.witness.json(),
        "advice": report.advice(finding),
        "fingerprint": finding.fingerprint,
    }
    approval = report.approved.get(finding.fingerprint)
    if approval is not None:
        fields["approved"] = {"owner": approval.owner, "reason": approval.reason, "expiry": str(approval.expiry)}
    return fields
