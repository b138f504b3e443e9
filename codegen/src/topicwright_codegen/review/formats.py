"""A review as text for a terminal, as JSON for a machine; the other formats have modules of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from topicwright_codegen.diagnostics.texts import counted, printable
from topicwright_codegen.review.annotations import as_github, as_sarif
from topicwright_codegen.review.findings import Finding
from topicwright_codegen.review.html import as_html
from topicwright_codegen.review.markdown import as_markdown
from topicwright_codegen.review.report import Report
from topicwright_codegen.review.rollout import rollout


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


def as_text(report: Report) -> str:
    """Return the review as lines for a terminal."""
    lines = [line for found in report.review.findings for line in _lines(found, report)]
    lines += [str(note) for note in report.notes]
    plan = rollout(report.open)
    lines += [f"roll-out {number}: {', '.join(step)}" for number, step in enumerate(plan.steps, 1)]
    lines += [f"next version of the SDK: {report.next}"] if report.next is not None else []
    total = f"{counted(len(report.review.findings), 'finding')} ({report.counts}), severity: {report.review.severity}"
    return "\n".join([*map(printable, lines), total]) + "\n"


def _lines(found: Finding, report: Report) -> Iterator[str]:
    place = found.place
    where = f"{report.labels.shown(place.path)}:{place.line}:{place.column}"
    yield f"{where}: {found.severity}: {found.rule}: {report.message(found)} [{found.fingerprint}]"
    yield f"    old consumers: {found.old}, new consumers: {found.new}, Python: {found.source}"
    if found.topic or found.event:
        yield f"    {found.topic} {found.event}: from {_names(found.publishers)} to {_names(found.consumers)}"
    witness = found.witness
    if not witness.reason:
        yield f"    {witness.writer} producers may write {_compact(witness.message)}"
        yield f"    strict reader: {witness.strict}; tolerant reader: {witness.tolerant}"
    advice = report.advice(found)
    if advice:
        yield f"    advice: {advice}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "(no service)"


def _compact(message: object) -> str:
    text = json.dumps(message, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:297]}..."


FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_github,
    "sarif": as_sarif,
    "html": as_html,
}
"""What ``--format`` takes."""
