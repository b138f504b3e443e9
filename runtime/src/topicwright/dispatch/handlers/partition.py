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


def apart(delivery: Incoming) -> Hashable:
    """Return the key where order does not count: a message stands for itself, and so does its duplicate."""
    return message_key(delivery.payload) or id(delivery)


def key_of(topic: Topic[Any, Any, Any], reader: EventReader[Any, Any, Any]) -> Key:
    """Return what tells the key of a topic's messages: its ``partition_key``, a parameter or a payload field."""
    name = topic.partition_key
    if name is None:
        return apart
    if name in reader.address.names:
        return lambda delivery: _parameter(reader, delivery, name)
    fields: dict[str, Any] = getattr(topic.model, "model_fields", {})
    attribute = next((field for field, info in fields.items() if name in (info.alias, field)), None)
    return apart if attribute is None else lambda delivery: _field(reader, delivery, attribute)


def _parameter(reader: EventReader[Any, Any, Any], delivery: Incoming, name: str) -> Hashable:
    params = reader.address.read(delivery.topic, {})
    return apart(delivery) if params is None else (name, getattr(params, name))


def _field(reader: EventReader[Any, Any, Any], delivery: Incoming, attribute: str) -> Hashable:
    try:
        return attribute, repr(getattr(reader.message(delivery).data, attribute))
    except (Unwanted, DecodeError):
        return apart(delivery)
