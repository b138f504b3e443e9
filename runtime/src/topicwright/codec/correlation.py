"""The correlation id: reading it from a message, and putting it into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from topicwright.catalog.event import Event
from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import Topic
from topicwright.codec.headers import encode_headers
from topicwright.errors import EncodeError
from topicwright.mqtt.message import Incoming


def correlation_of(topic: Topic[Any, Any, Any], message: Event[Any, Any, Any], delivery: Incoming) -> str:
    """Return the correlation id: a payload field, a header, the envelope's id or MQTT 5 correlation data."""
    properties = delivery.properties
    if topic.correlation is not None:
        return str(_field(message.data, topic.correlation) or "")
    if topic.correlation_header is not None:
        header = dict(properties.user).get(topic.correlation_header)
        if header is not None:
            return header
    if topic.wire != "none":
        return message.id
    return (properties.correlation_data or b"").decode("utf-8", "backslashreplace")


def correlate(
    topic: Topic[Any, Any, Any],
    data: Any,
    correlation_id: str | None,
    headers: object = None,
    *,
    needed: bool = False,
) -> tuple[Any, str]:
    """Return the correlation id, and ``data`` with the id in its payload field, if the topic has one.

    A request that already has an id keeps it. If the inner model that contains the field is absent, the id is omitted,
    unless it is given or ``needed``.

    Raises:
        EncodeError: the inner model is absent, and the id is given or needed.
    """
    if topic.correlation is None:
        own = dict(encode_headers(headers)).get(topic.correlation_header) if topic.correlation_header else None
        return data, correlation_id or own or new_id()
    value = _field(data, topic.correlation)
    chosen = correlation_id or (str(value) if value else new_id())
    if value == chosen:
        return data, chosen
    path = topic.correlation.split(".")
    if _field(data, ".".join(path[:-1])) is None:
        if needed or correlation_id is not None:
            raise EncodeError(f"{topic.event_type} has no {'.'.join(path[:-1])!r} to put the correlation id into")
        return data, chosen
    return _with_field(data, path, chosen), chosen


def _field(data: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        data = getattr(data, name, None)
    return data


def _with_field(data: Any, path: Sequence[str], value: str) -> Any:
    """Return a copy of a model with a field set, copying the models around it."""
    name, *rest = path
    return data.model_copy(update={name: _with_field(getattr(data, name), rest, value) if rest else value})
