"""Subscriptions that a broker excludes in CONNACK: refused before they are sent (MQTT 5, section 3.2.2.3)."""

from __future__ import annotations

from typing import Final

from topicwright.errors import SubscribeNotSupportedError
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.reason_codes import PACKET_TOO_LARGE, SHARED_NOT_SUPPORTED, WILDCARDS_NOT_SUPPORTED
from topicwright.mqtt.topic_filters import SHARE, strip_share

PACKET_OVERHEAD: Final = 16
"""Bytes of a SUBSCRIBE packet without its filters, rounded up."""
FILTER_OVERHEAD: Final = 3


def size_of(topic_filter: str) -> int:
    """Return the bytes of a filter in SUBSCRIBE (section 3.8.3)."""
    return len(topic_filter.encode()) + FILTER_OVERHEAD


def excluded(topic_filter: str, limits: Limits) -> SubscribeNotSupportedError | None:
    """Return the error for a filter that the broker excludes."""
    shared = topic_filter.startswith(SHARE)
    levels = (strip_share(topic_filter) if shared else topic_filter).split("/")
    if shared and not limits.shared:
        return SubscribeNotSupportedError(
            topic_filter, SHARED_NOT_SUPPORTED, limit="Shared Subscription Available 0", what="is a shared one"
        )
    if not limits.wildcards and ("+" in levels or "#" in levels):
        return SubscribeNotSupportedError(
            topic_filter, WILDCARDS_NOT_SUPPORTED, limit="Wildcard Subscription Available 0", what="has a wildcard"
        )
    largest = limits.maximum_packet_size
    if largest is not None and PACKET_OVERHEAD + size_of(topic_filter) > largest:
        return SubscribeNotSupportedError(
            topic_filter, PACKET_TOO_LARGE, limit=f"Maximum Packet Size {largest}", what="makes too large a packet"
        )
    return None
