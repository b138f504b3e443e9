"""Every rule of the review: its verdicts for both consumers and for Python, and the advice."""

from __future__ import annotations

from dataclasses import dataclass

from topicwright_codegen.review.findings.verdicts import ConsumerVerdict, SourceApi

_CONSUMERS = "deploy consumers before producers"
_PRODUCERS = "deploy producers before consumers, and wait until queued and retained messages are gone"
_EXPAND = "expand and contract: add the new form beside the old one, move everybody, then remove the old form"
_NAMES = "regenerate, and change the names in the services"
_TOGETHER = "stop the consumers or tell their owners: this cannot be rolled out one by one"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change, and its verdicts where nothing in the catalog changes them."""

    code: str
    old: ConsumerVerdict
    new: ConsumerVerdict
    source: SourceApi
    advice: str


_TABLE = (
    Rule("field-added", "reject-strict", "ok", "ok", f"{_CONSUMERS}; readers that ignore unknown fields need nothing"),
    Rule("field-added-required", "reject-strict", "reject", "produce", f"make it optional first; {_PRODUCERS}"),
    Rule("field-removed", "ok", "reject-strict", "both", "stop reading it first; " + _PRODUCERS),
    Rule("field-removed-required", "reject", "reject-strict", "both", f"make it optional first; {_EXPAND}"),
    Rule("field-became-required", "ok", "reject", "produce", _PRODUCERS),
    Rule("field-became-optional", "reject", "ok", "read", _CONSUMERS),
    Rule("default-changed", "semantic", "semantic", "ok", "write the value always, before its default changes"),
    Rule("constructor-default-changed", "ok", "ok", "behaviour", "name the value wherever it is published"),
    Rule("fields-opened", "reject-strict", "ok", "ok", _CONSUMERS),
    Rule("fields-closed", "ok", "reject-strict", "ok", _PRODUCERS),
    Rule("type-widened", "reject", "ok", "read", _CONSUMERS),
    Rule("type-narrowed", "ok", "reject", "both", _PRODUCERS),
    Rule("type-changed", "reject", "reject", "both", _EXPAND),
    Rule("union-branch-added", "reject", "ok", "read", _CONSUMERS),
    Rule("union-branch-removed", "ok", "reject", "both", _PRODUCERS),
    Rule("enum-value-added", "reject", "ok", "exhaustive", _CONSUMERS),
    Rule("enum-value-removed", "ok", "reject", "both", _PRODUCERS),
    Rule("limit-tightened", "ok", "reject", "ok", _PRODUCERS),
    Rule("limit-loosened", "reject", "ok", "ok", _CONSUMERS),
    Rule("pattern-changed", "reject", "reject", "ok", _EXPAND),
    Rule(
        "unchecked-tightened",
        "ok",
        "semantic",
        "ok",
        "readers that check it refuse what is outside; others need a check in handlers",
    ),
    Rule("unchecked-loosened", "semantic", "ok", "ok", "see that handlers do not rely on it"),
    Rule("unchecked-changed", "semantic", "semantic", "ok", "see that handlers do not rely on it"),
    Rule("unit-changed", "semantic", "semantic", "ok", "use a new field for the new unit; " + _EXPAND),
    Rule("class-renamed", "ok", "ok", "import", _NAMES),
    Rule(
        "service-renamed", "ok", "ok", "import", f"{_NAMES}; give the new login its access before the service uses it"
    ),
    Rule("module-moved", "ok", "ok", "import", _NAMES),
    Rule("method-renamed", "ok", "ok", "import", _NAMES),
    Rule("content-type-changed", "reject", "reject", "ok", "use a new topic for the new content type; " + _EXPAND),
    Rule("envelope-changed", "reject", "reject", "ok", "use a new topic for the new envelope; " + _EXPAND),
    Rule("event-type-changed", "reject", "reject", "import", "name the old one in x-renamed-from; " + _CONSUMERS),
    Rule("correlation-added", "ok", "reject", "produce", _PRODUCERS),
    Rule("correlation-removed", "reject", "ok", "both", _CONSUMERS),
    Rule("correlation-changed", "reject", "reject", "ok", _EXPAND),
    Rule("response-topic-changed", "miss", "miss", "ok", _TOGETHER),
    Rule("response-topic-added", "ok", "miss", "ok", "deploy responders before requesters"),
    Rule("response-topic-removed", "miss", "ok", "ok", "move the requesters first"),
    Rule("format-indicator-changed", "ok", "ok", "behaviour", "see that the payload is UTF-8 where it says so"),
    Rule("address-moved", "miss", "miss", "ok", "publish to both addresses until every consumer has moved"),
    Rule("address-left-filter", "miss", "ok", "ok", "subscribe to the new address before producers move"),
    Rule("address-overlaps", "unexpected", "unexpected", "ok", "choose an address that no filter in use matches"),
    Rule("parameter-added", "ok", "ok", "both", _NAMES),
    Rule("parameter-removed", "ok", "ok", "both", _NAMES),
    Rule("parameter-renamed", "ok", "ok", "both", _NAMES),
    Rule("parameter-moved", "semantic", "semantic", "ok", _EXPAND),
    Rule("parameter-default-added", "ok", "ok", "ok", ""),
    Rule("parameter-default-removed", "ok", "ok", "produce", _NAMES),
    Rule("parameter-default-changed", "ok", "ok", "behaviour", "name the value wherever it is published"),
    Rule("parameter-value-added", "reject", "ok", "exhaustive", _CONSUMERS),
    Rule("parameter-value-removed", "ok", "reject", "both", _PRODUCERS),
    Rule("topic-removed", "miss", "ok", "import", "stop the consumers before the producers"),
    Rule("topic-shared", "unexpected", "ok", "exhaustive", f"{_CONSUMERS}, or use an address of its own"),
    Rule("topic-added", "ok", "ok", "ok", ""),
    Rule("channel-server-removed", "miss", "ok", "ok", "move the consumers of that server first"),
    Rule("channel-server-added", "ok", "ok", "ok", "consumers there see nothing until producers have moved"),
    Rule("send-removed", "miss", "miss", "import", "stop the consumers before the producers"),
    Rule("send-narrowed", "miss", "unexpected", "both", "stop the consumers before the producers"),
    Rule("send-widened", "unexpected", "ok", "exhaustive", _CONSUMERS),
    Rule("receive-narrowed", "ok", "unexpected", "read", "subscribe only to what is handled"),
    Rule("receive-widened", "ok", "ok", "exhaustive", ""),
    Rule("operation-moved", "miss", "miss", "ok", "publish to both addresses until every consumer has moved"),
    Rule("receive-moved", "ok", "miss", "ok", "subscribe to both addresses until every producer has moved"),
    Rule("operation-removed", "ok", "ok", "import", _NAMES),
    Rule("operation-added", "ok", "ok", "ok", ""),
    Rule("operation-renamed", "ok", "ok", "import", f"{_NAMES}, where they carry the operation id"),
    Rule("reply-removed", "miss", "ok", "both", "move the requesters first"),
    Rule("reply-added", "ok", "miss", "ok", "deploy responders before requesters"),
    Rule("reply-moved", "miss", "miss", "ok", "answer on both channels until every requester has moved"),
    Rule("reply-narrowed", "miss", "unexpected", "both", "move the requesters first"),
    Rule("reply-widened", "unexpected", "ok", "exhaustive", _CONSUMERS),
    Rule("reply-stream-changed", "semantic", "semantic", "both", _TOGETHER),
    Rule("reply-address-changed", "miss", "miss", "ok", _TOGETHER),
    Rule("qos-raised", "unexpected", "unexpected", "behaviour", "see that handlers stand a duplicate"),
    Rule("qos-lowered", "miss", "miss", "behaviour", "see that consumers stand a loss"),
    Rule("subscription-qos-raised", "ok", "unexpected", "behaviour", "see that handlers stand a duplicate"),
    Rule("subscription-qos-lowered", "ok", "miss", "behaviour", "see that the consumer stands a loss"),
    Rule("qos-exactly-once", "ok", "ok", "behaviour", "see that the broker and every client speak QoS 2"),
    Rule(
        "retain-on", "unexpected", "unexpected", "behaviour", "never for commands: each subscribe replays the last one"
    ),
    Rule("retain-off", "miss", "unexpected", "behaviour", "clear the old one: publish an empty retained message"),
    Rule("expiry-shortened", "miss", "ok", "behaviour", "see that it is longer than any consumer is away"),
    Rule("expiry-lengthened", "unexpected", "ok", "behaviour", "see that handlers stand an old message"),
    Rule("will-topic-changed", "miss", "miss", "behaviour", "watch both topics until every service has moved"),
    Rule("will-added", "ok", "ok", "behaviour", "see that the topic of the will is watched, and by nobody else"),
    Rule("will-removed", "miss", "miss", "behaviour", "tell the watchers first: nobody learns that the service died"),
    Rule("will-changed", "semantic", "semantic", "behaviour", "deploy the watchers first"),
    Rule("session-shortened", "ok", "miss", "behaviour", "empty the queue of the old session first"),
    Rule("session-lengthened", "ok", "unexpected", "behaviour", "see that handlers stand an old message"),
    Rule("session-left", "ok", "miss", "behaviour", "empty the queue of the old session first, then end it"),
    Rule("packet-size-lowered", "ok", "miss", "behaviour", "see that no message is larger: the broker drops it"),
    Rule("server-moved", "miss", "miss", "behaviour", "bridge the two brokers until everybody has moved"),
    Rule("server-removed", "miss", "ok", "behaviour", "move its clients first"),
    Rule("server-added", "ok", "ok", "ok", ""),
    Rule("protocol-version-changed", "ok", "ok", "behaviour", "see that the broker speaks both versions"),
    Rule("server-renamed", "ok", "ok", "ok", ""),
    Rule("required-headers-lost", "reject", "reject", "behaviour", "move the headers to the payload first"),
    Rule("headers-lost", "semantic", "semantic", "behaviour", "move the headers to the payload first"),
    Rule("security-loosened", "ok", "ok", "behaviour", "see that whoever gets in now may"),
    Rule("security-changed", "miss", "miss", "behaviour", "let the broker accept both until everybody has moved"),
    Rule("server-option-changed", "ok", "ok", "behaviour", "see that no client relies on it"),
    Rule("retained-refused", "ok", "reject", "ok", "clear it, or publish it anew in the new form"),
    Rule("text-changed", "ok", "ok", "ok", ""),
    Rule("sunset-shortened", "ok", "ok", "ok", "keep the day that was promised, or ask everybody who relies on it"),
    Rule("sunset-changed", "ok", "ok", "ok", "tell the users"),
    Rule("deprecated-changed", "ok", "ok", "ok", "tell the users when it goes away"),
    Rule("info-changed", "ok", "ok", "ok", ""),
)
RULES = {rule.code: rule for rule in _TABLE}
DOCUMENTATION = frozenset(("text-changed", "deprecated-changed", "sunset-changed", "info-changed"))
"""Rules of severity ``docs``: they have no effect on a message or on Python."""
