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
        "findings": [_object(found, report) for found in review.findings],
        "old_consumer": review.old_consumer,
        "new_consumer": review.new_consumer,
        "source_api": review.source_api,
        "rollout": {"steps": plan.steps, "apart": plan.apart},
        "notes": [str(note) for note in report.notes],
    }
    if report.next is not None:
        body["version"] = {"bump": report.next.bump, "from": report.next.current, "to": report.next.version}
    return json.dumps(body, indent=2, ensure_ascii=False, default=str) + "\n"


def _object(found: Finding, report: Report) -> dict[str, object]:
    """Return a finding; the field ``approved`` is there where somebody has agreed to it."""
    place = found.place
    told: dict[str, object] = {
        "rule": found.rule,
        "severity": found.severity,
        "old_consumer": found.old,
        "new_consumer": found.new,
        "source_api": found.source,
        "path": found.pointer,
        "file": report.labels.shown(place.path),
        "line": place.line,
        "topic": found.topic,
        "event": found.event,
        "services": {"publish": list(found.publishers), "consume": list(found.consumers)},
        "message": report.message(found),
        "witness": found.witness.json(),
        "advice": report.advice(found),
        "fingerprint": found.fingerprint,
    }
    approval = report.approved.get(found.fingerprint)
    if approval is not None:
        told["approved"] = {"owner": approval.owner, "reason": approval.reason, "expiry": str(approval.expiry)}
    return told
