"""What keeps order where handlers run side by side: ``x-partition-key``, a parameter or a payload field."""

from __future__ import annotations

from collections.abc import Mapping

from topicwright_codegen.asyncapi import Message
from topicwright_codegen.catalog import Type
from topicwright_codegen.diagnostics import Diagnostics


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
