"""The content of every format: the review, its approvals, and the consequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from topicwright_codegen.diagnostics.diagnostics import Diagnostic
from topicwright_codegen.review.engine import Review
from topicwright_codegen.review.findings.finding import Finding
from topicwright_codegen.review.findings.verdicts import SEVERITIES, Severity
from topicwright_codegen.review.report.approvals import Approval
from topicwright_codegen.review.report.leftovers import leftovers
from topicwright_codegen.review.report.next_version import Next
from topicwright_codegen.review.report.rollout import ORDER_WORDS, order_of
from topicwright_codegen.review.sides.labels import Labels


@dataclass(frozen=True, slots=True)
class Report:
    """A review, its approvals and its consequences."""

    review: Review
    labels: Labels = field(default_factory=Labels)
    approved: Mapping[str, Approval] = field(default_factory=dict[str, Approval])
    """The approvals of findings, by fingerprint."""
    notes: tuple[Diagnostic, ...] = ()
    """Warnings about stale and expired approvals."""
    next: Next | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The released versions that a finding is against, by fingerprint; empty without a window of releases."""

    @property
    def open(self) -> list[Finding]:
        """The findings without an approval."""
        return [finding for finding in self.review.findings if finding.fingerprint not in self.approved]

    @property
    def counts(self) -> str:
        """The number of findings of each severity."""
        counted = Counter(finding.severity for finding in self.review.findings)
        texts = [f"{counted[severity]} {severity}" for severity in SEVERITIES if counted[severity]]
        approved = f", {len(self.approved)} approved" if self.approved else ""
        return (", ".join(texts) or "no findings") + approved

    def fails(self, threshold: Severity) -> bool:
        """Return whether a finding without an approval is at least as bad as a severity."""
        return any(SEVERITIES.index(finding.severity) <= SEVERITIES.index(threshold) for finding in self.open)

    def message(self, finding: Finding) -> str:
        """Return the message of a finding, with the versions that it is against and with its approval."""
        against = self.versions.get(finding.fingerprint)
        approval = self.approved.get(finding.fingerprint)
        text = finding.message + (f" (against {', '.join(against)})" if against else "")
        return text + (
            f" (approved by {approval.owner} until {approval.expiry}: {approval.reason})" if approval else ""
        )

    def advice(self, finding: Finding) -> str:
        """Return the advice, with the order of the roll-out, and what stays on the broker."""
        order = order_of(finding)
        is_named = order == "any" or any(words in finding.advice for words in ORDER_WORDS[order])
        return "; ".join(text for text in ("" if is_named else order, finding.advice, *leftovers(finding)) if text)
