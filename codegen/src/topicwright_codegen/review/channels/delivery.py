"""QoS, retain and expiry compared."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair


def review_delivery(pair: TopicPair) -> Iterator[Finding]:
    """Yield changes of how MQTT delivers a topic."""
    old, new = pair.old, pair.new
    if old.qos != new.qos:
        # Without a publisher, it is the QoS of subscriptions.
        received = not old.publishers and not new.publishers
        rule = subscribed_rule(new.qos) if received else qos_rule(new.qos)
        yield Change(rule, f"QoS {old.qos} became {new.qos}", new.node, pair.topics).judged()
    if old.retain != new.retain:
        rule, now = ("retain-on", "retained now") if new.retain else ("retain-off", "not retained any more")
        yield Change(rule, f"messages are {now}", new.node, pair.topics).judged()
    if old.expiry != new.expiry:
        yield _expiry(pair)


def _expiry(pair: TopicPair) -> Finding:
    old, new = pair.old.expiry, pair.new.expiry
    shorter = new is not None and (old is None or new < old)
    text = f"messages expire after {_seconds(new)}, and did after {_seconds(old)}"
    rule = "expiry-shortened" if shorter else "expiry-lengthened"
    return Change(rule, text, pair.new.node, pair.topics).judged()


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
