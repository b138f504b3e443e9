"""One topic before and after: wire form, event type, correlation, delivery, payload, headers, text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.atoms import Types
from topicwright_codegen.review.bindings import review_binding
from topicwright_codegen.review.findings import Finding, TopicPair, finding
from topicwright_codegen.review.media import media_type
from topicwright_codegen.review.payloads import PayloadReview
from topicwright_codegen.review.sides import Side
from topicwright_codegen.review.texts import effective
from topicwright_codegen.schemas.types import Type


def review_wire(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of the form of a message around its payload."""
    old, new = pair.old, pair.new
    if media_type(old.content_type) != media_type(new.content_type):
        text = f"the content type {old.content_type} became {new.content_type}"
        yield finding("content-type-changed", text, new.node, pair=pair)
    if old.wire != new.wire:
        yield finding("envelope-changed", f"the envelope {old.wire} became {new.wire}", new.node, pair=pair)
    if old.event_type != new.event_type:
        yield _event_type(pair)
    elif old.suffix != new.suffix:
        text = f"methods end in {new.suffix} and not in {old.suffix}"
        yield finding("method-renamed", text, new.node, pair=pair, detail=old.suffix)
    if old.domain != new.domain:
        text = f"{new.event_type} is in the module {new.domain} now, and was in {old.domain}"
        yield finding("module-moved", text, new.channel, pair=pair, detail=old.domain)
    yield from _correlation(pair, before, after)
    yield from review_binding(pair, effective(old.node, before), effective(new.node, after))


def _event_type(pair: TopicPair) -> Finding:
    old, new = pair.old.event_type, pair.new.event_type
    text = f"the event type {old} became {new}"
    if pair.old.wire == pair.new.wire == "none":
        return finding("event-type-changed", text, pair.new.node, pair=pair, old="ok", new="ok", detail=old)
    if old in pair.new.former_types:
        return finding(
            "event-type-changed", f"{text}, and is read as before", pair.new.node, pair=pair, new="ok", detail=old
        )
    return finding("event-type-changed", text, pair.new.node, pair=pair, detail=old)


def _correlation(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    old, new = correlation_at(pair.old, before), correlation_at(pair.new, after)
    if old == new:
        return
    rule = "correlation-added" if old is None else "correlation-removed" if new is None else "correlation-changed"
    yield finding(
        rule, f"the correlation id is at {new or 'no place'}, and was at {old or 'no place'}", pair.new.node, pair=pair
    )


def correlation_at(topic: Topic, side: Side) -> str | None:
    """Return where a message says that its correlation id is."""
    found = effective(topic.node, side).object("correlationId")
    return found.text("location") if found else None


def review_delivery(pair: TopicPair) -> Iterator[Finding]:
    """Yield changes of how MQTT delivers it."""
    old, new = pair.old, pair.new
    if old.qos != new.qos:
        # Where nobody sends it here, it is the QoS of subscriptions.
        received = not old.publishers and not new.publishers
        rule = subscribed_rule(new.qos) if received else qos_rule(new.qos)
        yield finding(rule, f"QoS {old.qos} became {new.qos}", new.node, pair=pair)
    if old.retain != new.retain:
        rule = "retain-on" if new.retain else "retain-off"
        yield finding(
            rule, f"messages are {'retained now' if new.retain else 'not retained any more'}", new.node, pair=pair
        )
    if old.expiry != new.expiry:
        shorter = new.expiry is not None and (old.expiry is None or new.expiry < old.expiry)
        text = f"messages expire after {_seconds(new.expiry)}, and did after {_seconds(old.expiry)}"
        yield finding("expiry-shortened" if shorter else "expiry-lengthened", text, new.node, pair=pair)


def qos_rule(new: int) -> str:
    """Return the rule for a change of QoS: only exactly-once has neither loss nor duplicates (MQTT 5, section 4.3)."""
    if new == 0:
        return "qos-lowered"
    return "qos-exactly-once" if new == 2 else "qos-raised"


def subscribed_rule(new: int) -> str:
    """Return the rule for a change of the QoS of a subscription: it is the consumer's own (MQTT 5, section 3.8.4)."""
    return "qos-exactly-once" if new == 2 else f"subscription-{qos_rule(new)}"


def _seconds(expiry: int | None) -> str:
    return "never" if expiry is None else f"{expiry} s"


def review_content(pair: TopicPair, before: Side, after: Side) -> Iterator[Finding]:
    """Yield changes of payload and headers; a message of another content type has no schema to compare."""
    types = _types(before), _types(after)
    old, new = pair.old, pair.new
    same = media_type(old.content_type) == media_type(new.content_type)
    # Where both are JSON, the schemas are compared, whatever the content types are called.
    if old.payload is not None and new.payload is not None:
        yield from PayloadReview(before, after, *types, pair).compare(old.payload, new.payload)
    elif same and (old.payload is None) != (new.payload is None):
        text = "the payload has a schema on one side, and is bytes on the other"
        yield finding("type-changed", text, new.node, pair=pair, reason="one side has bytes, which no model reads")
    if old.headers is not None and new.headers is not None:
        yield from PayloadReview(before, after, *types, pair, headers=True).compare(old.headers, new.headers)
    elif old.headers is not None:
        yield from _whole(pair, old.headers, "removed", old.headers_required)
    elif new.headers is not None:
        yield from _whole(pair, new.headers, "added", new.headers_required)


@lru_cache(maxsize=2)  # of the two sides, for each of their topics
def _types(side: Side) -> Types:
    return {type_.number: type_ for type_ in side.catalog.types}


def _whole(pair: TopicPair, headers: Type, how: str, required: bool) -> Iterator[Finding]:
    """Yield the headers that are there on one side alone; readers ignore user properties that they do not know."""
    reason = "the other version has no model for headers"
    for field in headers.fields:
        needed = field.required or required
        rule = f"field-{how}-required" if needed else f"field-{how}"
        text = f"{'required' if needed else 'optional'} header {field.wire} is {'new' if how == 'added' else 'gone'}"
        old, new = (None, "ok") if how == "removed" else ("ok", None)
        yield finding(
            rule,
            text,
            field.node,
            pair=pair,
            detail=f"headers.{field.wire}:",
            old="ok" if old == "ok" else None,
            new="ok" if new == "ok" else None,
            reason=reason,
        )
