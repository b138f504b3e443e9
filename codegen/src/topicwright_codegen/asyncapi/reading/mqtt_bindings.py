"""MQTT bindings and ``x-mqtt``: delivery, and a warning for each field that has no effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from topicwright_codegen.asyncapi.model import Delivery, Located, Message
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.values import Map

V = TypeVar("V", bool, int)
KEY: Final = "x-mqtt"
FIELDS: Final = ("qos", "retain", "expiry")
"""The fields of ``x-mqtt``."""
_INSTEAD = {"messageExpiryInterval": "write expiry", "bindingVersion": "leave it out"}
_OPERATION = frozenset(("qos", "retain", "messageExpiryInterval"))
_MESSAGE = frozenset(("contentType",))
MOST_SECONDS: Final = 0xFFFFFFFF
"""The longest expiry (MQTT 5, section 3.3.2.3.3)."""
_WHY = {
    "maximumPacketSize": "MQTT_MAX_PAYLOAD limits what a client sends",
    "lastWill": "its topic cannot be published to",
    "qos": "it belongs to the binding of an operation",
    "retain": "it belongs to the binding of an operation",
    "messageExpiryInterval": "it belongs to the binding of an operation",
    "responseTopic": "the channel of an operation's reply declares it",
    "correlationData": "the client generates it, or correlationId.location declares its place",
    "payloadFormatIndicator": "the content type implies it",
}


def mqtt_binding(view: View) -> View | None:
    """Return the mqtt binding of an object, if it has one."""
    bindings = view.object("bindings")
    return bindings.object("mqtt") if bindings else None


def delivery(operation: View, messages: Sequence[Message]) -> Delivery:
    """Return the delivery of an operation: by its mqtt binding, by ``x-mqtt``, and what its messages declare alike."""
    mqtt, own = mqtt_binding(operation), declared_delivery(operation)
    if mqtt is not None:
        report_unused_fields(mqtt, _OPERATION)
        own = _delivery(mqtt, "messageExpiryInterval").over(own)
    return own.over(_common([message.delivery for message in messages]))


def declared_delivery(view: View) -> Delivery:
    """Return the delivery that ``x-mqtt`` of a channel, a message or an operation declares."""
    mqtt = view.object(KEY)
    if mqtt is None:
        return Delivery()
    for layer in mqtt.nodes:
        for key, node in layer.members():
            if key not in FIELDS and key != "$ref" and not key.startswith("x-"):
                hint = _INSTEAD.get(key) or did_you_mean(key, FIELDS, "it has " + ", ".join(FIELDS))
                mqtt.source.diagnostics.error("TW202", f"unknown field {key!r} in {KEY}", node, hint)
    return _delivery(mqtt, "expiry")


def with_delivery(message: Message, channel: View) -> Message:
    """Return a message with what its channel declares, where it does not say so itself."""
    return replace(message, delivery=message.delivery.over(declared_delivery(channel)))


def _delivery(mqtt: View, expiry: str) -> Delivery:
    qos, retain = _integer(mqtt, "qos"), mqtt.flag("retain")
    if qos is not None and qos.value not in (0, 1, 2):
        mqtt.source.diagnostics.error("TW214", f"QoS {qos.value} is not 0, 1 or 2", qos.node)
        qos = None
    raw = mqtt.raw("retain")
    located = Located(retain, raw) if retain is not None and raw is not None else None
    return Delivery(qos, located, _expiry(mqtt, expiry))


def _common(declared: Sequence[Delivery]) -> Delivery:
    """Return what all messages declare alike."""
    if not declared:
        return Delivery()
    first, *others = declared
    return Delivery(
        first.qos if all(_same(first.qos, other.qos) for other in others) else None,
        first.retain if all(_same(first.retain, other.retain) for other in others) else None,
        first.expiry if all(_same(first.expiry, other.expiry) for other in others) else None,
    )


def _same(one: Located[V] | None, other: Located[V] | None) -> bool:
    return (None if one is None else one.value) == (None if other is None else other.value)


def bound_content_type(message: View) -> str | None:
    """Return the content type that the mqtt binding of a message declares."""
    mqtt = mqtt_binding(message)
    if mqtt is None:
        return None
    report_unused_fields(mqtt, _MESSAGE)
    return mqtt.text("contentType")


def check_channel(channel: View) -> None:
    """Report the fields in the mqtt binding of a channel: the specification defines none."""
    mqtt = mqtt_binding(channel)
    if mqtt is not None:
        report_unused_fields(mqtt, ())


def report_unused_fields(mqtt: View, done: Collection[str]) -> None:
    """Report each field of a binding that has no effect."""
    for layer in mqtt.nodes:
        for key, node in layer.members():
            if key in done or key == "bindingVersion" or key.startswith("x-"):
                continue
            why = _WHY.get(key, "the mqtt binding has no such field")
            mqtt.source.diagnostics.warning("TW217", f"{key!r} of this mqtt binding is not used: {why}", node)


def _expiry(mqtt: View, key: str) -> Located[int] | None:
    """Return the message expiry, if MQTT has such a one (MQTT 5, section 3.3.2.3.3)."""
    found = _integer(mqtt, key)
    if found is None or 0 <= found.value <= MOST_SECONDS:
        return found
    text = f"{key} {found.value} is not a value that a message can have: it is not used"
    mqtt.source.diagnostics.warning("TW239", text, found.node, f"from 0 to {MOST_SECONDS}")
    return None


def _integer(view: View, key: str) -> Located[int] | None:
    field_ = view.get(key)
    if field_ is not None and isinstance(field_.node.value, Map):
        view.source.diagnostics.warning("TW215", f"{key} as a schema is not supported", field_.node, "give a number")
        return None
    value = view.integer(key)
    return Located(value, field_.node) if field_ is not None and value is not None else None
