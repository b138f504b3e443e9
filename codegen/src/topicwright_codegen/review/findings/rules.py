"""Every rule of the review: its verdicts for both consumers and for Python, and the advice."""

from __future__ import annotations

from dataclasses import dataclass

from topicwright_codegen.review.findings.verdicts import ConsumerVerdict, SourceApi

_CONSUMERS = "deploy consumers before producers"
_PRODUCERS = "deploy producers before consumers, and wait until no queued or retained message has the old form"
_EXPAND = "expand and contract: add the new form beside the old one, move every service, then remove the old form"
_NAMES = "regenerate, and change the names in the services"
_TOGETHER = "stop all services that use it, and deploy them together: no order is safe"


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
    Rule("default-changed", "semantic", "semantic", "ok", "always write the value before its default changes"),
    Rule("constructor-default-changed", "ok", "ok", "behaviour", "pass the value explicitly wherever it is published"),
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
        "strict readers refuse other values; handlers of other readers need a check of their own",
    ),
    Rule("unchecked-loosened", "semantic", "ok", "ok", "make sure that no handler relies on it"),
    Rule("unchecked-changed", "semantic", "semantic", "ok", "make sure that no handler relies on it"),
    Rule("leniency-dropped", "ok", "reject", "ok", "make sure that no device sends such values any more"),
    Rule("leniency-added", "ok", "ok", "ok", ""),
    Rule(
        "unexplained-difference",
        "ok",
        "ok",
        "ok",
        "no rule knows this change: read the message, and decide by it",
    ),
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
    Rule("format-indicator-changed", "ok", "ok", "behaviour", "make sure that a payload declared as UTF-8 is UTF-8"),
    Rule("address-moved", "miss", "miss", "ok", "publish to both addresses until every consumer has moved"),
    Rule("address-left-filter", "miss", "ok", "ok", "subscribe to the new address before producers move"),
    Rule("address-overlaps", "unexpected", "unexpected", "ok", "choose an address that no filter in use matches"),
    Rule("parameter-added", "ok", "ok", "both", _NAMES),
    Rule("parameter-removed", "ok", "ok", "both", _NAMES),
    Rule("parameter-renamed", "ok", "ok", "both", _NAMES),
    Rule("parameter-moved", "semantic", "semantic", "ok", _EXPAND),
    Rule("parameter-default-added", "ok", "ok", "ok", ""),
    Rule("parameter-default-removed", "ok", "ok", "produce", _NAMES),
    Rule("parameter-default-changed", "ok", "ok", "behaviour", "pass the value explicitly wherever it is published"),
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
    Rule("reply-error-changed", "ok", "ok", "produce", "raise its exception in responders, and catch it in requesters"),
    Rule("reply-address-changed", "miss", "miss", "ok", _TOGETHER),
    Rule("qos-raised", "unexpected", "unexpected", "behaviour", "make sure that handlers tolerate a duplicate"),
    Rule("qos-lowered", "miss", "miss", "behaviour", "make sure that consumers tolerate a lost message"),
    Rule("subscription-qos-raised", "ok", "unexpected", "behaviour", "make sure that handlers tolerate a duplicate"),
    Rule("subscription-qos-lowered", "ok", "miss", "behaviour", "make sure that the consumer tolerates a lost message"),
    Rule("qos-exactly-once", "ok", "ok", "behaviour", "make sure that the broker and every client support QoS 2"),
    Rule(
        "retain-on",
        "unexpected",
        "unexpected",
        "behaviour",
        "never retain a command: every new subscriber receives the last one again",
    ),
    Rule("retain-off", "miss", "unexpected", "behaviour", "clear the old one: publish an empty retained message"),
    Rule("expiry-shortened", "miss", "ok", "behaviour", "make sure that no consumer is offline for longer"),
    Rule("expiry-lengthened", "unexpected", "ok", "behaviour", "make sure that handlers tolerate an old message"),
    Rule("will-topic-changed", "miss", "miss", "behaviour", "watch both topics until every service has moved"),
    Rule(
        "will-added",
        "ok",
        "ok",
        "behaviour",
        "make sure that a service subscribes to the topic of the will, and that it has no other use",
    ),
    Rule(
        "will-removed",
        "miss",
        "miss",
        "behaviour",
        "replace it first: without it no subscriber is informed when the service dies",
    ),
    Rule("will-changed", "semantic", "semantic", "behaviour", "deploy the subscribers of the will first"),
    Rule("session-shortened", "ok", "miss", "behaviour", "empty the queue of the old session first"),
    Rule("session-lengthened", "ok", "unexpected", "behaviour", "make sure that handlers tolerate an old message"),
    Rule("session-left", "ok", "miss", "behaviour", "empty the queue of the old session first, then end it"),
    Rule("packet-size-lowered", "ok", "miss", "behaviour", "make sure that no message is larger: the broker drops it"),
    Rule("server-moved", "miss", "miss", "behaviour", "bridge the two brokers until every client has moved"),
    Rule("server-removed", "miss", "ok", "behaviour", "move its clients first"),
    Rule("server-added", "ok", "ok", "ok", ""),
    Rule("protocol-version-changed", "ok", "ok", "behaviour", "make sure that the broker supports both versions"),
    Rule("server-renamed", "ok", "ok", "ok", ""),
    Rule("required-headers-lost", "reject", "reject", "behaviour", "move the headers to the payload first"),
    Rule("headers-lost", "miss", "miss", "behaviour", "move the headers to the payload first"),
    Rule("replies-lost", "miss", "miss", "behaviour", "move response topics and correlation ids to the payload first"),
    Rule("expiry-lost", "miss", "miss", "behaviour", "make sure that handlers tell old messages by their payload"),
    Rule(
        "security-loosened", "ok", "ok", "behaviour", "make sure that every client that can connect now is allowed to"
    ),
    Rule("security-changed", "miss", "miss", "behaviour", "let the broker accept both until every client has moved"),
    Rule("server-option-changed", "ok", "ok", "behaviour", "make sure that no client relies on it"),
    Rule("retained-refused", "ok", "reject", "ok", "clear it, or publish it again in the new form"),
    Rule("text-changed", "ok", "ok", "ok", ""),
    Rule("sunset-shortened", "ok", "ok", "ok", "keep the announced day, or ask every user who relies on it"),
    Rule("sunset-changed", "ok", "ok", "ok", "inform the users"),
    Rule("deprecated-changed", "ok", "ok", "ok", "inform the users, with the day of its removal"),
    Rule("info-changed", "ok", "ok", "ok", ""),
    Rule("before-broken", "ok", "ok", "ok", "compare with the last version that compiles too"),
)
RULES = {rule.code: rule for rule in _TABLE}
DOCUMENTATION = frozenset(("text-changed", "deprecated-changed", "sunset-changed", "info-changed", "before-broken"))
"""Rules of severity ``docs``: they have no effect on a message or on Python."""
