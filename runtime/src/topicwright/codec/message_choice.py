"""Which of the messages of one address a message without an envelope is: the one that its payload and headers fit.

AsyncAPI 3.0, channel object: a message is valid against one, and only one, of the messages of its channel. Where a
payload fits several schemas all the same, it is the message that names most of its fields; of equals the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from topicwright.catalog.topic import Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.headers import decode_headers
from topicwright.errors import DecodeError
from topicwright.mqtt.message import Incoming

AnyTopic = Topic[Any, Any, Any]
Chooses = Callable[[Incoming], AnyTopic | None]


def chooser_of(topic: AnyTopic) -> Chooses | None:
    """Return what finds out which message of a topic's address a delivery is; None where there is no other one.

    It returns None for a delivery that fits none: it is invalid, for the first handler that reads it.
    """
    if topic.beside is None or topic.wire != "none":
        return None
    choice: list[_Choice] = []  # made with the first message: the topics beside it are defined after it

    def choose(delivery: Incoming) -> AnyTopic | None:
        if not choice:
            assert topic.beside is not None
            choice.append(_Choice(topic.beside()))
        return choice[0].of(delivery)

    return choose


class _Choice:
    """The messages of one address, in the order of the catalog."""

    def __init__(self, topics: Sequence[AnyTopic]) -> None:
        self._topics = tuple(topics)
        self._decoders = [Decoder(topic) for topic in self._topics]

    def of(self, delivery: Incoming) -> AnyTopic | None:
        """Return the message that a delivery is; None where it fits none. Handlers of one address share the answer."""
        if delivery.choice is None or delivery.choice[0] is not self._topics[0]:
            delivery.choice = self._topics[0], self._chosen(delivery)
        chosen: AnyTopic | None = delivery.choice[1]
        return chosen

    def _chosen(self, delivery: Incoming) -> AnyTopic | None:
        best: tuple[int, AnyTopic] | None = None
        stated = delivery.properties.content_type
        if all(stated != topic.content_type for topic in self._topics):
            stated = None  # it tells them not apart
        for topic, decoder in zip(self._topics, self._decoders, strict=True):
            if stated is not None and stated != topic.content_type:
                continue
            fields = _fields_of(decoder, delivery)
            if fields is not None and (best is None or fields > best[0]):
                best = fields, topic
        return None if best is None else best[1]


def fits(topic: AnyTopic, delivery: Incoming) -> bool:
    """Return whether a message is one of ``topic``."""
    return _fields_of(Decoder(topic), delivery) is not None


def on_same_address(topic: AnyTopic, others: Iterable[AnyTopic]) -> tuple[AnyTopic, ...]:
    """Return the other topics on the address of ``topic`` whose messages have no envelope either."""
    if topic.wire != "none":
        return ()
    return tuple(
        other for other in others if other is not topic and other.wire == "none" and other.address == topic.address
    )


def _fields_of(decoder: Decoder[Any], delivery: Incoming) -> int | None:
    """Return how many fields of a message its class names; None where it is no message of the decoder's topic."""
    try:
        data = decoder.decode(delivery).data
        decode_headers(decoder.topic, delivery.topic, delivery.properties.user)
    except DecodeError:
        return None
    return _fields_named(data)


def _fields_named(data: Any) -> int:
    """Return how many fields of a payload its class names; -1 for a payload that is no JSON."""
    if isinstance(data, bytes):
        return -1
    inner = getattr(data, "root", data)
    if not isinstance(inner, BaseModel):
        return 0
    return len(inner.model_fields_set & type(inner).model_fields.keys())
