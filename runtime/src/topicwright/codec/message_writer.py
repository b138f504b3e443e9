"""Encodes the messages of one topic; constant parts are made once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Generic

from topicwright.catalog.address import address_of
from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import NoHeaders, T, Topic
from topicwright.codec.correlation import correlate, data_of_text
from topicwright.codec.envelope import encoder
from topicwright.codec.headers import encode_headers
from topicwright.mqtt.message import EMPTY, Outgoing, Properties, Window
from topicwright.telemetry.stats import Stats, TopicStats

JSON: Final = "application/json"
CLOUDEVENTS: Final = "application/cloudevents+json"
MAX_WRITERS: Final = 4096
"""At most this many topics, or lifetimes of one topic, are remembered, for programs that create them as they run."""


class Writer(Generic[T]):
    """Makes the messages of one topic."""

    def __init__(self, topic: Topic[T, Any, Any], source: str, stats: Stats) -> None:
        self.topic = topic
        self.qos, self.retain = topic.qos, topic.retain
        self._stats = stats
        self.counted: TopicStats | None = None
        """The counters of its messages, once the first is counted."""
        self.by_property = topic.wire == "none" and topic.correlation is None and topic.correlation_header is None
        """Whether the correlation id is MQTT 5 correlation data."""
        self.window = None if topic.replay_window is None else Window(topic.replay_window, topic.address or "")
        """The replay window of the topic; None for that of the client's settings."""
        self._encode = encoder(topic, source)
        self.fixed = topic.address is not None and not address_of(topic).names
        """Whether the address has no parameters."""
        self._name: str | None = None
        """The topic of all its messages if the address has no parameters, once the first is published."""
        self.untied = topic.correlation is None and topic.correlation_header is None
        """Whether neither the payload nor a header has a place for a correlation id."""
        self.bare = self.untied and topic.headers is NoHeaders
        """Whether, moreover, it has no headers."""
        content_type = CLOUDEVENTS if topic.wire == "cloudevents" else topic.content_type
        self._common = EMPTY
        self._by_lifetime: dict[int, Properties] = {}
        if content_type != JSON or topic.expiry is not None:
            self._common = Properties(content_type=None if content_type == JSON else content_type, expiry=topic.expiry)

    def _expiring(self, lifetime: int | None) -> Properties:
        """Return the common properties, for a message that expires after ``lifetime`` seconds at the latest."""
        expiry = self.topic.expiry
        if lifetime is None or (expiry is not None and expiry <= lifetime):
            return self._common
        if lifetime not in self._by_lifetime:
            if len(self._by_lifetime) >= MAX_WRITERS:
                self._by_lifetime.clear()
            self._by_lifetime[lifetime] = replace(self._common, expiry=lifetime)
        return self._by_lifetime[lifetime]

    def name(self, params: object) -> str:
        """Return the topic to publish to; ``params`` None means the default parameters.

        Raises:
            TopicError: a parameter is invalid in a topic, or the catalog has no address.
        """
        if self._name is not None:
            return self._name
        address = address_of(self.topic)
        if self.fixed:
            self._name = address.topic(params)
            return self._name
        return address.topic(self._default_params() if params is None else params)

    def _default_params(self) -> Any:
        """Return parameters that all have defaults; None where one has none."""
        try:
            return self.topic.params()
        except (TypeError, ValueError):
            return None

    def properties(
        self,
        headers: object,
        correlation_id: str | None,
        response_topic: str | None = None,
        lifetime: int | None = None,
    ) -> Properties:
        """Return the properties of one message, which expires after ``lifetime`` seconds at the latest.

        Raises:
            TypeError, EncodeError: see ``encode_headers``.
        """
        common = self._expiring(lifetime)
        data = data_of_text(correlation_id) if self.by_property and correlation_id else None
        user = () if self.bare and headers is None else encode_headers(self.topic, headers, correlation_id)
        if data is None and response_topic is None and not user:
            return common
        return replace(common, response_topic=response_topic, correlation_data=data, user=user)

    def prepare(
        self, data: T, params: object, headers: object, correlation_id: str | None
    ) -> tuple[str, bytes, Properties, str]:
        """Return topic, payload, properties and id of the message to publish; see ``TypedClient.publish``.

        Raises:
            TopicError, TypeError, EncodeError: see ``name``, ``correlate``, ``properties`` and ``encode``.
        """
        if self.bare and headers is None and correlation_id is None:  # fast path of correlate
            message_id = new_id()
            return self._name or self.name(params), self._encode(data, message_id), self._common, message_id
        data, message_id = correlate(self.topic, data, correlation_id, headers)
        properties = self.properties(headers, correlation_id and message_id)
        return self.name(params), self._encode(data, message_id), properties, message_id

    def counts(self, name: str) -> TopicStats:
        """Return the counters of messages to a topic."""
        counts = self.counted
        if counts is None:
            counts = self._stats.sent_to(self.topic.address or name)
            if self.topic.address is not None:
                self.counted = counts
        return counts

    def message(self, name: str, data: T, message_id: str, properties: Properties) -> Outgoing:
        """Return the message to publish.

        Raises:
            TypeError, EncodeError: see ``encode``.
        """
        payload = self._encode(data, message_id)
        return Outgoing(name, payload, self.topic.qos, self.topic.retain, properties, self.window)


class Writers:
    """The writers of the topics that were published to."""

    def __init__(self, source: str, stats: Stats) -> None:
        self._source = source
        self._stats = stats
        # By identity, since a topic's hash is that of all its fields. A writer keeps its topic, so ids are unique.
        self.by_id: dict[int, Writer[Any]] = {}

    def of(self, topic: Topic[T, Any, Any]) -> Writer[T]:
        """Return the writer of a topic."""
        writer = self.by_id.get(id(topic))
        if writer is None:
            if len(self.by_id) >= MAX_WRITERS:
                self.by_id.clear()
            writer = self.by_id[id(topic)] = Writer(topic, self._source, self._stats)
        return writer
