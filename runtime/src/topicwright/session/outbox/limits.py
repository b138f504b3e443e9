"""Messages that a broker would refuse, or that would lose their meaning: refused before they are sent."""

from __future__ import annotations

from typing import Final

from topicwright.errors import (
    EncodeError,
    NeedsMqtt5Error,
    PayloadTooLargeError,
    PublishError,
    PublishNotSupportedError,
)
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.reason_codes import QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED
from topicwright.transport.base import Connection

MAX_PACKET: Final = 268_435_455
"""The largest number in the length field of a packet (MQTT 5, section 1.5.5)."""
PACKET_OVERHEAD: Final = 32
"""Bytes allowed for the headers of a PUBLISH packet and of its properties."""
PROPERTY_OVERHEAD: Final = 5
LONGEST_TEXT: Final = 65_535
USUAL_SIZE: Final = 1 << 27
"""Payloads up to this size fit into any packet that has no user properties."""


def packet_size(message: Outgoing) -> int:
    """Return the size of a message as a PUBLISH packet, rounded up a little."""
    properties = message.properties
    texts = [message.topic, properties.content_type or "", properties.response_topic or ""]
    texts += [text for pair in properties.user for text in pair]
    size = len(message.payload) + len(properties.correlation_data or b"") + PACKET_OVERHEAD
    return size + sum(len(text.encode()) + PROPERTY_OVERHEAD for text in texts)


def refusal(message: Outgoing, connection: Connection) -> PublishError | EncodeError | None:
    """Return the error for a message that the connection cannot carry, or that its broker does not accept."""
    return (
        unsendable(message)
        or excluded(message, connection.limits)
        or too_large(message, connection)
        or not_carried(message, connection)
    )


def too_large(message: Outgoing, connection: Connection) -> PayloadTooLargeError | None:
    """Return the error for a message that is larger than the broker accepts."""
    limit = connection.limits.maximum_packet_size or MAX_PACKET
    if packet_size(message) <= limit:
        return None
    return PayloadTooLargeError(message.topic, len(message.payload), limit)


def excluded(message: Outgoing, limits: Limits) -> PublishNotSupportedError | None:
    """Return the error for a message whose QoS or RETAIN flag the broker excludes (section 3.2.2.3)."""
    if message.qos > limits.maximum_qos:
        limit, what = f"Maximum QoS {limits.maximum_qos}", f"has QoS {message.qos}"
        return PublishNotSupportedError(message.topic, QOS_NOT_SUPPORTED, limit=limit, what=what)
    if message.retain and not limits.retain:
        limit, what = "Retain Available 0", "is retained"
        return PublishNotSupportedError(message.topic, RETAIN_NOT_SUPPORTED, limit=limit, what=what)
    return None


def unsendable(message: Outgoing) -> EncodeError | None:
    """Return the error for a message with a text that no packet can hold (MQTT 5, section 1.5.4)."""
    properties = message.properties
    texts = [("content type", properties.content_type), ("response topic", properties.response_topic)]
    texts += [(f"user property {name[:100]!r}", max(name, value, key=len)) for name, value in properties.user]
    for what, text in texts:
        size = len((text or "").encode("utf-8", "surrogatepass"))
        if size > LONGEST_TEXT:
            return EncodeError(
                f"the {what} of a message on {message.topic!r} has {size} bytes; MQTT has {LONGEST_TEXT}"
            )
    return None


def not_carried(message: Outgoing, connection: Connection) -> NeedsMqtt5Error | None:
    """Return the error for a message that would lose its meaning over MQTT 3.1.1.

    Content type and expiry are omitted there without an error: the message can still be read.
    """
    properties = message.properties
    if connection.version == 5 or (properties.response_topic, properties.correlation_data, properties.user) == (
        None,
        None,
        (),
    ):
        return None
    what = "headers (user properties)" if properties.user else "a response topic or correlation data"
    return NeedsMqtt5Error(message.topic, what)
