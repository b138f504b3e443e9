"""Addresses: which topics are gone or new, and which filters match other messages now."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import ConsumerVerdict
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.values.patterns import read_pattern
from topicwright_codegen.review.schemas.values.regular_language import Regular, TooManyStatesError, shortest
from topicwright_codegen.topic_filters import filter_of, has_wildcard, includes, overlap, pattern_of, shape_of


def review_addresses(pair: TopicPair) -> Iterator[Finding]:
    """Yield changes of an address and its parameters."""
    old, new = pair.old, pair.new
    if old.address is None or new.address is None:
        if old.address != new.address:
            text = f"the address {_address(old)} became {_address(new)}: one of them is known only at run time"
            yield Change("address-moved", text, new.channel, pair.topics).judged(source="import")
    elif filter_of(old.address) != filter_of(new.address):
        yield _moved(pair, filter_of(old.address), filter_of(new.address))
    elif shape_of(old.address) != shape_of(new.address):
        yield _reshaped(pair, old.address, new.address)


def _moved(pair: TopicPair, old: str, new: str) -> Finding:
    """Return the change of an address: a consumer whose filter matches the other address too misses nothing."""
    text = f"the topic moved from {_address(pair.old)} to {_address(pair.new)}"
    detail = _address(pair.old)
    old_verdict: ConsumerVerdict | None = "ok" if includes(old, new) else None
    new_verdict: ConsumerVerdict | None = "ok" if includes(new, old) else None
    return Change("address-moved", text, pair.new.channel, pair.topics, detail).judged(old=old_verdict, new=new_verdict)


def _reshaped(pair: TopicPair, old: str, new: str) -> Finding:
    """Return the change of the text around a parameter inside a level: the filter is the same, the topics are not."""
    text = f"the topic moved from {old} to {new}: the filter is the same, and readers leave out the others"
    topics = read_pattern(pattern_of(old)), read_pattern(pattern_of(new))
    old_verdict: ConsumerVerdict | None = "ok" if _are_within(topics[1], topics[0]) else None
    new_verdict: ConsumerVerdict | None = "ok" if _are_within(topics[0], topics[1]) else None
    return Change("address-moved", text, pair.new.channel, pair.topics, old).judged(old=old_verdict, new=new_verdict)


def _are_within(inside: Regular | None, outside: Regular | None) -> bool:
    """Return whether every topic of an address is one of another; not where that is not known."""
    try:
        return inside is not None and outside is not None and shortest(inside, outside) is None
    except TooManyStatesError:
        return False


def _address(topic: Topic) -> str:
    return topic.address or "(none)"


def review_topics(pairing: Pairing) -> Iterator[Finding]:
    """Yield topics that are gone, and new ones."""
    used, known = _shapes(pairing.after), _shapes(pairing.before)
    for topic in pairing.removed:
        # A subscription to an address that others still use gets the messages of older producers.
        new: ConsumerVerdict | None = "unexpected" if _is_shared(topic, used) else None
        text = f"{topic.event_type} is not on {_address(topic)} any more"
        yield Change("topic-removed", text, topic.node, (topic,)).judged(new=new)
    for topic in pairing.added:
        text = f"{topic.event_type} is new on {_address(topic)}"
        if _is_shared(topic, known):
            yield Change("topic-shared", f"{text}, where others are already", topic.node, (topic,)).judged()
        else:
            yield Change("topic-added", text, topic.node, (topic,)).judged()


def review_filters(pairing: Pairing) -> Iterator[Finding]:
    """Yield new addresses below a filter that is in use, and addresses that have left one."""
    before, after = _by_filter(pairing.before), _by_filter(pairing.after)
    for name, rival in _new_overlaps(before, after):
        yield _overlap(after[name], after[rival])
    wide = {name: topic for name, topic in before.items() if has_wildcard(name)}
    for pair in pairing.pairs:
        if pair.old.address is not None and pair.new.address is not None:
            yield from _left(pair, wide)


def _by_filter(topics: Iterable[Topic]) -> dict[str, Topic]:
    return {filter_of(topic.address): topic for topic in topics if topic.address is not None}


def _shapes(topics: Iterable[Topic]) -> frozenset[str]:
    return frozenset(shape_of(topic.address) for topic in topics if topic.address is not None)


def _is_shared(topic: Topic, others: Container[str]) -> bool:
    return topic.address is not None and shape_of(topic.address) in others


def _new_overlaps(before: Mapping[str, Topic], after: Mapping[str, Topic]) -> Iterator[tuple[str, str]]:
    """Yield each new filter with each one of both versions that shares topics with it."""
    in_both = [name for name in after if name in before]
    wide = [name for name in in_both if has_wildcard(name)]
    for name in sorted(after.keys() - before.keys()):
        rivals = in_both if has_wildcard(name) else wide
        yield from ((name, rival) for rival in rivals if overlap(name, rival))


def _overlap(new: Topic, rival: Topic) -> Finding:
    filters = filter_of(_address(rival)), filter_of(_address(new))
    text = f"a subscription to {filters[0]} and one to {filters[1]} get each other's messages"
    # Nothing is published to an address with a wildcard in it: older consumers get no more than before.
    old: ConsumerVerdict | None = None if new.sendable else "ok"
    return Change("address-overlaps", text, new.channel, (new, rival), _address(rival)).judged(old=old)


def _left(pair: TopicPair, wide: Mapping[str, Topic]) -> Iterator[Finding]:
    old, new = filter_of(_address(pair.old)), filter_of(_address(pair.new))
    for name, topic in wide.items():
        if name not in (old, new) and overlap(name, old) and not overlap(name, new):
            text = f"{pair.new.event_type} moved out of the filter {name}: its subscribers do not get it any more"
            topics = (pair.new, topic)
            yield Change("address-left-filter", text, pair.new.channel, topics, name).judged()
