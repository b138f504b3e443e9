"""Delivery settings of a receive operation, where the senders have them too: the broker delivers at the lower QoS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from topicwright_codegen.asyncapi.model import Operation
from topicwright_codegen.review.channels.delivery import subscribed_rule
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.sides.descriptions import ABSENT


def review_subscription(old: Operation, new: Operation, pairs: Iterable[TopicPair]) -> Iterator[Finding]:
    """Yield changes of how the topics of one receive operation are delivered to it."""
    for pair in pairs:
        if pair.old.qos == pair.new.qos:
            yield from _qos(old, new, pair)
        yield from _without_effect(old, new, pair)


def _qos(old: Operation, new: Operation, pair: TopicPair) -> Iterator[Finding]:
    """Yield a change of the subscription's QoS; above that of the senders, it has no effect (MQTT 5, section 3.8.4)."""
    was, is_ = _subscribed_qos(old, pair.old.qos), _subscribed_qos(new, pair.new.qos)
    if was == is_:
        return
    one, other = min(was, pair.old.qos), min(is_, pair.new.qos)
    text = f"{new.id} subscribes at QoS {is_}, and did at {was}; {pair.new.event_type} is sent at {pair.new.qos}"
    rule = "text-changed" if one == other else subscribed_rule(other)
    yield Change(rule, text, new.node, pair.topics, f"{new.id} qos").judged()


def _subscribed_qos(operation: Operation, sent: int) -> int:
    return operation.delivery.qos.value if operation.delivery.qos else sent


def _without_effect(old: Operation, new: Operation, pair: TopicPair) -> Iterator[Finding]:
    """Yield changes that have no effect: retain and expiry are the publisher's."""
    one, other = old.delivery, new.delivery
    retained = [found.retain is not None and found.retain.value for found in (one, other)]
    expiry = [found.expiry.value if found.expiry is not None else None for found in (one, other)]
    for key, values, sent in (
        ("retain", retained, pair.old.retain == pair.new.retain),
        ("messageExpiryInterval", expiry, pair.old.expiry == pair.new.expiry),
    ):
        if sent and values[0] != values[1]:
            was, is_ = (ABSENT if value is None else json.dumps(value) for value in values)
            text = f"{key} of {new.id}, which its senders decide: {was} became {is_}"
            yield Change("text-changed", text, new.node, pair.topics, f"{new.id} {key}").judged()
