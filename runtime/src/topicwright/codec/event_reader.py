"""Reads the typed event of a handler from a received message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Cleared, Event, ReplyTo
from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import H, NoHeaders, P, T, Topic
from topicwright.codec.correlation import correlation_of
from topicwright.codec.decoder import Decoder
from topicwright.codec.envelope import peek
from topicwright.codec.error_reply import is_error
from topicwright.codec.headers import decode_headers
from topicwright.codec.message_choice import chooser_of, fits
from topicwright.errors import DecodeError
from topicwright.mqtt.message import EMPTY, Incoming
from topicwright.mqtt.topic_filters import LONGEST_REMEMBERED

MAX_TOPICS: Final = 10_000
"""At most this many topics with their parameters a reader remembers."""


class Unwanted(Exception):
    """The message is of an event type, or has parameters, that a handler does not accept."""


class Clearing(DecodeError):
    """An empty payload where the catalog has none: it clears a retained message (MQTT 5, section 3.3.1.3)."""

    def __init__(self, cleared: Cleared[Any], event_type: str) -> None:
        super().__init__(cleared.topic, event_type, ["the payload is empty"])
        self.cleared = cleared


class EventReader(Generic[T, P, H]):
    """Reads the events of one topic that match the given parameters."""

    __slots__ = (
        "_accepted",
        "_choose",
        "_decode",
        "_excludes",
        "_known",
        "_match",
        "_others",
        "_params",
        "_plain",
        "_type",
        "address",
        "topic",
    )

    def __init__(
        self,
        topic: Topic[T, P, H],
        decoder: Decoder[T],
        match: Mapping[str, object],
        *,
        again: bool = True,
        others: tuple[Topic[Any, Any, Any], ...] = (),
    ) -> None:
        """Take whether a message may be read ``again``: it is then the same event each time.

        ``others`` are topics whose messages come on the same address, and are none of this one.
        """
        self._others = others
        self.topic = topic
        self.address = address_of(topic)
        self._decode: Callable[[Incoming], Event[T, Any, Any]] = decoder.read if again else decoder.decode
        self._excludes = frozenset(topic.excludes) if topic.excludes else ()
        self._choose = chooser_of(topic)
        self._params = self.address.constant
        self._match = match
        self._known: dict[str, P] = {}
        self._type = topic.event_type
        self._accepted = (topic.event_type, *topic.former_types)
        tied = topic.correlation is not None or topic.correlation_header is not None
        self._plain = topic.wire != "none" and not tied and topic.headers is NoHeaders
        """Whether the envelope has everything, so that only the properties of requests are read."""

    def read(self, delivery: Incoming) -> Event[T, P, H]:
        """Return the event.

        Raises:
            Unwanted: it is of another type, or its parameters do not match.
            Clearing: its payload is empty, which clears what is retained on its topic.
            DecodeError: it does not match the catalog.
        """
        topic = delivery.topic
        if topic in self._excludes or (self._choose is not None and self._is_another(delivery)):
            raise Unwanted
        try:
            event = self._decode(delivery)
        except DecodeError:
            self._check_type(delivery)
            if not delivery.payload:
                self._check_clearing(delivery)
            raise
        params = self._params or self._known.get(topic) or self._parse(topic)
        if params is None or (event.type != self._type and event.type not in self._accepted):
            raise Unwanted
        fields = event.__dict__  # the frozen event is completed before it is used
        fields["type"], fields["topic"], fields["params"] = self._type, topic, params
        if delivery.qos:
            fields["qos"] = delivery.qos
        if delivery.retain:
            fields["retain"] = True
        properties = delivery.properties
        is_request = properties is not EMPTY and (
            properties.response_topic is not None or properties.correlation_data is not None
        )
        if is_request or not self._plain or not event.id:
            self._complete(event, delivery)
        return event

    def _is_another(self, delivery: Incoming) -> bool:
        """Return whether a message without an envelope is another one of its address."""
        chosen = self._choose(delivery) if self._choose is not None else None
        return chosen is not None and chosen is not self.topic

    def _check_clearing(self, delivery: Incoming) -> None:
        """Raise ``Clearing`` for a message that could not be decoded because it is empty, unless it is a request.

        A subscriber cannot tell by the RETAIN flag, which the broker does not pass on (section 3.3.1.3).
        """
        properties = delivery.properties
        if properties.response_topic is not None or properties.correlation_data is not None:
            return
        params = self._params or self._parse(delivery.topic)
        if params is None:
            raise Unwanted from None
        raise Clearing(Cleared(topic=delivery.topic, params=params), self._type) from None

    def _parse(self, topic: str) -> P | None:
        """Return the parameters in a topic, and remember them: they are immutable, and topics recur."""
        params = self.address.read(topic, self._match)
        if params is not None and len(topic) <= LONGEST_REMEMBERED:
            if len(self._known) >= MAX_TOPICS:
                self._known.clear()
            self._known[topic] = params
        return params

    def _complete(self, event: Event[T, P, H], delivery: Incoming) -> None:
        """Set the fields that come from the payload or the properties, which most messages do not have."""
        if is_error(self.topic, delivery):
            raise Unwanted  # only who asked can use it
        properties, fields = delivery.properties, event.__dict__
        correlation_id = correlation_of(self.topic, event, delivery)
        fields["id"] = correlation_id or event.id or new_id()
        fields["headers"] = decode_headers(self.topic, delivery.topic, properties.user)
        if properties.response_topic is not None or properties.correlation_data is not None:
            fields["reply"] = ReplyTo(correlation_id, properties.response_topic, properties.correlation_data)

    def message(self, delivery: Incoming) -> Event[T, P, H]:
        """Return the decoded event, which is not complete; the errors are those of ``read``."""
        try:
            return self._decode(delivery)
        except DecodeError:
            self._check_type(delivery)
            raise

    def _check_type(self, delivery: Incoming) -> None:
        """Raise ``Unwanted`` if a message that could not be decoded is of another type.

        Several events may share a topic or a former name: a message invalid as this type may be of another. And the
        failure of a responder is none: only who asked can use it.
        """
        if is_error(self.topic, delivery) or any(fits(other, delivery) for other in self._others):
            raise Unwanted from None
        peeks = self.topic.wire != "none" and not delivery.too_large
        kind = peek(delivery.payload).type if peeks else ""
        if kind and kind not in self._accepted:
            raise Unwanted from None
