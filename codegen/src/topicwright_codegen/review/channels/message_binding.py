"""The mqtt binding of a message before and after (AsyncAPI MQTT binding 0.2.0, message object)."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.review.sides.descriptions import field_json

_RULES = {
    "responseTopic": "response-topic-changed",
    "payloadFormatIndicator": "format-indicator-changed",
    "correlationData": "correlation-changed",
    "bindingVersion": "text-changed",
}
"""What a field is; the content type is compared as the content type of the message."""


def review_binding(pair: TopicPair, old: View, new: View) -> Iterator[Finding]:
    """Yield the fields that differ."""
    one, other = mqtt_binding(old), mqtt_binding(new)
    for key, rule in _RULES.items():
        was, is_ = field_json(one, key), field_json(other, key)
        if was == is_:
            continue
        if key == "responseTopic" and "(none)" in (was, is_):
            rule = "response-topic-added" if was == "(none)" else "response-topic-removed"
        node = (other.raw(key) if other is not None else None) or new.node
        yield Change(rule, f"{key} {was} became {is_}", node, pair.topics, f"binding {key}").judged()
    was, is_ = field_json(one, "contentType"), field_json(other, "contentType")
    if "(none)" not in (was, is_) and was != is_ and pair.old.content_type == pair.new.content_type:
        text = f"contentType {was} became {is_}, and the message says {pair.new.content_type}"
        yield Change("text-changed", text, new.node, pair.topics, "binding contentType").judged()
