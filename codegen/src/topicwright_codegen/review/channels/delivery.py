"""QoS, retain and expiry compared."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair


def review_delivery(pair: TopicPair) -> Iterator[Finding]:
    """Yield changes of how MQTT delivers it."""
    old, new = pair.old, pair.new
    if old.qos != new.qos:
        # Where nobody sends it here, it is the QoS of subscriptions.
        received = not old.publishers and not new.publishers
        rule = subscribed_rule(new.qos) if received else qos_rule(new.qos)
        yield Change(rule, f"QoS {old.qos} became {new.qos}", new.node, pair.topics).judged()
    if old.retain != new.retain:
        rule = "retain-on" if new.retain else "retain-off"
        yield Change(
            rule, f"messages are {'retained now' if new.retain else 'not retained any more'}", new.node, pair.topics
        ).judged()
    if old.expiry != new.expiry:
        shorter = new.expiry is not None and (old.expiry is None or new.expiry < old.expiry)
        text = f"messages expire after {_seconds(new.expiry)}, and did after {_seconds(old.expiry)}"
        yield Change("expiry-shortened" if shorter else "expiry-lengthened", text, new.node, pair.topics).judged()


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
