"""Where a message has its correlation id: a field of the payload, or a header, which is an MQTT 5 user property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from topicwright_codegen.asyncapi.model import Message
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.schemas.flat import reference_of
from topicwright_codegen.schemas.types import Type


def partition_key(
    message: Message, payload: Type | None, parameters: Mapping[str, str], diagnostics: Diagnostics
) -> str | None:
    """Return the Python name of the parameter, or else of the field; ``parameters`` has those by name."""
    said = message.partition_key
    if said is None:
        return None
    if said.value in parameters:
        return parameters[said.value]
    field = next((field for field in payload.fields if field.wire == said.value), None) if payload else None
    if field is not None:
        return field.name
    text = f"x-partition-key {said.value!r} is neither a parameter nor a field of the payload of {message.key!r}"
    diagnostics.warning("TW315", text, said.node, "without it messages that are handled side by side have no order")
    return None


Kind: TypeAlias = Literal["payload", "header", ""]
_LOCATION = re.compile(r"\$message\.(payload|headers?)#(/.+)\Z")
"""A runtime expression of AsyncAPI 3.0."""
_INSTEAD = "MQTT 5 correlation data, or the envelope's id, carries it"


def correlation_at(
    message: Message, payload: Type | None, types: Mapping[int, Type], diagnostics: Diagnostics
) -> tuple[Kind, str | None]:
    """Return whether the correlation id is in payload or headers, and where in it: fields joined by dots."""
    said = message.correlation
    if said is None:
        return "", None
    found = _LOCATION.match(said.value)
    path = tokens(found[2]) if found else []
    if found is None or (found[1] != "payload" and len(path) != 1):
        hint = "$message.payload#/field or $message.header#/name"
        diagnostics.warning("TW313", f"correlation id at {said.value!r} is no place: {_INSTEAD}", said.node, hint)
        return "", None
    if found[1] != "payload":
        return "header", path[0]
    names = _names(payload, path, types)
    if names is None:
        # A payload that could not be read has a finding of its own.
        if payload is not None or message.payload is None or not diagnostics.failed_at(message.payload):
            _report(message, payload, said.value, said.node, diagnostics)
        return "", None
    return "payload", ".".join(names)


def _names(payload: Type | None, path: Sequence[str], types: Mapping[int, Type]) -> list[str] | None:
    """Return the Python names of the fields on the way, if all of them are there."""
    names: list[str] = []
    for wire in path:
        field = next((field for field in payload.fields if field.wire == wire), None) if payload else None
        if field is None:
            return None
        names.append(field.name)
        payload = _type_of(field.schema, types)
    return names


def _type_of(schema: Mapping[str, object], types: Mapping[int, Type]) -> Type | None:
    for _ in types:
        number = reference_of(schema)
        if number is None:
            return None
        type_ = types[number]
        if type_.kind == "object":
            return type_
        schema = type_.schema
    return None


def _report(message: Message, payload: Type | None, location: str, node: Node, diagnostics: Diagnostics) -> None:
    if payload is None or payload.kind != "object":
        text = f"correlation id at {location!r}: the payload is no class with fields. {_INSTEAD}"
        diagnostics.warning("TW313", text, node)
    else:
        text = f"the payload of {message.key!r} has no field {location.partition('#')[2]!r} for the correlation id"
        diagnostics.warning("TW314", f"{text}: {_INSTEAD}", node, "correct the location, or add the field")
