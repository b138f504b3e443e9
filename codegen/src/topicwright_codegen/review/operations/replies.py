"""Replies of an operation before and after: whether there are any, where they come, and which."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.model import Operation, Reply
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.documents.values import Map
from topicwright_codegen.review.channels.pairing import Pairing
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import SourceApi


def review_replies(old: Operation, new: Operation, pairing: Pairing, topics: tuple[Topic, ...]) -> Iterator[Finding]:
    """Yield what the replies of one operation have changed into; ``topics`` are those of its requests."""
    if old.reply is not None and new.reply is None:
        yield Change("reply-removed", f"{new.id} has no reply any more", new.node, topics, new.id).judged()
    elif old.reply is None and new.reply is not None:
        yield Change("reply-added", f"{new.id} has a reply now", new.reply.node, topics, new.id).judged()
    elif old.reply is not None and new.reply is not None:
        yield from _address(new.id, old.reply, new.reply, topics)
        yield from _messages(new.id, old.reply, new.reply, pairing)


def _address(name: str, old: Reply, new: Reply, topics: tuple[Topic, ...]) -> Iterator[Finding]:
    was, is_ = _said(old, "location"), _said(new, "location")
    if was != is_:
        text = f"replies of {name} go to {is_ or 'the channel'}, and went to {was or 'the channel'}"
        yield Change("reply-address-changed", text, new.node, topics, name).judged()
    descriptions = _said(old, "description"), _said(new, "description")
    if descriptions[0] != descriptions[1]:
        text = f"the reply address of {name} is described otherwise"
        yield Change("text-changed", text, new.node, topics, f"{name} reply address").judged()
    if old.until != new.until:
        text = f"replies of {name} end with {new.until}, and ended with {old.until}"
        yield Change("reply-stream-changed", text, new.node, topics, name).judged()


def _messages(name: str, old: Reply, new: Reply, pairing: Pairing) -> Iterator[Finding]:
    """Yield the replies that come on another channel, come no more, or are new."""
    olds, news = _topics(old, pairing, before=True), _topics(new, pairing, before=False)
    same = {pair.old.key: pair.new.key for pair in pairing.pairs}
    lost = {topic.event_type: topic for key, topic in olds.items() if same.get(key) not in news}
    kept = {same[key] for key in olds if key in same}
    got = {topic.event_type: topic for key, topic in news.items() if key not in kept}
    for event, topic in lost.items():
        target = got.pop(event, None)
        if target is None:
            text = f"{name} is not answered with {event} any more"
            yield Change("reply-narrowed", text, new.node, (topic,), name).judged()
        else:
            text = f"{name} is answered on {target.address}, and was on {topic.address}"
            source: SourceApi = "ok" if _class(topic) == _class(target) else "both"
            yield Change("reply-moved", text, new.node, (target, topic), name).judged(source=source)
    for event, topic in got.items():
        text = f"{name} may be answered with {event} now"
        yield Change("reply-widened", text, new.node, (topic,), name).judged()


def _topics(reply: Reply, pairing: Pairing, before: bool) -> dict[tuple[Identity, str], Topic]:
    keys = {(reply.channel.node.identity, message.key) for message in reply.messages}
    alone = pairing.removed if before else pairing.added
    topics = [*(pair.old if before else pair.new for pair in pairing.pairs), *alone]
    return {topic.key: topic for topic in topics if topic.key in keys}


def _class(topic: Topic) -> tuple[str, str]:
    symbol = topic.payload.symbol if topic.payload else None
    return (topic.payload.domain, symbol.name) if topic.payload and symbol else ("", "")


def _said(reply: Reply, key: str) -> str | None:
    """Return what the address of a reply says."""
    address = reply.node.get("address")
    value = address.value.get(key) if address is not None and isinstance(address.value, Map) else None
    return value if isinstance(value, str) else None
