"""What every format shows: the review, what is approved of it, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from topicwright_codegen.diagnostics.diagnostics import Diagnostic
from topicwright_codegen.review.approvals import Approval
from topicwright_codegen.review.engine import Review
from topicwright_codegen.review.findings import Finding
from topicwright_codegen.review.leftovers import leftovers
from topicwright_codegen.review.rollout import ORDER_WORDS, order_of
from topicwright_codegen.review.verdicts import SEVERITIES, Severity
from topicwright_codegen.review.versions import Next


@dataclass(frozen=True, slots=True)
class Labels:
    """How places are shown: files of a git ref by the ref, and not by the temporary folder that they are in."""

    refs: Mapping[str, str] = field(default_factory=dict[str, str])
    """The ref of each folder, which ends with a slash."""

    def shown(self, path: str) -> str:
        """Return a path as a person knows it: ``REF:path`` for a file of a ref."""
        for prefix, ref in self.refs.items():
            if path.startswith(prefix):
                return f"{ref}:{path.removeprefix(prefix)}"
        return path

    def bare(self, path: str) -> str:
        """Return the path in the repository."""
        for prefix in self.refs:
            path = path.removeprefix(prefix)
        return path

    def uri(self, path: str) -> str:
        """Return the path as a URI reference (RFC 3986)."""
        bare = self.bare(path)
        return f"file://{quote(bare)}" if bare.startswith("/") else quote(bare)


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
