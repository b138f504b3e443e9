"""Channels of a bundle with their messages, and references to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from topicwright_codegen.asyncapi.model import Channel, Parameter, TopicKey
from topicwright_codegen.asyncapi.reading.bundle_parts import FILES
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.bundle.copier import Copier, Object, put
from topicwright_codegen.bundle.messages import Messages
from topicwright_codegen.bundle.servers import Servers
from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.documents.node import Identity, Pointer
from topicwright_codegen.documents.pointers import pointer_of

_OWN = (
    "address",
    "messages",
    "parameters",
    "servers",
    "publish",
    "subscribe",
    "deprecated",
    "x-domain",
    "x-envelope",
    "x-reply",
)
"""The fields that are not copied as they are."""


@dataclass(slots=True)
class Channels:
    """Writes channels; of two that have one id, the second is below the components."""

    copier: Copier
    messages: Messages
    servers: Servers
    topics: Mapping[TopicKey, Topic]
    domains: Mapping[str, str]
    components: Object
    keys: dict[Identity, str] = field(default_factory=dict[Identity, str])

    def all(self, channels: Sequence[Channel]) -> Object:
        """Return the channels of the document."""
        listed: Object = {}
        for channel in channels:
            key = channel.id
            place: Pointer = ("channels", channel.id)
            if key in listed:
                # The id names methods and models, so it has to stay the last part of its pointer.
                place = _below_file(channel)
                key = _free(f"{self._domain(channel)}.{channel.id}", listed)
            made = self._channel(channel, place)
            listed[key] = made if place[0] == "channels" else {"$ref": pointer_of(place)}
            if place[0] == "components":
                put(self.components, place[1:], made)
            self.keys[channel.node.identity] = key
        return listed

    def reference(self, channel: Channel, *path: str) -> Object:
        """Return a reference to a channel, or to something in it."""
        return {"$ref": pointer_of(("channels", self.keys[channel.node.identity], *path))}

    def _channel(self, channel: Channel, place: Pointer) -> Object:
        source = self.copier.source
        view = View(source, (source.resolve(channel.node) or channel.node,))
        made: Object = {"address": channel.address.value if channel.address else None}
        made |= self.copier.fields(view, _OWN)
        optional: dict[str, object] = {
            "x-domain": self._domain(channel),
            "x-deprecated": channel.deprecation is not None,
            "servers": self.servers.named(view),
            "parameters": {parameter.name: self._parameter(view, parameter) for parameter in channel.parameters},
        }
        made |= {key: value for key, value in optional.items() if value}
        made["messages"] = self._messages(channel, place)
        return made

    def _domain(self, channel: Channel) -> str:
        return channel.domain or self.domains.get(channel.document.label, "")

    def _messages(self, channel: Channel, place: Pointer) -> Object:
        topics = ((message, self.topics[channel.node.identity, message.key]) for message in channel.messages)
        return {
            message.key: self.messages.message(channel, message, topic, (*place, "messages", message.key))
            for message, topic in topics
        }

    def _parameter(self, channel: View, parameter: Parameter) -> Object:
        table = channel.object("parameters")
        own = table.object(parameter.name) if table else None
        made = self.copier.fields(own, ("schema", "enum", "default", "description")) if own else {}
        if parameter.default is not None:
            made = {"default": parameter.default, **made}
        texts: Object = {"description": parameter.description, "enum": list(parameter.enum)}
        made = {**{key: value for key, value in texts.items() if value}, **made}
        return self._as_component(parameter, made)

    def _as_component(self, parameter: Parameter, made: Object) -> Object:
        """Return a reference to a parameter whose component has another name: its type can be called after that."""
        pointer = parameter.node.pointer
        if pointer[:-1] != ("components", "parameters") or pointer[-1] == parameter.name:
            return made
        table = cast(Object, self.components.setdefault("parameters", {}))
        known = table.setdefault(pointer[-1], made)
        return {"$ref": pointer_of(pointer)} if known == made else made


def _below_file(channel: Channel) -> Pointer:
    at = channel.node.pointer
    if at[:2] == ("components", FILES):
        return at
    return ("components", FILES, channel.document.label, "channels", channel.id)


def _free(key: str, taken: Mapping[str, object]) -> str:
    while key in taken:
        key += "_"
    return key
