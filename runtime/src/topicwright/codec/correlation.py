"""The correlation id: reading it from a message, and putting it into one.

It is the text by which a reply is matched with its request. A payload field or a header has it in its own type.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeGuard, cast, get_args

import orjson
from pydantic import BaseModel
from topicwright.catalog.event import Event
from topicwright.catalog.factories import new_id
from topicwright.catalog.topic import NoHeaders, Topic
from topicwright.codec.field_text import IdField, id_field
from topicwright.codec.headers import encode_headers, header_fields
from topicwright.errors import EncodeError
from topicwright.mqtt.message import Incoming

ESCAPE: Final = re.compile(rb"\\x(5c|[89a-f][0-9a-f])")


def text_of_data(data: bytes) -> str:
    r"""Return the text of MQTT 5 correlation data, which are bytes: other bytes have another text.

    Bytes that are no UTF-8 are written ``\x9f``, and then a backslash ``\x5c``.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")
    return data.replace(b"\\", b"\\x5c").decode() if "\\x" in text and ESCAPE.search(data) else text


def data_of_text(text: str) -> bytes:
    """Return the MQTT 5 correlation data that have this text."""
    plain = text.encode()
    if "\\x" not in text:
        return plain
    data = ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), plain)
    return data if text_of_data(data) == text else plain


def correlation_of(topic: Topic[Any, Any, Any], message: Event[Any, Any, Any], delivery: Incoming) -> str:
    """Return the correlation id: a payload field, a header, the envelope's id or MQTT 5 correlation data."""
    if topic.correlation is not None:
        return _text_in(message.data, topic.correlation.split(".")) or ""
    properties = delivery.properties
    if topic.correlation_header is not None:
        header = dict(properties.user).get(topic.correlation_header)
        if header is not None:
            return header
    if topic.wire != "none":
        return message.id
    return text_of_data(properties.correlation_data or b"")


def ids_of_invalid(topic: Topic[Any, Any, Any], delivery: Incoming) -> Iterator[str]:
    """Yield the correlation ids that a message has which cannot be decoded; none where it is of another event type.

    A payload that is too large is not parsed.
    """
    properties = delivery.properties
    body: Any = None
    if not delivery.too_large and topic.model is not bytes:
        with suppress(orjson.JSONDecodeError):
            body = orjson.loads(delivery.payload)
    envelope = _members(None if topic.wire == "none" else body)
    if envelope.get("type", topic.event_type) not in (topic.event_type, *topic.former_types):
        return
    if properties.correlation_data:
        yield text_of_data(properties.correlation_data)
    if topic.correlation_header is not None:
        yield dict(properties.user).get(topic.correlation_header, "")
    if topic.correlation is not None:
        yield _text_of_json(topic, body if topic.wire == "none" else envelope.get("data"))
    yield str(envelope.get("id", ""))


def _text_of_json(topic: Topic[Any, Any, Any], data: Any) -> str:
    """Return the text of the id in a payload that is JSON and not valid; empty where it has none."""
    models: list[type[BaseModel]] = [topic.model] if _is_model(topic.model) else []
    for name in (topic.correlation or "").split("."):
        infos = [info for model in models if (info := model.model_fields.get(name)) is not None]
        wires = [info.alias or name for info in infos]
        members = _members(data)
        data = next((members[wire] for wire in wires if wire in members), None)
        models = [kind for info in infos for kind in (info.annotation, *get_args(info.annotation)) if _is_model(kind)]
    if isinstance(data, float) and data.is_integer():
        data = int(data)
    return data if isinstance(data, str) else "" if data is None else orjson.dumps(data).decode()


def _members(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def correlate(
    topic: Topic[Any, Any, Any],
    data: Any,
    correlation_id: str | None,
    headers: object = None,
    *,
    needed: bool = False,
) -> tuple[Any, str]:
    """Return the correlation id, and ``data`` with the id in its payload field, if the topic has one.

    A request that already has an id keeps it; otherwise one is made that the field accepts. If the inner model that
    contains the field is absent, the id is omitted, unless it is given or ``needed``.

    Raises:
        EncodeError: the field does not accept the id, or no made one; or the inner model is absent, and the id is given
            or needed.
    """
    if topic.correlation is None:
        return data, _id_for_header(topic, correlation_id, headers, needed=needed)
    path = topic.correlation.split(".")
    inner = _inner(data, path[:-1])
    if inner is None:
        if needed or correlation_id is not None:
            raise EncodeError(f"{topic.event_type} has no {'.'.join(path[:-1])!r} to put the correlation id into")
        return data, new_id()
    field = id_field(cast("Hashable", type(inner)), path[-1])
    own = _text_in(data, path)
    chosen = correlation_id or own or field.make()
    if chosen is None and needed:
        raise _no_id(topic, topic.correlation)
    if chosen is None or chosen == own:
        return data, chosen or new_id()
    return _with_field(data, path, _value(topic, field, topic.correlation, chosen)), chosen


def _id_for_header(topic: Topic[Any, Any, Any], correlation_id: str | None, headers: object, *, needed: bool) -> str:
    name = topic.correlation_header
    if name is None:
        return correlation_id or new_id()
    if headers is not None and not correlation_id:
        own = dict(encode_headers(topic, headers)).get(name)
        if own:
            return own
    field = None if topic.headers is NoHeaders else header_fields(topic).id_field(name)
    if field is None:
        return correlation_id or new_id()
    if correlation_id:
        _value(topic, field, f"header {name}", correlation_id)
        return correlation_id
    made = field.make()
    if made is None and needed:
        raise _no_id(topic, f"header {name}")
    return made or new_id()


def text_at(data: Any, path: str) -> str | None:
    """Return the text of a payload field; None where it has none."""
    return _text_in(data, path.split("."))


def with_text(topic: Topic[Any, Any, Any], data: Any, path: str, text: str) -> Any:
    """Return a copy of a payload with a text in a field.

    Raises:
        EncodeError: the field does not accept it, or the inner model that contains it is absent.
    """
    names = path.split(".")
    inner = _inner(data, names[:-1])
    if inner is None:
        raise EncodeError(f"{topic.event_type} has no {'.'.join(names[:-1])!r} to put {text!r} into")
    try:
        value = id_field(cast("Hashable", type(inner)), names[-1]).value(text)
    except ValueError:
        raise EncodeError(f"{topic.event_type} cannot have {text!r} in {path!r}") from None
    return _with_field(data, names, value)


def _no_id(topic: Topic[Any, Any, Any], place: str) -> EncodeError:
    return EncodeError(f"{topic.event_type} needs a correlation id in {place!r}: give one, its schema fits no made id")


def _value(topic: Topic[Any, Any, Any], field: IdField, place: str, text: str) -> Any:
    try:
        return field.value(text)
    except ValueError:
        raise EncodeError(f"{topic.event_type} cannot have the correlation id {text!r} in {place!r}") from None


def _inner(data: Any, path: Sequence[str]) -> Any:
    for name in path:
        data = getattr(data, name, None)
    return data


def _text_in(data: Any, path: Sequence[str]) -> str | None:
    """Return the text of the id in a payload; None where it has none."""
    inner = _inner(data, path[:-1])
    value = getattr(inner, path[-1], None)
    return None if value is None else id_field(cast("Hashable", type(inner)), path[-1]).text(value)


def _with_field(data: Any, path: Sequence[str], value: Any) -> Any:
    """Return a copy of a model with a field set, copying the models around it."""
    name, *rest = path
    return data.model_copy(update={name: _with_field(getattr(data, name), rest, value) if rest else value})
