"""Builds the requests of one call; constant parts are made once."""

from __future__ import annotations

import math
from typing import Any, Final

from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import Call
from topicwright.codec.correlation import correlate
from topicwright.codec.message_writer import Writer
from topicwright.mqtt.message import Outgoing, Properties

MAX_TIMEOUTS: Final = 64
"""At most this many timeouts have cached properties."""
MAX_EXPIRY: Final = 0xFFFFFFFF
"""The longest message expiry interval, in seconds (MQTT 5, section 3.3.2.3.3)."""


class RequestWriter:
    """Builds the requests of one call."""

    def __init__(self, call: Call[Any, Any, Any, Any], writer: Writer[Any], inbox: str) -> None:
        """Take the topic for replies whose address the requester chooses, its ``inbox``."""
        self.call = call
        self.writer = writer
        self.listening = False
        """Whether the replies are subscribed to."""
        address = call.replies[0].address
        self._response_topic = inbox if address is None else None
        if address is not None and "{" not in address and writer.by_property:
            self._response_topic = address
        self._plain = writer.bare and not writer.by_property and self._response_topic is None
        """Whether the envelope has the correlation id, so that all requests have the same properties."""
        self._by_timeout: dict[float, Properties] = {}

    def message(self, data: Any, params: object, headers: object, timeout: float) -> tuple[Outgoing, str]:
        """Return a request that expires after ``timeout`` seconds, and its correlation id.

        Raises:
            TopicError, TypeError, EncodeError: see ``Writer``.
        """
        writer = self.writer
        if self._plain and headers is None:  # fast path of correlate
            correlation_id = new_id()
            properties = self._by_timeout.get(timeout) or self._add(timeout)
        else:
            data, correlation_id = correlate(self.call.request, data, None, headers, needed=True)
            properties = writer.properties(headers, correlation_id, self._response_topic, _lifetime(timeout))
        return writer.message(writer.name(params), data, correlation_id, properties), correlation_id

    def _add(self, timeout: float) -> Properties:
        if len(self._by_timeout) >= MAX_TIMEOUTS:
            self._by_timeout.clear()
        properties = self._by_timeout[timeout] = self.writer.properties(None, None, None, _lifetime(timeout))
        return properties


def _lifetime(timeout: float) -> int | None:
    """Return the message expiry interval of a request, in whole seconds; None where it is too long for MQTT."""
    return max(1, math.ceil(timeout)) if timeout <= MAX_EXPIRY else None
