"""Messages of a bundle: traits merged, and the payload with its envelope."""

from __future__ import annotations

from dataclasses import dataclass

from topicwright_codegen.asyncapi.leniencies import KEY
from topicwright_codegen.asyncapi.model import Channel, Message
from topicwright_codegen.asyncapi.payload_kind import is_json, is_text
from topicwright_codegen.asyncapi.view import View, is_version_2
from topicwright_codegen.bundle.copier import Copier, Object, as_object, inline_copy
from topicwright_codegen.bundle.envelopes import DATA, wrapped_example, wrapped_schema
from topicwright_codegen.bundle.schemas import Schemas
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Node, Pointer
from topicwright_codegen.documents.pointers import tokens

_OWN = frozenset(
    ("payload", "headers", "traits", "correlationId", "contentType", "schemaFormat", "messageId", "examples")
)
"""The fields that are not copied as they are."""
_EXTENSIONS = frozenset(("x-envelope", "x-envelope-data", "x-reply"))
_DEFAULT_FORMAT = "application/vnd.aai.asyncapi"
_LOCATION = "$message.payload#"


@dataclass(frozen=True, slots=True)
class Messages:
    """Writes the messages of channels."""

    copier: Copier
    schemas: Schemas

    def message(self, channel: Channel, message: Message, topic: Topic, at: Pointer) -> Object:
        """Return the message for the pointer ``at``."""
        view = View(self.copier.source, (message.node,)).with_traits(over=is_version_2(channel.document))
        around = message.envelope or channel.envelope
        wire = topic.wire if topic.payload is not None else "none"
        made = self.copier.fields(view, _OWN | _EXTENSIONS)
        if message.content_type != "application/json" or view.has("bindings"):
            made["contentType"] = message.content_type
        if around != "none":
            made["x-envelope"] = around
        if topic.lenient:
            made[KEY] = list(topic.lenient)
        made |= self._headers(message, at)
        made |= _correlation_id(message, wire)
        if message.payload is not None:
            made["payload"] = self._payload(message, message.payload, wire, at)
        if wire != "none":
            made["x-envelope-data"] = DATA
        examples = view.elements("examples")
        if examples:
            made["examples"] = [self._example(node, wire, message, view) for node in examples]
        return made

    def _headers(self, message: Message, at: Pointer) -> Object:
        """Return the headers, and those of traits as traits: merged headers have a class of their own."""
        if not message.headers:
            return {}
        first, *others = message.headers
        own = self.schemas.inline(first, (*at, "headers"))
        traits = [{"headers": self.schemas.schema(node)} for node in reversed(others)]
        return {"headers": own, "traits": traits} if traits else {"headers": own}

    def _payload(self, message: Message, payload: Node, wire: str, at: Pointer) -> object:
        named = message.schema_format
        # A schema with a second format in it is not read as one.
        twice = payload.get("schemaFormat") is not None
        listed = named is not None and (twice or not named.startswith(_DEFAULT_FORMAT))
        place = (*at, "payload", *(("schema",) if listed else ()))
        if not is_json(message) and not is_text(message, wire):
            data = inline_copy(payload, self.copier.source)
        elif wire == "none":
            data = self.schemas.inline(payload, place)
        else:
            types = (message.event_type.value, *message.former_types)
            data = wrapped_schema(wire, types, self.schemas.inline(payload, (*place, *tokens(DATA))))
        return {"schemaFormat": named, "schema": data} if listed else data

    def _example(self, node: Node, wire: str, message: Message, view: View) -> object:
        copy = self.copier.copy(node)
        example = as_object(copy)
        written = wire == "none" or view.has("x-envelope-data")
        if written or example is None or "payload" not in example:
            return copy
        return {**example, "payload": wrapped_example(wire, message.event_type.value, example["payload"])}


def _correlation_id(message: Message, wire: str) -> Object:
    if message.correlation is None:
        return {}
    return {"correlationId": {"location": _location(message.correlation.value, wire)}}


def _location(location: str, wire: str) -> str:
    """Return where a correlation id is in the sent message."""
    if wire == "none" or not location.startswith(f"{_LOCATION}/"):
        return location
    return f"{_LOCATION}/data{location.removeprefix(_LOCATION)}"
