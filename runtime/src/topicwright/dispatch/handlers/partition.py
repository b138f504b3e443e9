"""The partition key: which messages must stay in order."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from topicwright.catalog.topic import Topic
from topicwright.codec.event_reader import EventReader, Unwanted
from topicwright.dispatch.dedupe.message_key import message_key
from topicwright.dispatch.handlers.queues import Key
from topicwright.errors import DecodeError
from topicwright.mqtt.message import Incoming


def own_key(incoming: Incoming) -> Hashable:
    """Return a key of the message's own, for handlers that need no order; a duplicate has the same key."""
    return id(incoming) if incoming.too_large else message_key(incoming.topic, incoming.payload) or id(incoming)


def key_of(topic: Topic[Any, Any, Any], reader: EventReader[Any, Any, Any]) -> Key:
    """Return the function that gives a message's key: the topic's ``partition_key``, a parameter or a payload field."""
    name = topic.partition_key
    if name is None:
        return own_key
    if name in reader.address.names:
        return lambda incoming: _parameter(reader, incoming, name)
    fields: dict[str, Any] = getattr(topic.model, "model_fields", {})
    attribute = next((field for field, info in fields.items() if name in (info.alias, field)), None)
    return own_key if attribute is None else lambda incoming: _field(reader, incoming, attribute)


def _parameter(reader: EventReader[Any, Any, Any], incoming: Incoming, name: str) -> Hashable:
    params = reader.address.read(incoming.topic, {})
    return own_key(incoming) if params is None else (name, getattr(params, name))


def _field(reader: EventReader[Any, Any, Any], incoming: Incoming, attribute: str) -> Hashable:
    try:
        return attribute, repr(getattr(reader.message(incoming).data, attribute))
    except (Unwanted, DecodeError):
        return own_key(incoming)
