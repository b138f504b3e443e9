"""A finding: one change of the catalog, for whom it matters, and the proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.diagnostics.diagnostics import Place
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.pointers import json_pointer
from topicwright_codegen.review.findings.rules import DOCUMENTATION, RULES
from topicwright_codegen.review.findings.verdicts import Severity, SourceApi, Wire, severity_of
from topicwright_codegen.review.findings.witness import NO_PAYLOAD, Probe, TopicPair, Witness


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One change."""

    rule: str
    message: str
    node: Node
    old: Wire
    new: Wire
    source: SourceApi
    detail: str = ""
    """What tells it from other findings of the same rule and topic."""
    topic: str = ""
    event: str = ""
    publishers: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    advice: str = ""
    witness: Witness = NO_PAYLOAD
    probe: Probe | None = field(default=None, compare=False)
    topics: tuple[Topic, ...] = ()
    """What it is about, the new version first."""
    said: Severity | None = None
    """The severity where something else than the verdicts decides it: a sunset."""

    @property
    def severity(self) -> Severity:
        """The severity by its verdicts."""
        if self.said is not None:
            return self.said
        return "docs" if self.rule in DOCUMENTATION else severity_of(self.old, self.new, self.source)

    @property
    def fingerprint(self) -> str:
        """What stays the same while the change does: no line, no file, no commit."""
        text = "\0".join((self.rule, self.topic, self.event, self.detail))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def place(self) -> Place:
        """Where the author wrote it."""
        return self.node.place

    @property
    def pointer(self) -> str:
        """The JSON pointer of the place (RFC 6901)."""
        return json_pointer(self.node.pointer)


def finding(
    rule: str,
    message: str,
    node: Node,
    *,
    pair: TopicPair | None = None,
    topics: tuple[Topic, ...] = (),
    detail: str = "",
    old: Wire | None = None,
    new: Wire | None = None,
    source: SourceApi | None = None,
    probe: Probe | None = None,
    reason: str = "",
) -> Finding:
    """Return a finding with the verdicts of its rule, or those given instead."""
    said = RULES[rule]
    topics = topics or ((pair.new, pair.old) if pair else ())
    return Finding(
        rule=rule,
        message=message,
        node=node,
        old=said.old if old is None else old,
        new=said.new if new is None else new,
        source=said.source if source is None else source,
        detail=detail,
        topic=(topics[0].address or "") if topics else "",
        event=topics[0].event_type if topics else "",
        publishers=tuple(sorted({name for topic in topics for name in topic.publishers})),
        consumers=tuple(sorted({name for topic in topics for name in topic.subscribers})),
        advice=said.advice,
        witness=Witness(reason) if reason else NO_PAYLOAD,
        probe=probe,
        topics=topics,
    )
