"""Whether a message without an envelope, which no name tells apart, is one of another topic on the same address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from topicwright.catalog.topic import Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.headers import decode_headers
from topicwright.errors import DecodeError
from topicwright.mqtt.message import Incoming


def on_same_address(
    topic: Topic[Any, Any, Any], others: Iterable[Topic[Any, Any, Any]]
) -> tuple[Topic[Any, Any, Any], ...]:
    """Return the other topics on the address of ``topic`` whose messages have no envelope either."""
    if topic.wire != "none":
        return ()
    return tuple(
        other for other in others if other is not topic and other.wire == "none" and other.address == topic.address
    )


def fits(topic: Topic[Any, Any, Any], delivery: Incoming) -> bool:
    """Return whether a message is one of ``topic``."""
    try:
        Decoder(topic).decode(delivery)
        decode_headers(topic, delivery.topic, delivery.properties.user)
    except DecodeError:
        return False
    return True
