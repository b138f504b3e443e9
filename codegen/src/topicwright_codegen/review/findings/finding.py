"""A finding: one change of the catalog, its verdicts, the services that it affects, and the proof."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.diagnostics.diagnostics import Place
from topicwright_codegen.digest import digest
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.pointers import json_pointer
from topicwright_codegen.review.findings.rules import DOCUMENTATION, RULES
from topicwright_codegen.review.findings.verdicts import ConsumerVerdict, Severity, SourceApi, severity_of
from topicwright_codegen.review.findings.witness import NO_PAYLOAD, Probe, Witness


def keyword_of(detail: str) -> str:
    """Return what a detail names at the place of a finding, without the path to it."""
    return re.split(r"[: ]", detail)[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change of the catalog, not judged yet."""

    rule: str
    message: str
    node: Node
    topics: tuple[Topic, ...] = ()
    """The topics that it affects, the new version first."""
    detail: str = ""
    """Distinguishes it from other changes of the same rule and topic."""
    probe: Probe | None = None
    reason: str = ""
    """The reason why no message shows it."""
    group: str = ""
    """Changes of one rule with one group are one finding."""

    def judged(
        self, *, old: ConsumerVerdict | None = None, new: ConsumerVerdict | None = None, source: SourceApi | None = None
    ) -> Finding:
        """Return a finding with the verdicts of its rule, or those given instead."""
        rule, topics = RULES[self.rule], self.topics
        return Finding(
            rule=self.rule,
            message=self.message,
            node=self.node,
            old=old or rule.old,
            new=new or rule.new,
            source=source or rule.source,
            detail=self.detail,
            topic=(topics[0].address or "") if topics else "",
            event=topics[0].event_type if topics else "",
            publishers=tuple(sorted({name for topic in topics for name in topic.publishers})),
            consumers=tuple(sorted({name for topic in topics for name in topic.subscribers})),
            advice=rule.advice,
            witness=Witness(self.reason) if self.reason else NO_PAYLOAD,
            probe=self.probe,
            topics=topics,
            group=self.group,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One change, with its verdicts."""

    rule: str
    message: str
    node: Node
    old: ConsumerVerdict
    new: ConsumerVerdict
    source: SourceApi
    detail: str = ""
    """Distinguishes it from other findings of the same rule and topic."""
    topic: str = ""
    event: str = ""
    publishers: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    advice: str = ""
    witness: Witness = NO_PAYLOAD
    probe: Probe | None = field(default=None, compare=False)
    topics: tuple[Topic, ...] = ()
    """The topics that it affects, the new version first."""
    fixed_severity: Severity | None = None
    """The severity where a sunset decides it, not the verdicts."""
    group: str = ""
    members: tuple[Finding, ...] = ()
    """The same change in each topic, as where they share a schema; empty for one topic."""
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """The names to show for services, where they have others."""

    @property
    def all(self) -> tuple[Finding, ...]:
        """The same change in each topic."""
        return self.members or (self,)

    @property
    def severity(self) -> Severity:
        """The severity by its verdicts."""
        if self.fixed_severity is not None:
            return self.fixed_severity
        return "docs" if self.rule in DOCUMENTATION else severity_of(self.old, self.new, self.source)

    @property
    def fingerprint(self) -> str:
        """An id that stays the same while the change does: no line, file or commit is in it."""
        where = (self.topic, self.event, self.detail)
        if self.members:  # topics may join and leave
            where = (self.group, "" if self.group else self.pointer, keyword_of(self.detail))
        text = "\0".join((self.rule, *where))
        return digest(text)[:16]

    @property
    def place(self) -> Place:
        """Where the author wrote it."""
        return self.node.place

    @property
    def pointer(self) -> str:
        """The JSON pointer of the place (RFC 6901)."""
        return json_pointer(self.node.pointer)
