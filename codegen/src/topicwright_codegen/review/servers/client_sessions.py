"""The mqtt binding of a server before and after: session, Last Will and limits of its clients."""

from __future__ import annotations

from collections.abc import Iterator

from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.review.channels.delivery import qos_rule
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.sides.descriptions import ABSENT, field_json

_DEFAULTS = {"cleanSession": "false"}
"""The value of a field that is absent."""


def review_session(name: str, old: View, new: View) -> Iterator[Finding]:
    """Yield the fields of the binding of a server that differ."""
    one, other = mqtt_binding(old), mqtt_binding(new)
    keys = dict.fromkeys(key for view in (one, other) if view is not None for key, _ in view.node.members())
    for key in keys:
        was, is_ = _value(one, key), _value(other, key)
        if was == is_:
            continue
        node = (other.raw(key) if other is not None else None) or new.node
        if key == "lastWill":
            yield from _will(name, _last_will(one), _last_will(other), node)
        else:
            text = f"{key} of {name}: {was} became {is_}"
            yield Change(_rule(key, was, is_, one), text, node, detail=f"{name}:{key}").judged()


def _value(binding: View | None, key: str) -> str:
    value = field_json(binding, key)
    return _DEFAULTS.get(key, value) if value == ABSENT else value


def _rule(key: str, was: str, is_: str, old: View | None) -> str:
    match key:
        case "bindingVersion":
            return "text-changed"
        case "cleanSession":
            return "session-shortened" if is_ == "true" else "session-lengthened"
        case "sessionExpiryInterval":
            return "session-shortened" if _number(is_) < _number(was) else "session-lengthened"
        case "maximumPacketSize" if is_ != ABSENT and (was == ABSENT or _number(is_) < _number(was)):
            return "packet-size-lowered"
        # A session belongs to its client identifier (MQTT 5, section 3.1.3.1); a clean one keeps nothing.
        case "clientId" if was != ABSENT and field_json(old, "cleanSession") != "true":
            return "session-left"
        case _:
            return "server-option-changed"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _last_will(binding: View | None) -> View | None:
    return binding.object("lastWill") if binding is not None else None


def _will(name: str, old: View | None, new: View | None, node: Node) -> Iterator[Finding]:
    """Yield changes of the Last Will: it is a message, with QoS and retain as any other."""
    if old is None or new is None:
        rule, what = ("will-added", "new") if old is None else ("will-removed", "gone")
        yield Change(rule, f"the Last Will of {name} is {what}", node, detail=f"{name}:lastWill").judged()
        return
    for key, rule in _will_rules(old, new):
        text = f"{key} of the Last Will of {name}: {field_json(old, key)} became {field_json(new, key)}"
        yield Change(rule, text, node, detail=f"{name}:lastWill.{key}").judged()


def _will_rules(old: View, new: View) -> Iterator[tuple[str, str]]:
    if field_json(old, "topic") != field_json(new, "topic"):
        yield "topic", "will-topic-changed"
    if field_json(old, "message") != field_json(new, "message"):
        yield "message", "will-changed"
    retained = field_json(old, "retain") == "true", field_json(new, "retain") == "true"
    if retained[0] != retained[1]:
        yield "retain", "retain-on" if retained[1] else "retain-off"
    was, is_ = _number(field_json(old, "qos")), _number(field_json(new, "qos"))
    if was != is_:
        yield "qos", qos_rule(is_)
