"""Server bindings: the settings, client ids and Last Wills that they request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from topicwright_codegen.asyncapi.model import Will
from topicwright_codegen.asyncapi.reading.mqtt_bindings import mqtt_binding, report_unused_fields
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Value
from topicwright_codegen.topic_filters import PLACEHOLDER, is_will_topic

if TYPE_CHECKING:
    from typing_extensions import TypeIs

MQTT = ("mqtt", "mqtts", "secure-mqtt", "mqtt5", "mqtt3")
"""Names of MQTT as the protocol of a server."""
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_SETTINGS: dict[str, tuple[str, Value]] = {
    "clientId": ("MQTT_CLIENT_ID", None),
    "keepAlive": ("MQTT_KEEPALIVE", 60),
    "sessionExpiryInterval": ("MQTT_SESSION_EXPIRY", 3600),
    "cleanSession": ("MQTT_SESSION_EXPIRY", False),
}
"""The client setting of each field of a server binding, and its default."""
_CLIENT = ("keepAlive", "sessionExpiryInterval", "cleanSession")
_DEFAULTS = {"keepalive": 60, "session_expiry": 3600}
_RANGES = {"keepAlive": (1, 3600), "sessionExpiryInterval": (0, 0xFFFFFFFF)}
"""The least and the most of a number in a server binding, as in the settings of the client."""
_HEALTH = "system/health/"


def check_servers(root: View) -> None:
    """Report server bindings, and a document in which no server speaks MQTT."""
    protocols: list[str] = []
    for _, _, server in root.entries("servers"):
        protocols.append(server.text("protocol") or "")
        _check_variables(server)
        mqtt = mqtt_binding(server)
        if mqtt is not None:
            report_unused_fields(mqtt, [key for key, node in mqtt.node.members() if _is_followed(key, node)])
            _check_values(mqtt)
    if protocols and not any(protocol.lower() in MQTT for protocol in protocols):
        message = f"no server speaks MQTT (but {', '.join(dict.fromkeys(protocols))}): addresses are used as topics"
        root.source.diagnostics.warning("TW218", message, root.raw("servers") or root.node)


def _check_values(mqtt: View) -> None:
    """Report the values of a server binding that a client cannot have, and parameters in the topic of its Last Will."""
    mqtt.text("clientId")
    mqtt.flag("cleanSession")
    for key, (least, most) in _RANGES.items():
        written = mqtt.raw(key)
        value = None if written is None or isinstance(written.value, Map) else mqtt.integer(key)
        if written is not None and isinstance(written.value, Map):
            mqtt.source.diagnostics.warning("TW215", f"{key} as a schema is not supported", written, "give a number")
        elif written is not None and value is not None and not least <= value <= most:
            _report_value(mqtt, key, written, f"from {least} to {most}")
    will = mqtt.object("lastWill")
    qos, topic = (will.get("qos"), will.get("topic")) if will else (None, None)
    if qos is not None and isinstance(qos.node.value, int) and qos.node.value not in (0, 1, 2):
        _report_value(mqtt, "qos", qos.node, "0, 1 or 2")
    if topic is not None and isinstance(topic.node.value, str) and _has_parameters(topic.node.value):
        text = f"the topic {topic.node.value!r} of this Last Will has parameters, and nothing has their values"
        mqtt.source.diagnostics.warning("TW240", f"{text}: the client has no Last Will", topic.node, "write them out")


def _report_value(mqtt: View, key: str, node: Node, hint: str) -> None:
    text = f"{key} {node.value!r} is not a value that a client can have: it is not used"
    mqtt.source.diagnostics.warning("TW239", text, node, hint)


def _has_parameters(topic: str) -> bool:
    """Return whether a Last Will is not used because of its braces; the client fills in those of its health."""
    return ("{" in topic or "}" in topic) and not topic.startswith(_HEALTH)


def _check_variables(server: View) -> None:
    """Report names in braces in the address of a server that are not among its variables."""
    variables = server.object("variables")
    known = {name for layer in variables.nodes for name, _ in layer.members()} if variables else set[str]()
    for key in ("url", "host", "pathname"):
        for name in _VARIABLE.findall(server.text(key) or ""):
            if name not in known:
                hint = f"describe it: variables: {{{name}: {{default: ...}}}}"
                message = f"server variable {name!r} is not described"
                server.source.diagnostics.warning("TW224", message, server.raw(key) or server.node, hint)


def client_settings(root: View) -> tuple[str, ...]:
    """Return the settings that the server bindings of a document request, except defaults."""
    settings: dict[str, None] = {}
    for _, _, server in root.entries("servers"):
        mqtt = mqtt_binding(server)
        for key, node in mqtt.node.members() if mqtt else ():
            name, default = _SETTINGS.get(key, ("", None))
            if name and node.value != default and isinstance(node.value, (str, int)):
                settings[f"{name}={0 if key == 'cleanSession' else node.value}"] = None
    return tuple(settings)


def requested_settings(root: View) -> tuple[tuple[str, int], ...]:
    """Return the settings on which all server bindings of a document agree: the defaults of its client."""
    requested: dict[str, set[int]] = {}
    for _, _, server in root.entries("servers"):
        mqtt = mqtt_binding(server)
        keep, expiry, clean = ((mqtt.node.get(key) if mqtt else None) for key in _CLIENT)
        if keep is not None and _is_in_range(keep.value, "keepAlive"):
            requested.setdefault("keepalive", set()).add(keep.value)
        # A client that starts clean keeps no session: for the runtime this is the same setting.
        if clean is not None and clean.value is True:
            requested.setdefault("session_expiry", set()).add(0)
        elif expiry is not None and _is_in_range(expiry.value, "sessionExpiryInterval"):
            requested.setdefault("session_expiry", set()).add(expiry.value)
    agreed = {name: values.pop() for name, values in requested.items() if len(values) == 1}
    return tuple((name, value) for name, value in agreed.items() if _DEFAULTS[name] != value)


def _is_in_range(value: Value, key: str) -> TypeIs[int]:
    least, most = _RANGES[key]
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def requested_will(root: View) -> Will | None:
    """Return the one Last Will that the servers of a document declare, where it is not the health of the client."""
    wills: set[Will] = set()
    for _, _, server in root.entries("servers"):
        mqtt = mqtt_binding(server)
        will = mqtt.object("lastWill") if mqtt else None
        topic = will.text("topic") if will else None
        if will is not None and topic and not topic.startswith(_HEALTH) and is_will_topic(topic):
            qos, retain = will.integer("qos") or 0, will.flag("retain") or False
            wills.add(
                Will(
                    topic,
                    will.text("message", "write the JSON as a text, in quotes") or "",
                    qos if qos in (0, 1, 2) else 0,
                    retain,
                )
            )
    return wills.pop() if len(wills) == 1 else None


def server_texts(root: View, *path: str) -> tuple[str, ...]:
    """Return each text that the mqtt bindings of the servers have at ``path``, such as ``lastWill``, ``topic``."""
    texts: dict[str, None] = {}
    for _, _, server in root.entries("servers"):
        mqtt = mqtt_binding(server)
        node = mqtt.node if mqtt else None
        for key in path:
            node = node.get(key) if node is not None else None
        if node is not None and isinstance(node.value, str) and node.value:
            texts[node.value] = None
    return tuple(texts)


def _is_followed(key: str, node: Node) -> bool:
    """Return whether a field of a server binding has an effect."""
    if key == "lastWill":
        topic = node.get("topic")
        text = topic.value if topic is not None and isinstance(topic.value, str) else ""
        return is_will_topic(PLACEHOLDER.sub("x", text)) or _has_parameters(text)
    return key in _SETTINGS
