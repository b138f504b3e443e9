"""From a delivery to the typed event that a handler gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from .address import address_of
from .delivery import Delivery, Unwanted
from .envelope import Decoder, Message, peek
from .errors import DecodeError
from .headers import decode_headers
from .model import new_id
from .rpc import correlation_of
from .topic import Event, NoHeaders, ReplyTo, Topic, make_event

T = TypeVar("T")
P = TypeVar("P")
H = TypeVar("H")


class EventReader(Generic[T, P, H]):
    """Reads the events of one topic, as far as they match the given parameters."""

    def __init__(self, topic: Topic[T, P, H], decoder: Decoder[T], match: Mapping[str, object]) -> None:
        self.topic = topic
        self.address = address_of(topic)
        self._decoder = decoder
        self._excludes = frozenset(topic.excludes)
        self._params = self.address.constant
        self._match = match
        self._accepted = {topic.event_type, *topic.former_types}
        self._no_headers: Any = NoHeaders() if topic.headers is NoHeaders else None

    def read(self, delivery: Delivery) -> Event[T, P, H]:
        """Return the event.

        Raises:
            Unwanted: it is of another type, or its parameters are others than asked for.
            DecodeError: it is not what the catalog says.
        """
        incoming = delivery.incoming
        if self._excludes and incoming.topic in self._excludes:
            raise Unwanted
        message = self.message(delivery)
        params = self._params or self.address.read(incoming.topic, self._match)
        if params is None or message.type not in self._accepted:
            raise Unwanted
        properties = incoming.properties
        correlation_id = correlation_of(self.topic, message, delivery)
        wants_reply = properties.response_topic is not None or properties.correlation_data is not None
        return make_event(
            id=correlation_id or message.id or new_id(),
            type=self.topic.event_type,
            source=message.source,
            ts=message.ts,
            topic=incoming.topic,
            params=params,
            headers=self._no_headers or decode_headers(self.topic, incoming.topic, properties.user),
            data=message.data,
            reply=ReplyTo(correlation_id, properties.response_topic) if wants_reply else None,
        )

    def message(self, delivery: Delivery) -> Message:
        """Return the decoded message, or raise as ``read`` does."""
        try:
            return delivery.read(self._decoder)
        except DecodeError:
            # Several events may share a topic, or a former name: what does not read as this one may be another.
            peeks = self.topic.wire != "none" and not delivery.too_large
            kind = peek(delivery.incoming.payload).type if peeks else ""
            if kind and kind not in self._accepted:
                raise Unwanted from None
            raise
