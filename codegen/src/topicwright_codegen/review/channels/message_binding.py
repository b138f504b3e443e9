"""The mqtt binding of a message before and after (AsyncAPI MQTT binding 0.2.0, message object)."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.sides.descriptions import ABSENT, field_json

_RULES = {
    "responseTopic": "response-topic-changed",
    "payloadFormatIndicator": "format-indicator-changed",
    "correlationData": "correlation-changed",
    "bindingVersion": "text-changed",
}
"""The rule of each field; the content type is compared with that of the message."""


def review_binding(pair: TopicPair, old: View, new: View) -> Iterator[Finding]:
    """Yield the fields that differ."""
    one, other = mqtt_binding(old), mqtt_binding(new)
    for key in _RULES:
        was, is_ = field_json(one, key), field_json(other, key)
        if was != is_:
            node = (other.raw(key) if other is not None else None) or new.node
            text = f"{key} {was} became {is_}"
            yield Change(_rule(key, was, is_), text, node, pair.topics, f"binding {key}").judged()
    was, is_ = field_json(one, "contentType"), field_json(other, "contentType")
    if ABSENT not in (was, is_) and was != is_ and pair.old.content_type == pair.new.content_type:
        text = f"contentType {was} became {is_}, and the message has {pair.new.content_type}"
        yield Change("text-changed", text, new.node, pair.topics, "binding contentType").judged()


def _rule(key: str, was: str, is_: str) -> str:
    if key == "responseTopic" and ABSENT in (was, is_):
        return "response-topic-added" if was == ABSENT else "response-topic-removed"
    return _RULES[key]
