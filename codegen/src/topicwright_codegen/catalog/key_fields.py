"""Fields and headers of a message that have a role: correlation id and partition key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from topicwright_codegen.asyncapi.model import Located, Message, Reply
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.schemas.flat import reference_of
from topicwright_codegen.schemas.types import Field, Type

_LOCATION = re.compile(r"\$message\.(payload|headers?)#(/.+)\Z")
"""A runtime expression of AsyncAPI 3.0."""
_INSTEAD = "MQTT 5 correlation data, or the envelope's id, carries it"


class Keys(NamedTuple):
    """Where a message has its correlation id and its partition key."""

    correlation: str | None
    """The payload field of the correlation id, inner ones after dots."""
    correlation_header: str | None
    """The header of the correlation id, which is an MQTT 5 user property."""
    partition: str | None
    """The parameter or payload field of the partition key."""


def keys_of(
    message: Message,
    payload: Type | None,
    parameters: Mapping[str, str],
    types: Mapping[int, Type],
    diagnostics: Diagnostics,
) -> Keys:
    """Return the keys of a message by their Python names; ``parameters`` has those of the address by name."""
    partition = _partition_key(message, payload, parameters, diagnostics)
    location = message.correlation
    if location is None:
        return Keys(None, None, partition)
    match = _LOCATION.match(location.value)
    path = tokens(match[2]) if match else []
    if match is None or (match[1] != "payload" and len(path) != 1):
        hint = "$message.payload#/field or $message.header#/name"
        text = f"correlation id at {location.value!r} is no place: {_INSTEAD}"
        diagnostics.warning("TW313", text, location.node, hint)
        return Keys(None, None, partition)
    if match[1] != "payload":
        return Keys(None, path[0], partition)
    names = _names(payload, path, types)
    if names is None:
        _report_missing(message, payload, location, diagnostics)
        return Keys(None, None, partition)
    return Keys(".".join(names), None, partition)


class ReplyPlaces(NamedTuple):
    """Where a request has the topic of its reply."""

    payload: str | None = None
    """The payload field, inner ones after dots."""
    header: str | None = None
    """The header, by its name as a user property."""


def reply_places(reply: Reply, request: Topic, types: Mapping[int, Type], diagnostics: Diagnostics) -> ReplyPlaces:
    """Return where a request has the topic of its reply, by Python names; neither where the catalog has it."""
    location = reply.location
    if location is None:
        return ReplyPlaces()
    if reply.channel.address is not None:
        text = f"the reply to {request.event_type!r} goes to the address of its channel: its location is not followed"
        diagnostics.warning("TW324", text, location.node, "set the channel's address to null", [reply.channel.node])
        return ReplyPlaces()
    match = _LOCATION.match(location.value)
    path = tokens(match[2]) if match else []
    if match is not None and match[1] == "payload":
        names = _names(request.payload, path, types)
        if names is None and request.wire != "none" and path[:1] == ["data"]:  # where it is with its envelope
            names = _names(request.payload, path[1:], types)
        if names:
            return ReplyPlaces(payload=".".join(names))
    elif match is not None and len(path) == 1 and _field(request.headers, path[0]) is not None:
        return ReplyPlaces(header=path[0])
    text = f"{request.event_type!r} has no field {location.value!r} for the topic of its reply"
    diagnostics.warning("TW324", f"{text}: the response topic of MQTT 5 has it", location.node, "declare the field")
    return ReplyPlaces()


def _partition_key(
    message: Message, payload: Type | None, parameters: Mapping[str, str], diagnostics: Diagnostics
) -> str | None:
    key = message.partition_key
    if key is None:
        return None
    if key.value in parameters:
        return parameters[key.value]
    field = _field(payload, key.value)
    if field is not None:
        return field.name
    text = f"x-partition-key {key.value!r} is neither a parameter nor a field of the payload of {message.key!r}"
    diagnostics.warning("TW315", text, key.node, "without it messages that are handled concurrently have no order")
    return None


def _field(type_: Type | None, name: str) -> Field | None:
    """Return the field of a type by its JSON name."""
    return next((field for field in type_.fields if field.wire == name), None) if type_ else None


def _names(payload: Type | None, path: Sequence[str], types: Mapping[int, Type]) -> list[str] | None:
    """Return the Python names of the fields along a path, if all of them are there."""
    names: list[str] = []
    for token in path:
        field = _field(payload, token)
        if field is None:
            return None
        names.append(field.name)
        payload = _type_of(field.schema, types)
    return names


def _type_of(schema: Mapping[str, object], types: Mapping[int, Type]) -> Type | None:
    """Return the object type that a schema refers to, through at most all types."""
    for _ in types:
        number = reference_of(schema)
        if number is None:
            return None
        type_ = types[number]
        if type_.kind == "object":
            return type_
        schema = type_.schema
    return None


def _report_missing(message: Message, payload: Type | None, location: Located[str], diagnostics: Diagnostics) -> None:
    if payload is None and message.payload is not None and diagnostics.failed_at(message.payload):
        return  # the payload could not be read, and that has an error of its own
    if payload is None or payload.kind != "object":
        text = f"correlation id at {location.value!r}: the payload is no class with fields. {_INSTEAD}"
        diagnostics.warning("TW313", text, location.node)
    else:
        pointer = location.value.partition("#")[2]
        text = f"the payload of {message.key!r} has no field {pointer!r} for the correlation id"
        diagnostics.warning("TW314", f"{text}: {_INSTEAD}", location.node, "correct the location, or add the field")
