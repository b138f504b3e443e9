"""A review as a comment of a pull request: a table, the order of the roll-out, leftovers, affected services, proofs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from topicwright_codegen.diagnostics.texts import cell, printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.affected import mermaid
from topicwright_codegen.review.report.leftovers import all_leftovers
from topicwright_codegen.review.report.report import Report
from topicwright_codegen.review.report.rollout import order_of, rollout

MARKER: Final = "<!-- topicwright-review -->"
"""The first line, by which a later run finds the comment to update it."""
_ROWS, _WITNESSES, _LENGTH = 40, 8, 1500
"""Limits of a comment: GitHub accepts 65536 characters."""
_QUIET = ("safe", "docs")


def as_markdown(report: Report) -> str:
    """Return the review as a comment for a pull request."""
    lines = [MARKER, f"## Schema review: {report.review.severity}", ""]
    if not report.review.findings:
        return "\n".join([*lines, "No effect on any consumer or on Python.", *_notes(report), ""])
    lines += [f"{report.counts}." + (f" Next version of the SDK: **{report.next}**." if report.next else "")]
    loud = [finding for finding in report.review.findings if finding.severity not in _QUIET]
    quiet = [finding for finding in report.review.findings if finding.severity in _QUIET]
    lines += [*_table(loud, report), *_order(report), *_stays(report), *_diagram(report)]
    lines += [*_proofs(loud), *_advice(loud), *_quiet(quiet, report), *_notes(report)]
    return "\n".join([*lines, ""])


def _table(findings: Sequence[Finding], report: Report) -> Iterator[str]:
    if not findings:
        return
    yield from ("", "| severity | topic | what | old / new consumers | Python | deploy | place |")
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(finding, report) for finding in findings[:_ROWS])
    if len(findings) > _ROWS:
        yield from ("", f"and {len(findings) - _ROWS} more; `topicwright diff` shows all")


def _row(finding: Finding, report: Report) -> str:
    place = f"{report.labels.shown(finding.place.path)}:{finding.place.line}"
    topic = f"`{cell(finding.topic)}`" if finding.topic else ""
    approved = "approved, " if finding.fingerprint in report.approved else ""
    what = f"{cell(report.message(finding))} <sub>{finding.rule} {finding.fingerprint}</sub>"
    verdicts = f"{finding.old} / {finding.new} | {finding.source} | {order_of(finding)}"
    return f"| {approved}**{finding.severity}** | {topic} | {what} | {verdicts} | {cell(place)} |"


def _order(report: Report) -> Iterator[str]:
    plan = rollout(report.open)
    if plan.steps or plan.unordered:
        yield from ("", "### Roll-out", "")
    yield from (f"{number}. {', '.join(map(cell, step))}" for number, step in enumerate(plan.steps, 1))
    if plan.steps and plan.unordered:
        yield ""
    yield from (f"- No order makes this safe: {cell(text)}" for text in plan.unordered[:_ROWS])


def _stays(report: Report) -> Iterator[str]:
    stays = all_leftovers(report.open)
    if stays:
        yield from ("", "### What stays on the broker", "", *(f"- {cell(text)}" for text in stays[:_ROWS]))


def _diagram(report: Report) -> Iterator[str]:
    lines = mermaid(report.open)
    if lines:
        yield from ("", "### Who is affected", "", "```mermaid", *lines, "```")


def _proofs(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the witnesses, one for each message that proves something."""
    shown = [finding for finding in findings if not finding.witness.reason]
    if shown:
        yield from ("", "### Proof", "")
    for finding in shown[:_WITNESSES]:
        yield from _witness(finding)
    if len(shown) > _WITNESSES:
        yield f"and {len(shown) - _WITNESSES} more in `--format json`"


def _witness(finding: Finding) -> Iterator[str]:
    witness = finding.witness
    text = json.dumps(witness.message, indent=2, ensure_ascii=True, default=str)
    text = text if len(text) <= _LENGTH else f"{text[:_LENGTH]} ..."
    yield f"<details><summary>{cell(finding.event or finding.rule)}: {cell(finding.message)}</summary>"
    yield from ("", f"The {witness.writer} version writes:", "", "```json", *text.splitlines(), "```", "")
    reader = "old" if witness.writer == "new" else "new"
    yield f"The {reader} model: strict reader {cell(witness.strict)}; tolerant reader {cell(witness.tolerant)}."
    yield from ("", "</details>", "")


def _advice(findings: Iterable[Finding]) -> Iterator[str]:
    advice = dict.fromkeys((finding.rule, finding.advice) for finding in findings if finding.advice)
    if advice:
        yield from ("", "### What to do", "", *(f"- `{rule}`: {cell(text)}" for rule, text in advice))


def _quiet(findings: Sequence[Finding], report: Report) -> Iterator[str]:
    if findings:
        yield from ("", f"<details><summary>{len(findings)} without effect on what runs</summary>", "")
        yield from (f"- {finding.severity}: {cell(report.message(finding))}" for finding in findings[:_ROWS])
        yield from ("", "</details>")


def _notes(report: Report) -> Iterator[str]:
    if report.notes:
        yield from ("", "### Approvals", "", *(f"- {cell(printable(str(note)))}" for note in report.notes))
