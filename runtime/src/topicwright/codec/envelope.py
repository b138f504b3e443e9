"""The envelopes of a message: that of ``tars``, CloudEvents, and none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json
from topicwright.catalog.factories import new_id, now
from topicwright.catalog.json_schema import schema_of
from topicwright.catalog.model import RootModel
from topicwright.catalog.topic import T, Topic
from topicwright.codec.cloudevents import VERSION, check_source
from topicwright.codec.json_writer import dump
from topicwright.codec.loose_types import checker_of
from topicwright.codec.plain_text import is_text, text_of
from topicwright.errors import EncodeError


class Envelope(BaseModel):
    """The envelope of ``tars`` as a plain model, for code that builds or reads it by hand."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default_factory=new_id)
    """The message id; in a reply the id of its request."""
    type: str
    ts: float = Field(default_factory=now)
    """Unix seconds."""
    source: str = "router"
    data: dict[str, Any]

    @classmethod
    def new(
        cls,
        *,
        event_type: str,
        data: Mapping[str, Any] | BaseModel,
        correlate: str | None = None,
        source: str = "router",
    ) -> Self:
        """Build an envelope; ``correlate`` becomes its id."""
        fields = data.model_dump() if isinstance(data, BaseModel) else dict(data)
        return cls(id=correlate or new_id(), type=event_type, source=source, data=fields)


def seal(event_type: str, data: bytes, *, message_id: str, source: str, ts: float) -> bytes:
    """Return the envelope of ``tars`` around ``data``, which is JSON."""
    return _frame(event_type, source) % (_text(message_id), orjson.dumps(ts), data)


@lru_cache(1024)
def _frame(event_type: str, source: str) -> bytes:
    """Return a format of the envelopes of one event type, with ``%b`` for id, time and data."""
    kind, sender = (_text(value).replace(b"%", b"%%") for value in (event_type, source))
    return b'{"id":%%b,"type":%b,"ts":%%b,"source":%b,"data":%%b}' % (kind, sender)


def _text(value: str) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        raise _no_text(value) from None


def _no_text(value: str) -> EncodeError:
    return EncodeError(f"{value!r} cannot be written as JSON: it is not valid Unicode")


def _seal_cloudevent(event_type: str, data: bytes, *, message_id: str, source: str, ts: float) -> bytes:
    check_source(source)
    head = {
        "specversion": VERSION,
        "id": message_id,
        "type": event_type,
        "source": source,
        "time": datetime.fromtimestamp(ts, UTC),
        "datacontenttype": "application/json",
    }
    return b'%b,"data":%b}' % (orjson.dumps(head)[:-1], data)


def _wrong_type(model: type[Any], data: object, event_type: str) -> str:
    kind = type(data).__name__
    wrapped = f": write {model.__name__}({kind}(...))" if issubclass(model, RootModel) else ""
    return f"{event_type} takes {model.__name__}, not {kind}{wrapped}"


def encode(topic: Topic[T, Any, Any], data: T, *, message_id: str, source: str, ts: float) -> bytes:
    """Return the payload of one message of ``topic``.

    Raises:
        TypeError: ``data`` is not of the topic's type.
        EncodeError: it cannot be written as JSON, or violates its schema.
    """
    if not isinstance(data, topic.model):
        raise TypeError(_wrong_type(topic.model, data, topic.event_type))
    return _payload(topic, data, message_id=message_id, source=source, ts=ts)


def _payload(topic: Topic[T, Any, Any], data: T, *, message_id: str, source: str, ts: float) -> bytes:
    """Return the payload of data that are of the topic's type."""
    if isinstance(data, bytes):
        return data
    raw = dump(data)
    schema = schema_of(topic.model)
    problems = schema.problems(from_json(raw)) if schema is not None else []
    if problems:
        raise EncodeError(f"{topic.event_type} violates its schema: {'; '.join(problems)}")
    if topic.wire == "none":
        return text_of(raw) if is_text(topic) else raw
    wrap = seal if topic.wire == "tars" else _seal_cloudevent
    return wrap(topic.event_type, raw, message_id=message_id, source=source, ts=ts)


def encoder(topic: Topic[T, Any, Any], source: str) -> Callable[[T, str], bytes]:
    """Return a function that makes a payload of ``topic`` from data and message id, as ``encode`` does."""
    check = checker_of(topic)
    if check is not None:
        return lambda data, message_id: _payload(topic, check(data), message_id=message_id, source=source, ts=now())
    if topic.wire != "tars" or topic.model is bytes or schema_of(topic.model) is not None:
        return lambda data, message_id: encode(topic, data, message_id=message_id, source=source, ts=now())
    model, frame, to_json = topic.model, _frame(topic.event_type, source), orjson.dumps

    def write(data: T, message_id: str) -> bytes:
        if not isinstance(data, model):  # fast path of encode
            raise TypeError(_wrong_type(model, data, topic.event_type))
        try:
            return frame % (to_json(message_id), to_json(time()), dump(data))
        except orjson.JSONEncodeError:
            raise _no_text(message_id) from None

    return write


class Head(BaseModel):
    """The part of an envelope that identifies the event; the rest is skipped."""

    id: str = ""
    type: str = ""


def peek(payload: bytes) -> Head:
    """Return id and type of an enveloped payload, both empty if it is no envelope."""
    try:
        return Head.model_validate_json(payload, extra="ignore")
    except ValidationError:
        return Head()
