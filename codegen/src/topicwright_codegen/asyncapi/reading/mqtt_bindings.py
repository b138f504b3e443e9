"""MQTT bindings: delivery, and a warning for each field that has no effect."""

from __future__ import annotations

from collections.abc import Collection

from topicwright_codegen.asyncapi.model import Delivery, Located
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.values import Map

_OPERATION = frozenset(("qos", "retain", "messageExpiryInterval"))
_MESSAGE = frozenset(("contentType",))
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


def delivery(operation: View) -> Delivery:
    """Return the delivery that the mqtt binding of an operation declares."""
    mqtt = mqtt_binding(operation)
    if mqtt is None:
        return Delivery()
    report_unused_fields(mqtt, _OPERATION)
    qos, retain = _integer(mqtt, "qos"), mqtt.flag("retain")
    if qos is not None and qos.value not in (0, 1, 2):
        mqtt.source.diagnostics.error("TW214", f"QoS {qos.value} is not 0, 1 or 2", qos.node)
        qos = None
    raw = mqtt.raw("retain")
    expiry = _integer(mqtt, "messageExpiryInterval")
    return Delivery(qos, Located(retain, raw) if retain is not None and raw is not None else None, expiry)


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


def _integer(view: View, key: str) -> Located[int] | None:
    field_ = view.get(key)
    if field_ is not None and isinstance(field_.node.value, Map):
        view.source.diagnostics.warning("TW215", f"{key} as a schema is not supported", field_.node, "give a number")
        return None
    value = view.integer(key)
    return Located(value, field_.node) if field_ is not None and value is not None else None
