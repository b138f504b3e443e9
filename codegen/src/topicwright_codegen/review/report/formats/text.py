"""A review as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

from topicwright_codegen.diagnostics.texts import counted, printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.report import Report
from topicwright_codegen.review.report.rollout import rollout


def as_text(report: Report) -> str:
    """Return the review as lines for a terminal."""
    lines = [line for finding in report.review.findings for line in _lines(finding, report)]
    lines += [str(note) for note in report.notes]
    plan = rollout(report.open)
    lines += [f"roll-out {number}: {', '.join(step)}" for number, step in enumerate(plan.steps, 1)]
    lines += [f"next version of the SDK: {report.next}"] if report.next is not None else []
    total = f"{counted(len(report.review.findings), 'finding')} ({report.counts}), severity: {report.review.severity}"
    return "\n".join([*map(printable, lines), total]) + "\n"


def _lines(finding: Finding, report: Report) -> Iterator[str]:
    place = finding.place
    where = f"{report.labels.shown(place.path)}:{place.line}:{place.column}"
    yield f"{where}: {finding.severity}: {finding.rule}: {report.message(finding)} [{finding.fingerprint}]"
    yield f"    old consumers: {finding.old}, new consumers: {finding.new}, Python: {finding.source}"
    if finding.topic or finding.event:
        yield f"    {finding.topic} {finding.event}: from {_names(finding.publishers)} to {_names(finding.consumers)}"
    witness = finding.witness
    if not witness.reason:
        yield f"    {witness.writer} producers may write {_compact(witness.message)}"
        yield f"    strict reader: {witness.strict}; tolerant reader: {witness.tolerant}"
    advice = report.advice(finding)
    if advice:
        yield f"    advice: {advice}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "(no service)"


def _compact(message: object) -> str:
    text = json.dumps(message, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:297]}..."
