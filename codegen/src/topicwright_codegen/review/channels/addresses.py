"""Addresses and event types: what a filter still matches, and what it matches now."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.channels.parameters import review_parameters
from topicwright_codegen.review.findings.finding import Finding, finding
from topicwright_codegen.review.findings.verdicts import Wire
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.topic_filters import filter_of, has_wildcard, includes, overlap


def review_addresses(pair: TopicPair) -> Iterator[Finding]:
    """Yield what an address and its parameters have changed into."""
    old, new = pair.old, pair.new
    if old.address is None or new.address is None:
        if old.address != new.address:
            text = f"the address {_said(old)} became {_said(new)}: one of them is known only at run time"
            yield finding("address-moved", text, new.channel, pair=pair, source="import")
    elif filter_of(old.address) != filter_of(new.address):
        yield _moved(pair, filter_of(old.address), filter_of(new.address))
    yield from review_parameters(pair)


def _moved(pair: TopicPair, old: str, new: str) -> Finding:
    """Return what a new address means: a filter that matches what the other side writes misses nothing."""
    text = f"the topic moved from {_said(pair.old)} to {_said(pair.new)}"
    detail = _said(pair.old)
    seen: Wire | None = "ok" if includes(old, new) else None
    kept: Wire | None = "ok" if includes(new, old) else None
    return finding("address-moved", text, pair.new.channel, pair=pair, detail=detail, old=seen, new=kept)


def _said(topic: Topic) -> str:
    return topic.address or "(none)"


def review_topics(pairing: Pairing) -> Iterator[Finding]:
    """Yield what is there no more, and what is new."""
    before = [*(pair.old for pair in pairing.pairs), *pairing.removed]
    after = [*(pair.new for pair in pairing.pairs), *pairing.added]
    used = {filter_of(topic.address) for topic in after if topic.address is not None}
    known = {filter_of(topic.address) for topic in before if topic.address is not None}
    for topic in pairing.removed:
        # Who still subscribes to the address gets what older producers write.
        shared = topic.address is not None and filter_of(topic.address) in used
        text = f"{topic.event_type} is not on {_said(topic)} any more"
        new: Wire | None = "unexpected" if shared else None
        yield finding("topic-removed", text, topic.node, topics=(topic,), new=new)
    for topic in pairing.added:
        shared = topic.address is not None and filter_of(topic.address) in known
        rule = "topic-shared" if shared else "topic-added"
        text = f"{topic.event_type} is new on {_said(topic)}"
        yield finding(rule, f"{text}, where others are already" if shared else text, topic.node, topics=(topic,))


def review_filters(pairing: Pairing) -> Iterator[Finding]:
    """Yield new addresses below a filter that is in use, and addresses that have left one."""
    before = _by_filter([*(pair.old for pair in pairing.pairs), *pairing.removed])
    after = _by_filter([*(pair.new for pair in pairing.pairs), *pairing.added])
    wide_before = {name: topic for name, topic in before.items() if has_wildcard(name)}
    wide_after = {name: topic for name, topic in after.items() if has_wildcard(name)}
    for name in sorted(after.keys() - before.keys()):
        rivals = after if has_wildcard(name) else wide_after
        for rival in rivals:
            if rival != name and rival in before and overlap(name, rival):
                yield _overlap(after[name], after[rival])
    for pair in pairing.pairs:
        if pair.old.address is not None and pair.new.address is not None:
            yield from _left(pair, wide_before)


def _by_filter(topics: list[Topic]) -> dict[str, Topic]:
    return {filter_of(topic.address): topic for topic in topics if topic.address is not None}


def _overlap(new: Topic, rival: Topic) -> Finding:
    text = f"a subscription to {filter_of(_said(rival))} and one to {filter_of(_said(new))} get each other's messages"
    # Nothing is published to an address with a wildcard in it: older consumers get no more than before.
    old: Wire | None = None if new.sendable else "ok"
    return finding("address-overlaps", text, new.channel, topics=(new, rival), detail=_said(rival), old=old)


def _left(pair: TopicPair, wide: dict[str, Topic]) -> Iterator[Finding]:
    old, new = filter_of(_said(pair.old)), filter_of(_said(pair.new))
    for name, topic in wide.items():
        if name not in (old, new) and overlap(name, old) and not overlap(name, new):
            text = f"{pair.new.event_type} moved out of the filter {name}: who subscribes to it gets it no more"
            topics = (pair.new, topic)
            yield finding("address-left-filter", text, pair.new.channel, topics=topics, detail=name)
