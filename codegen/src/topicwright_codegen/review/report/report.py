"""What every format shows: the review, what is approved of it, and what follows from it."""

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
    """A review and all that is said beside it."""

    review: Review
    labels: Labels = field(default_factory=Labels)
    approved: Mapping[str, Approval] = field(default_factory=dict[str, Approval])
    """By fingerprint: the findings that somebody has agreed to."""
    notes: tuple[Diagnostic, ...] = ()
    """What is wrong with approvals: stale ones and expired ones."""
    next: Next | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By fingerprint: the released versions that a finding is against, where there is a window of them."""

    @property
    def open(self) -> list[Finding]:
        """The findings that nobody has agreed to."""
        return [found for found in self.review.findings if found.fingerprint not in self.approved]

    @property
    def counts(self) -> str:
        """How many findings of which severity there are."""
        counted = Counter(found.severity for found in self.review.findings)
        texts = [f"{counted[severity]} {severity}" for severity in SEVERITIES if counted[severity]]
        approved = f", {len(self.approved)} approved" if self.approved else ""
        return (", ".join(texts) or "no findings") + approved

    def fails(self, threshold: Severity) -> bool:
        """Tell whether a finding that nobody has agreed to is at least as bad as a severity."""
        return any(SEVERITIES.index(found.severity) <= SEVERITIES.index(threshold) for found in self.open)

    def message(self, found: Finding) -> str:
        """Return what a finding says, with the versions that it is against and with who has approved it."""
        against = self.versions.get(found.fingerprint)
        approval = self.approved.get(found.fingerprint)
        text = found.message + (f" (against {', '.join(against)})" if against else "")
        return text + (
            f" (approved by {approval.owner} until {approval.expiry}: {approval.reason})" if approval else ""
        )

    def advice(self, found: Finding) -> str:
        """Return what to do, the order of the roll-out included, and what stays on the broker."""
        order = order_of(found)
        told = order == "any" or any(word in found.advice for word in ORDER_WORDS[order])
        return "; ".join(text for text in ("" if told else order, found.advice, *leftovers(found)) if text)
