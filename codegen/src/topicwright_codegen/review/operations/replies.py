"""Replies of an operation before and after: whether there are any, on which channel, and which messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from topicwright_codegen.asyncapi.model import Operation, Reply
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.values import Map
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import SourceApi
from topicwright_codegen.review.operations.topic_changes import TopicKey, keys_of
from topicwright_codegen.review.sides.descriptions import became


def review_replies(old: Operation, new: Operation, pairing: Pairing, topics: tuple[Topic, ...]) -> Iterator[Finding]:
    """Yield changes of the replies of one operation; ``topics`` are those of its requests."""
    if old.reply is not None and new.reply is None:
        yield Change("reply-removed", f"{new.id} has no reply any more", new.node, topics, new.id).judged()
    elif old.reply is None and new.reply is not None:
        yield Change("reply-added", f"{new.id} has a reply now", new.reply.node, topics, new.id).judged()
    elif old.reply is not None and new.reply is not None:
        yield from _address(new.id, old.reply, new.reply, topics)
        yield from _messages(new.id, old.reply, new.reply, pairing)


def _address(name: str, old: Reply, new: Reply, topics: tuple[Topic, ...]) -> Iterator[Finding]:
    was, is_ = _address_field(old, "location"), _address_field(new, "location")
    if was != is_:
        text = f"replies of {name} go to {is_ or 'the channel'}, and went to {was or 'the channel'}"
        yield Change("reply-address-changed", text, new.node, topics, name).judged()
    descriptions = _address_field(old, "description"), _address_field(new, "description")
    if descriptions[0] != descriptions[1]:
        texts = (json.dumps(one) for one in descriptions)
        text = f"the description of the reply address of {name}: {became(*texts)}"
        yield Change("text-changed", text, new.node, topics, f"{name} reply address").judged()
    if old.until != new.until:
        text = f"replies of {name} end with {new.until}, and ended with {old.until}"
        yield Change("reply-stream-changed", text, new.node, topics, name).judged()


def _messages(name: str, old: Reply, new: Reply, pairing: Pairing) -> Iterator[Finding]:
    """Yield the replies that are on another channel now, are gone, or are new."""
    olds, news = _by_key(old, pairing.before), _by_key(new, pairing.after)
    same = {pair.old.key: pair.new.key for pair in pairing.pairs}
    lost = {topic.event_type: topic for key, topic in olds.items() if same.get(key) not in news}
    in_both = {same[key] for key in olds if key in same}
    added = {topic.event_type: topic for key, topic in news.items() if key not in in_both}
    for key, before in olds.items():
        after = news.get(same[key]) if key in same else None
        if after is not None and bool(before.error_class) is not bool(after.error_class):
            now = "an error" if after.error_class else "no error any more"
            text = f"{after.event_type} is {now} as a reply of {name}"
            yield Change("reply-error-changed", text, new.node, (after,), name).judged()
    for event, topic in lost.items():
        yield _lost(name, new, topic, added.pop(event, None))
    for event, topic in added.items():
        text = f"{name} may be answered with {event} now"
        yield Change("reply-widened", text, new.node, (topic,), name).judged()


def _lost(name: str, new: Reply, topic: Topic, target: Topic | None) -> Finding:
    """Return the finding for a reply that is gone, or that has moved to the channel of ``target``."""
    if target is None:
        text = f"{name} is not answered with {topic.event_type} any more"
        return Change("reply-narrowed", text, new.node, (topic,), name).judged()
    text = f"{name} is answered on {target.address}, and was on {topic.address}"
    source: SourceApi = "ok" if _class(topic) == _class(target) else "both"
    return Change("reply-moved", text, new.node, (target, topic), name).judged(source=source)


def _by_key(reply: Reply, topics: Iterable[Topic]) -> dict[TopicKey, Topic]:
    keys = keys_of(reply)
    return {topic.key: topic for topic in topics if topic.key in keys}


def _class(topic: Topic) -> tuple[str, str]:
    symbol = topic.payload.symbol if topic.payload else None
    return (topic.payload.domain, symbol.name) if topic.payload and symbol else ("", "")


def _address_field(reply: Reply, key: str) -> str | None:
    """Return a text of the address object of a reply."""
    address = reply.node.get("address")
    value = address.value.get(key) if address is not None and isinstance(address.value, Map) else None
    return value if isinstance(value, str) else None
