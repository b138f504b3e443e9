"""What asking needs of one call and does not change from request to request."""

from __future__ import annotations

import math
from typing import Any, Final

from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import Call
from topicwright.codec.correlation import correlate
from topicwright.codec.message_writer import Writer
from topicwright.mqtt.message import Outgoing, Properties

MOST: Final = 64
"""For how many timeouts it is remembered what they mean."""
LONGEST: Final = 0xFFFFFFFF
"""Seconds that a message expiry interval can say, at most (MQTT 5, section 3.3.2.3.3)."""


class Asker:
    """Makes the requests of one call."""

    def __init__(self, call: Call[Any, Any, Any, Any], writer: Writer[Any], inbox: str) -> None:
        """Take the topic of the replies whose address only the asking client says."""
        self.call = call
        self.writer = writer
        self.listening = False
        """Whether the replies are subscribed to."""
        address = call.replies[0].address
        self._response_topic = inbox if address is None else None
        if address is not None and "{" not in address and writer.by_property:
            self._response_topic = address
        self._plain = writer.untied and not writer.by_property and self._response_topic is None
        """Whether the envelope says which reply belongs to which request, so that properties do not differ."""
        self._lasting: dict[float, Properties] = {}

    def message(self, data: Any, params: object, headers: object, timeout: float) -> tuple[Outgoing, str]:
        """Return a request that is worth nothing after ``timeout`` seconds, and its correlation id.

        Raises:
            TopicError, TypeError, EncodeError: see ``Writer``.
        """
        writer = self.writer
        if self._plain and headers is None:  # as most are, the short way
            correlation_id = new_id()
            properties = self._lasting.get(timeout) or self._last(timeout)
        else:
            data, correlation_id = correlate(self.call.request, data, None, headers, needed=True)
            properties = writer.properties(headers, correlation_id, self._response_topic, _lifetime(timeout))
        return writer.message(writer.name(params), data, correlation_id, properties), correlation_id

    def _last(self, timeout: float) -> Properties:
        if len(self._lasting) >= MOST:
            self._lasting.clear()
        properties = self._lasting[timeout] = self.writer.properties(None, None, None, _lifetime(timeout))
        return properties


def _lifetime(timeout: float) -> int | None:
    """Return the seconds for which a request is worth delivering: whole ones, and what MQTT can say."""
    return max(1, math.ceil(timeout)) if timeout <= LONGEST else None
