"""The wire forms of a message: the envelope of ``tars``, CloudEvents, and none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Annotated, Any, Final, Generic, Protocol, Self, TypeVar, cast

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from .dumping import dump
from .errors import DecodeError, EncodeError
from .model import FreeForm, RootModel, new_id, notes, now
from .topic import Topic

T = TypeVar("T")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Envelope(BaseModel):
    """The envelope of ``tars`` as a plain model, for code that builds or reads it by hand."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default_factory=new_id)
    """The message id, or the id of the message that this one answers."""
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


class Message(Protocol):
    """The fields of a received message before they become an ``Event``."""

    id: str
    type: str
    ts: float
    source: str
    data: Any


@dataclass(slots=True)
class _Read:
    """A message whose fields do not all come from one model."""

    id: str
    type: str
    ts: float
    source: str
    data: Any


class _TarsWire(BaseModel, Generic[T]):
    """What a tolerant reader needs of the envelope; hand-written peers leave some of it out."""

    id: str = Field(default_factory=new_id)
    type: str
    ts: Annotated[float, Field(allow_inf_nan=False)] = Field(default_factory=now)
    source: str = ""
    data: T


def _in_utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


class _CloudEventWire(BaseModel, Generic[T]):
    """A CloudEvents 1.0 event in structured JSON mode."""

    id: str
    type: str
    source: str
    time: Annotated[datetime, AfterValidator(_in_utc)] | None = None
    data: T


def seal(event_type: str, data: bytes, *, message_id: str, source: str, ts: float) -> bytes:
    """Return the envelope of ``tars`` around ``data``, which is JSON already."""
    return _frame(event_type, source) % (_text(message_id), orjson.dumps(ts), data)


@lru_cache(1024)
def _frame(event_type: str, source: str) -> bytes:
    """Return what all envelopes of one event have in common, with the places of the rest."""
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
    head = {
        "specversion": "1.0",
        "id": message_id,
        "type": event_type,
        "source": source,
        "time": datetime.fromtimestamp(ts, UTC),
        "datacontenttype": "application/json",
    }
    return b'%b,"data":%b}' % (orjson.dumps(head)[:-1], data)


def _not_taken(model: type[Any], data: object, event_type: str) -> str:
    given = type(data).__name__
    wrapped = f": write {model.__name__}({given}(...))" if issubclass(model, RootModel) else ""
    return f"{event_type} takes {model.__name__}, not {given}{wrapped}"


def encode(topic: Topic[T, Any, Any], data: T, *, message_id: str, source: str, ts: float) -> bytes:
    """Return the payload of one message of ``topic``.

    Raises:
        TypeError: ``data`` is not of the topic's type.
        EncodeError: it cannot be written as JSON.
    """
    if not isinstance(data, topic.model):
        raise TypeError(_not_taken(topic.model, data, topic.event_type))
    if isinstance(data, bytes):
        return data
    raw = dump(data)
    if topic.wire == "none":
        return raw
    wrap = seal if topic.wire == "tars" else _seal_cloudevent
    return wrap(topic.event_type, raw, message_id=message_id, source=source, ts=ts)


def encoder(topic: Topic[T, Any, Any], source: str) -> Callable[[T, str], bytes]:
    """Return what makes payloads of ``topic`` from data and message id, as ``encode`` does for one."""
    if topic.wire != "tars" or topic.model is bytes:
        return lambda data, message_id: encode(topic, data, message_id=message_id, source=source, ts=now())
    model, frame, number = topic.model, _frame(topic.event_type, source), orjson.dumps

    def write(data: T, message_id: str) -> bytes:
        if not isinstance(data, model):
            raise TypeError(_not_taken(model, data, topic.event_type))
        try:
            return frame % (number(message_id), number(time()), dump(data))
        except orjson.JSONEncodeError:
            raise _no_text(message_id) from None

    return write


def describe(error: ValidationError) -> list[str]:
    """Return the places and reasons of a validation error, without the values, which may be private."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return [f"{'.'.join(map(str, item['loc'])) or 'payload'}: {item['msg']}" for item in details]


class Decoder(Generic[T]):
    """Reads the messages of one topic in one pass, tolerating fields that it does not know."""

    def __init__(self, topic: Topic[T, Any, Any]) -> None:
        self.topic = topic
        self._read = self._reader(topic)

    def _reader(self, topic: Topic[T, Any, Any]) -> Callable[[bytes], Message]:
        if topic.model is bytes:
            return lambda payload: _Read("", topic.event_type, now(), "", payload)
        kind: Any = topic.model
        if topic.wire != "none":
            kind = (_TarsWire if topic.wire == "tars" else _CloudEventWire)[kind]
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        # At run time pydantic's ``extra`` overrules every model, so "ignore" would empty the open ones.
        schema = adapter.core_schema
        extra: Any = "allow" if _contains(schema, "extra_fields_behavior", "allow") else "ignore"
        silent = _holds_silent_any(schema)
        message, validate = _WIRES.get(topic.wire), adapter.validator.validate_json

        def read(payload: bytes) -> Message:
            free = FreeForm()
            value = validate(payload, extra=extra, context=free)
            if silent or free.seen:
                orjson.loads(payload)  # pydantic takes NaN, Infinity and 1e400 where a schema says nothing
            return value if message is None else message(topic, value)

        return read

    def decode(self, topic_name: str, payload: bytes) -> Message:
        """Return the message in ``payload``.

        Raises:
            DecodeError: it is not what the catalog says.
        """
        try:
            return self._read(payload)
        except ValidationError as error:
            problems = describe(error)
        except ValueError as error:
            problems = [f"not JSON: {error}"]
        raise DecodeError(topic_name, self.topic.event_type, problems)


def _of_cloudevent(topic: Topic[Any, Any, Any], value: Any) -> Message:
    ts = now() if value.time is None else (value.time - EPOCH).total_seconds()
    return _Read(value.id, value.type, ts, value.source, value.data)


def _of_bare(topic: Topic[Any, Any, Any], value: Any) -> Message:
    return _Read("", topic.event_type, now(), "", value)


# The envelope of ``tars`` has all fields of a message itself.
_WIRES: Final[Mapping[str, Callable[[Topic[Any, Any, Any], Any], Message]]] = {
    "cloudevents": _of_cloudevent,
    "none": _of_bare,
}


def _holds_silent_any(schema: object) -> bool:
    """Return whether a value of any kind may come in without a word: in a model that is not of ours."""
    if isinstance(schema, Mapping):
        node = cast("Mapping[str, object]", schema)
        return not notes(node) and (node.get("type") == "any" or any(map(_holds_silent_any, node.values())))
    return isinstance(schema, (list, tuple)) and any(map(_holds_silent_any, cast("Sequence[object]", schema)))


def _contains(schema: object, key: str, value: str) -> bool:
    if isinstance(schema, Mapping):
        items = cast("Mapping[str, object]", schema)
        return items.get(key) == value or any(_contains(item, key, value) for item in items.values())
    if isinstance(schema, (list, tuple)):
        return any(_contains(item, key, value) for item in cast("Sequence[object]", schema))
    return False


class Head(BaseModel):
    """The part of an enveloped message that tells which event it is; everything else is skipped."""

    id: str = ""
    type: str = ""


def peek(payload: bytes) -> Head:
    """Return id and type of an enveloped payload, both empty where it is no envelope."""
    try:
        return Head.model_validate_json(payload, extra="ignore")
    except ValidationError:
        return Head()
