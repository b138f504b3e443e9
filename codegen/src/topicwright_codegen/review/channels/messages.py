"""The form of a message around its payload, before and after: content type, envelope, event type, correlation."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.channels.message_binding import review_binding
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.schemas.media_type import media_type
from topicwright_codegen.review.sides.side import Side


def review_messages(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the form of a message around its payload."""
    old, new = pair.old, pair.new
    if media_type(old.content_type) != media_type(new.content_type):
        text = f"the content type {old.content_type} became {new.content_type}"
        yield Change("content-type-changed", text, new.node, pair.topics).judged()
    if old.wire != new.wire:
        text = f"the envelope {old.wire} became {new.wire}"
        yield Change("envelope-changed", text, new.node, pair.topics).judged()
    if old.event_type != new.event_type:
        yield _event_type(pair)
    elif old.suffix != new.suffix:
        text = f"methods end in {new.suffix} and not in {old.suffix}"
        yield Change("method-renamed", text, new.node, pair.topics, old.suffix).judged()
    if old.domain != new.domain:
        text = f"{new.event_type} is in the module {new.domain} now, and was in {old.domain}"
        yield Change(
            "module-moved", text, new.channel, pair.topics, old.domain, group=f"{old.domain} {new.domain}"
        ).judged()
    yield from _correlation(pair, before, after)
    yield from review_binding(pair, View.effective(before.source, old.node), View.effective(after.source, new.node))


def _event_type(pair: TopicPair) -> Finding:
    old, new = pair.old.event_type, pair.new.event_type
    text, node = f"the event type {old} became {new}", pair.new.node
    if pair.old.wire == pair.new.wire == "none":
        return Change("event-type-changed", text, node, pair.topics, old).judged(old="ok", new="ok")
    if old in pair.new.former_types:
        text = f"{text}, and is read as before"
        return Change("event-type-changed", text, node, pair.topics, old).judged(new="ok")
    return Change("event-type-changed", text, node, pair.topics, old).judged()


def _correlation(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    old, new = _correlation_at(pair.old, before), _correlation_at(pair.new, after)
    if old == new:
        return
    rule = "correlation-added" if old is None else "correlation-removed" if new is None else "correlation-changed"
    text = f"the correlation id is at {new or 'no place'}, and was at {old or 'no place'}"
    yield Change(rule, text, pair.new.node, pair.topics).judged()


def _correlation_at(topic: Topic, side: Side) -> str | None:
    """Return the location of the correlation id, a runtime expression."""
    correlation = View.effective(side.source, topic.node).object("correlationId")
    return correlation.text("location") if correlation else None
