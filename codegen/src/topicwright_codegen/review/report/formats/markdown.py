"""A review as a comment of a pull request: a table, the order of the roll-out, leftovers, affected services, proofs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from topicwright_codegen.diagnostics.texts import cell, code, cut, printable
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.report.affected import mermaid
from topicwright_codegen.review.report.leftovers import all_leftovers
from topicwright_codegen.review.report.report import Report
from topicwright_codegen.review.report.rollout import order_of, rollout

MARKER: Final = "<!-- topicwright-review -->"
"""The first line, by which a later run finds the comment to update it."""
MOST: Final = 60_000
"""A comment is shorter than this: GitHub accepts 65,536 characters, and a job adds a few."""
_QUIET = ("safe", "docs")


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of each part is shown."""

    rows: int
    witnesses: int
    message: int
    """Characters of a message that proves something."""
    text: int
    """Characters of any other text."""


_LIMITS: Final = (
    _Limits(40, 8, 1500, 600),
    _Limits(40, 4, 600, 300),
    _Limits(25, 2, 300, 200),
    _Limits(15, 0, 0, 120),
    _Limits(5, 0, 0, 80),
)
"""The first by which the comment is short enough is taken."""


def as_markdown(report: Report) -> str:
    """Return the review as a comment for a pull request: what matters least is left out first."""
    whole = ""
    for limits in _LIMITS:
        whole = _Comment(report, limits).text()
        if len(whole) < MOST:
            return whole
    return (
        f"{whole[:MOST].rpartition(chr(10))[0]}\n\nThe rest is too long for a comment: `topicwright diff` shows all.\n"
    )


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment within limits."""

    report: Report
    limits: _Limits

    def text(self) -> str:
        """Return the comment."""
        report = self.report
        lines = [MARKER, f"## Schema review: {report.review.severity}", ""]
        if not report.review.findings:
            return "\n".join([*lines, "No effect on any consumer or on Python.", *self._notes(), ""])
        lines += [f"{report.counts}." + (f" Next version of the SDK: **{report.next}**." if report.next else "")]
        loud = [finding for finding in report.review.findings if finding.severity not in _QUIET]
        quiet = [finding for finding in report.review.findings if finding.severity in _QUIET]
        lines += [*self._table(loud), *self._order(), *self._stays(), *self._diagram()]
        lines += [*self._proofs(loud), *self._advice(loud), *self._quiet(quiet), *self._notes()]
        return "\n".join([*lines, ""])

    def _cell(self, text: str) -> str:
        return cell(cut(text, self.limits.text))

    def _table(self, findings: Sequence[Finding]) -> Iterator[str]:
        if not findings:
            return
        yield from ("", "| severity | topic | what | old / new consumers | Python | deploy | place |")
        yield "|---|---|---|---|---|---|---|"
        yield from (self._row(finding) for finding in findings[: self.limits.rows])
        if len(findings) > self.limits.rows:
            yield from ("", f"and {len(findings) - self.limits.rows} more; `topicwright diff` shows all")

    def _row(self, finding: Finding) -> str:
        place = f"{self.report.labels.shown(finding.place.path)}:{finding.place.line}"
        topic = code(cut(finding.topic, self.limits.text)) if finding.topic else ""
        approved = "approved, " if finding.fingerprint in self.report.approved else ""
        what = f"{self._cell(self.report.message(finding))} <sub>{finding.rule} {finding.fingerprint}</sub>"
        verdicts = f"{finding.old} / {finding.new} | {finding.source} | {order_of(finding)}"
        return f"| {approved}**{finding.severity}** | {topic} | {what} | {verdicts} | {self._cell(place)} |"

    def _order(self) -> Iterator[str]:
        plan = rollout(self.report.open)
        if plan.steps or plan.unordered:
            yield from ("", "### Roll-out", "")
        yield from (f"{number}. {', '.join(map(self._cell, step))}" for number, step in enumerate(plan.steps, 1))
        if plan.steps and plan.unordered:
            yield ""
        yield from (f"- No order makes this safe: {self._cell(text)}" for text in plan.unordered[: self.limits.rows])

    def _stays(self) -> Iterator[str]:
        stays = all_leftovers(self.report.open)
        if stays:
            yield from (
                "",
                "### What stays on the broker",
                "",
                *(f"- {self._cell(text)}" for text in stays[: self.limits.rows]),
            )

    def _diagram(self) -> Iterator[str]:
        lines = mermaid(self.report.open)
        if lines:
            yield from ("", "### Who is affected", "", "```mermaid", *lines, "```")

    def _proofs(self, findings: Iterable[Finding]) -> Iterator[str]:
        """Yield the witnesses, one for each message that proves something."""
        shown = [finding for finding in findings if not finding.witness.reason]
        if shown:
            yield from ("", "### Proof", "")
        for finding in shown[: self.limits.witnesses]:
            yield from self._witness(finding)
        if len(shown) > self.limits.witnesses:
            yield f"and {len(shown) - self.limits.witnesses} more in `--format json`"

    def _witness(self, finding: Finding) -> Iterator[str]:
        witness = finding.witness
        text = json.dumps(witness.message, indent=2, ensure_ascii=True, default=str)
        text = text if len(text) <= self.limits.message else f"{text[: self.limits.message]} ..."
        yield f"<details><summary>{self._cell(finding.event or finding.rule)}: {self._cell(finding.message)}</summary>"
        yield from ("", f"The {witness.writer} version writes:", "", "```json", *text.splitlines(), "```", "")
        reader = "old" if witness.writer == "new" else "new"
        strict, tolerant = self._cell(witness.strict), self._cell(witness.tolerant)
        yield f"The {reader} model: strict reader {strict}; tolerant reader {tolerant}."
        yield from ("", "</details>", "")

    def _advice(self, findings: Iterable[Finding]) -> Iterator[str]:
        advice = dict.fromkeys((finding.rule, finding.advice) for finding in findings if finding.advice)
        if advice:
            yield from ("", "### What to do", "", *(f"- `{rule}`: {self._cell(text)}" for rule, text in advice))

    def _quiet(self, findings: Sequence[Finding]) -> Iterator[str]:
        if findings:
            yield from ("", f"<details><summary>{len(findings)} without effect on what runs</summary>", "")
            yield from (
                f"- {finding.severity}: {self._cell(self.report.message(finding))}"
                for finding in findings[: self.limits.rows]
            )
            yield from ("", "</details>")

    def _notes(self) -> Iterator[str]:
        if self.report.notes:
            yield from (
                "",
                "### Approvals",
                "",
                *(f"- {self._cell(printable(str(note)))}" for note in self.report.notes[: self.limits.rows]),
            )
