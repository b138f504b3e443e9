"""What MQTT 5 forbids a broker and paho lets pass: found before paho handles a packet."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.exception import MalformedPacket, MQTTException
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.reason_codes import (
    MALFORMED,
    PACKET_TOO_LARGE,
    PROTOCOL_ERROR,
    TOPIC_ALIAS_INVALID,
    TOPIC_NAME_INVALID,
)
from topicwright.mqtt.topic_filters import deliverable, shown

log = logging.getLogger("topicwright")

Violated = Callable[[str, int], None]
"""Takes what the broker did, and the reason code that tells it so."""
FROM_CLIENTS: Final = {0x10: "CONNECT", 0x80: "SUBSCRIBE", 0xA0: "UNSUBSCRIBE", 0xC0: "PINGREQ", 0xF0: "AUTH"}
"""Packets that a broker may not send, at least not to a client that has not asked."""
LONGEST_HEADER: Final = 5
OF_DECODERS: Final = (MalformedPacket, MQTTException, ValueError, LookupError, AssertionError, struct.error)
"""What paho's decoders raise for a packet that is no MQTT."""


class Rules:
    """Looks at each packet that a paho client has read, and has it handled where it is allowed."""

    def __init__(self, client: paho.Client, largest: int | None, violated: Violated) -> None:
        """Take the Maximum Packet Size that CONNECT states, and what ends the connection."""
        self._paho: Any = client
        self._largest = largest
        self._violated = violated
        self.over = False
        """Whether a rule was broken: nothing is handled any more."""
        self._connected = False
        self._handle = self._paho._packet_handle
        vars(client)["_packet_handle"] = self._check_and_handle

    def is_too_large(self) -> bool:
        """Return whether the packet that is being read exceeds what CONNECT allows; it ends the connection."""
        if self._largest is None or self._paho._in_packet["remaining_length"] + LONGEST_HEADER <= self._largest:
            return False
        self._violated(f"sent a packet above the {self._largest} bytes that CONNECT allows", PACKET_TOO_LARGE)
        return True

    def _check_and_handle(self) -> int:
        read = self._paho._in_packet
        if self.over or self.is_too_large():
            return paho.MQTT_ERR_PROTOCOL
        problem = self._problem(read["command"], bytes(read["packet"][:2]))
        if problem is None and read["command"] & 0xF6 in {0x32, 0x34}:
            problem = _of_publish(read["packet"])
        if problem is not None:
            self._violated(problem, PROTOCOL_ERROR)
            return paho.MQTT_ERR_PROTOCOL
        cause = ""
        try:
            result = int(self._handle())
        except Exception as error:  # paho's decoders raise nearly anything
            result, cause = paho.MQTT_ERR_PROTOCOL, f" ({type(error).__name__})"
            if not isinstance(error, OF_DECODERS):
                log.exception("a packet could not be handled")
        if result == paho.MQTT_ERR_PROTOCOL and read["command"] & 0xF0 != paho.CONNACK:
            self._violated(f"sent a packet that is not MQTT{cause}", MALFORMED)
        elif cause:
            self._violated(f"sent a CONNACK that is not MQTT{cause}", MALFORMED)
        return result

    def _problem(self, command: int, start: bytes) -> str | None:
        kind = command & 0xF0
        if kind == paho.CONNACK:
            second, self._connected = self._connected, True
            if start[:1] > b"\x01":  # section 3.2.2.1
                return "sent a CONNACK with reserved flags"
            return "sent a second CONNACK" if second else None
        if not self._connected:  # section 3.2
            return "sent another packet before CONNACK"
        if kind in FROM_CLIENTS:
            return f"sent a {FROM_CLIENTS[kind]}"
        if kind not in {paho.PUBACK, paho.PUBREC, paho.PUBCOMP}:
            return None
        message = self._paho._out_messages.get(int.from_bytes(start, "big"))
        if message is None:
            return None
        if kind == paho.PUBACK:
            return "sent a PUBACK for a message of QoS 2" if message.qos == 2 else None
        if kind == paho.PUBREC:
            return "sent a PUBREC for a message of QoS 1" if message.qos == 1 else None
        return "sent a PUBCOMP without a PUBREC" if message.state != paho.mqtt_ms_wait_for_pubcomp else None


def _of_publish(packet: bytearray) -> str | None:
    """Return what is wrong with the packet id of a PUBLISH of QoS 1 or 2 (section 2.2.1)."""
    at = 2 + int.from_bytes(packet[:2], "big")
    return "sent a PUBLISH with packet id 0" if bytes(packet[at : at + 2]) == b"\0\0" else None


def excluded_message(message: Incoming, alias: int | None) -> tuple[str, int] | None:
    """Return what is wrong with the topic of a PUBLISH, and the reason code for it (section 3.3.2.1)."""
    if not deliverable(message.topic):
        reason = MALFORMED if "\0" in message.topic else TOPIC_NAME_INVALID
        return f"sent a message on {shown(message.topic)}, which is no topic", reason
    if alias is not None:
        return "sent a topic alias, which was not granted", TOPIC_ALIAS_INVALID
    return None


def excluded_properties(message: Incoming, payload_format: int) -> tuple[str, int] | None:
    """Return what is wrong with what another client chose, and the reason code for it (section 3.3.2.3)."""
    if payload_format > 1:
        return "sent a payload format that is neither 0 nor 1", PROTOCOL_ERROR
    response = message.properties.response_topic
    if response is not None and not deliverable(response):
        return f"sent a response topic that is none, {shown(response)}", PROTOCOL_ERROR
    return None


def limits_of(properties: Any) -> Limits:
    """Return the limits that the properties of a CONNACK state."""
    return Limits(
        maximum_qos=getattr(properties, "MaximumQoS", 2),
        retain=bool(getattr(properties, "RetainAvailable", 1)),
        maximum_packet_size=getattr(properties, "MaximumPacketSize", None),
        session_expiry=getattr(properties, "SessionExpiryInterval", None),
        wildcards=bool(getattr(properties, "WildcardSubscriptionAvailable", 1)),
        identifiers=bool(getattr(properties, "SubscriptionIdentifierAvailable", 1)),
        shared=bool(getattr(properties, "SharedSubscriptionAvailable", 1)),
    )
