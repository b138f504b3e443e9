"""Topics that public conventions define: recognised by their form, and called by the names that they have there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from topicwright_codegen.infer.payloads.json_values import is_array, is_object


@dataclass(frozen=True, slots=True)
class Convention:
    """Topics of one form."""

    name: str
    """As its authors call it."""
    pattern: re.Pattern[str]
    address: Sequence[str]
    """The levels of the address: ``{name}`` for a parameter, ``*`` for the level as it is in the topic."""


def _of(name: str, pattern: str, address: str) -> Convention:
    return Convention(name, re.compile(pattern + r"\Z"), address.split("/"))


_HOME_ASSISTANT: Final = "Home Assistant MQTT discovery"
_SPARKPLUG: Final = "Sparkplug B: the payload is Protobuf"
CONVENTIONS: Final[tuple[Convention, ...]] = (
    _of(_HOME_ASSISTANT, r"[^/]+/[a-z_]+/[\w-]+/[\w-]+/config", "*/{component}/{node_id}/{object_id}/*"),
    _of(_HOME_ASSISTANT, r"[^/]+/[a-z_]+/[\w-]+/config", "*/{component}/{object_id}/*"),
    _of(_SPARKPLUG, r"spBv1\.0/[^/]+/N(?:BIRTH|DEATH|DATA|CMD)/[^/]+", "*/{group_id}/*/{edge_node_id}"),
    _of(
        _SPARKPLUG, r"spBv1\.0/[^/]+/D(?:BIRTH|DEATH|DATA|CMD)/[^/]+/[^/]+", "*/{group_id}/*/{edge_node_id}/{device_id}"
    ),
    _of("Sparkplug B: the state of a host application", r"spBv1\.0/STATE/[^/]+", "*/*/{host_id}"),
    _of("Tasmota", r"(?:tele|stat|cmnd)/[^/]+/[A-Z][A-Za-z]*[0-9]*", "*/{device}/*"),
    _of(
        "VDA 5050",
        r"[^/]+/v[0-9]+/[^/]+/[^/]+/(?:order|instantActions|state|visualization|connection|factsheet)",
        "*/*/{manufacturer}/{serial_number}/*",
    ),
)


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMPONENTS: Final = _split(
    """
    alarm_control_panel binary_sensor button camera climate cover device device_automation device_tracker event fan
    humidifier image lawn_mower light lock notify number scene select sensor siren switch tag text update vacuum valve
    water_heater
    """
)
"""The components of Home Assistant that are discovered over MQTT."""


def convention_of(levels: Sequence[str], topic: str) -> Convention | None:
    """Return the convention that a topic follows."""
    for convention in CONVENTIONS:
        if len(convention.address) == len(levels) and convention.pattern.match(topic):
            if convention.name == _HOME_ASSISTANT and levels[1] not in _COMPONENTS:
                continue
            return convention
    return None


ZIGBEE_BRIDGE: Final = frozenset(("state", "info", "devices", "groups", "logging", "definitions"))
"""Topics below ``BASE/bridge`` by which a Zigbee2MQTT is recognised; its devices are ``BASE/{friendly_name}``."""

_ROLES: Final = {
    "state_topic": "state_topic",
    "stat_t": "state_topic",
    "command_topic": "command_topic",
    "cmd_t": "command_topic",
    "availability_topic": "availability_topic",
    "avty_t": "availability_topic",
    "json_attributes_topic": "json_attributes_topic",
    "json_attr_t": "json_attributes_topic",
    "topic": "availability_topic",
    "t": "availability_topic",
}
"""The fields of a discovery message that name a topic, and their short forms."""


def topics_named(config: object) -> list[tuple[str, str]]:
    """Return the topics that a discovery message of Home Assistant names, each with its role."""
    if not is_object(config):
        return []
    base = config.get("~", "")
    found: list[tuple[str, str]] = []
    availability = config.get("availability", config.get("avty"))
    listed = [config, *(item for item in availability if is_object(item))] if is_array(availability) else [config]
    for fields in listed:
        for key, role in _ROLES.items():
            topic = fields.get(key)
            if isinstance(topic, str) and topic and len(topic) < 500:
                found.append((topic.replace("~", base, 1) if isinstance(base, str) and "~" in topic else topic, role))
    return found
