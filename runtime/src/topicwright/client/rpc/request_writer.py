"""Builds the requests of one call; constant parts are made once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

from topicwright.catalog.address import address_of
from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import Call
from topicwright.client.rpc.listening import Place
from topicwright.codec.correlation import correlate, text_at, with_text
from topicwright.codec.message_writer import Writer
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.mqtt.topic_filters import check_topic

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
        """Whether the topics of all replies are subscribed to, for as long as the client lives."""
        address = call.replies[0].address
        self._inbox = inbox
        names = {name for topic in call.replies if topic.address is not None for name in address_of(topic).names}
        self.varies = (
            call.reply_to is not None
            or call.reply_to_header is not None
            or not names.isdisjoint(address_of(call.request).names if call.request.address is not None else ())
        )
        """Whether the topic of the reply depends on the request."""
        self._response_topic = inbox if address is None else None
        if address is not None and "{" not in address and writer.by_property:
            self._response_topic = address
        literal = address is not None and "{" not in address
        self._stream_topic = address if call.until is not None and literal else None
        """Where the replies of a stream come, so that a responder of another call of this request can say it failed."""
        self._plain = writer.bare and not writer.by_property and self._response_topic is None and not self.varies
        """Whether the envelope has the correlation id, so that all requests have the same properties."""
        self._by_timeout: dict[float, Properties] = {}

    def message(
        self, data: Any, params: object, headers: object, timeout: float, *, version: int = 4
    ) -> tuple[Outgoing, str]:
        """Return a request that expires after ``timeout`` seconds, and its correlation id.

        With ``version`` 5 the request of a stream has a response topic.

        Raises:
            TopicError, TypeError, EncodeError: see ``Writer``.
            ValueError: ``timeout`` is not above 0.
        """
        writer = self.writer
        stream_topic = self._stream_topic if version == 5 else None
        if self._plain and headers is None and stream_topic is None:  # fast path of correlate
            correlation_id = new_id()
            properties = self._by_timeout.get(timeout) or self._add(timeout)
        else:
            data, correlation_id = correlate(self.call.request, data, None, headers, needed=True)
            if self.varies:
                data = self._with_reply_topic(data)
            properties = writer.properties(
                headers, correlation_id, self._response_topic or stream_topic, _lifetime(timeout)
            )
            if self.varies:
                properties = self._with_reply_header(properties)
        return writer.message(writer.name(params), data, correlation_id, properties), correlation_id

    def _with_reply_topic(self, data: Any) -> Any:
        """Return the payload with the topic of the reply in its field, where the caller gave none."""
        path = self.call.reply_to
        return data if path is None or text_at(data, path) else with_text(self.call.request, data, path, self._inbox)

    def _with_reply_header(self, properties: Properties) -> Properties:
        name = self.call.reply_to_header
        if name is None or dict(properties.user).get(name):
            return properties
        return replace(properties, user=(*(pair for pair in properties.user if pair[0] != name), (name, self._inbox)))

    def places(self, message: Outgoing, data: Any, params: object) -> list[Place]:
        """Return where the replies to a request are expected.

        Raises:
            TopicError: the caller gave a topic for the reply that is none.
        """
        given = address = None
        if self.call.reply_to is not None:
            given = text_at(data, self.call.reply_to)
        elif self.call.reply_to_header is not None:
            given = dict(message.properties.user).get(self.call.reply_to_header)
        places: list[Place] = []
        for topic in self.call.replies:
            if given or topic.address is None:
                places.append(Place(topic, check_topic(given or self._inbox)))
                continue
            address = address_of(topic)
            known = params if params is not None else self.call.request.params()
            match = {name: getattr(known, name) for name in address.names if hasattr(known, name)}
            places.append(Place(topic, address.filter(match)))
        return places

    def _add(self, timeout: float) -> Properties:
        if len(self._by_timeout) >= MAX_TIMEOUTS:
            self._by_timeout.clear()
        properties = self._by_timeout[timeout] = self.writer.properties(None, None, None, _lifetime(timeout))
        return properties


def _lifetime(timeout: float) -> int | None:
    """Return the message expiry interval of a request, in whole seconds; None where it is too long for MQTT.

    Raises:
        ValueError: nothing can be waited for so long.
    """
    if not timeout > 0:
        raise ValueError(f"the timeout of a request must be above 0 s, not {timeout!r}")
    return max(1, math.ceil(timeout)) if timeout <= MAX_EXPIRY else None
