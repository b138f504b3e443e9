"""AsyncAPI documents to the AsyncAPI model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from topicwright_codegen.asyncapi import Api, Channel, Delivery, Message, Operation, Parameter, Reply, Said
from topicwright_codegen.source import Document, Identity, Node, Source
from topicwright_codegen.values import Map
from topicwright_codegen.view import View

_VERSION = re.compile(r"3\.[01]\.\d+\Z")
_COMMON = ("title", "summary", "description", "tags", "externalDocs", "bindings")
_DOCUMENT = frozenset(
    ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components")
)
_CHANNEL = frozenset((*_COMMON, "address", "messages", "servers", "parameters"))
_OPERATION = frozenset((*_COMMON, "action", "channel", "security", "traits", "messages", "reply"))
_MESSAGE = frozenset(
    (*_COMMON, "headers", "payload", "correlationId", "contentType", "name", "examples", "traits", "deprecated")
)
_PARAMETER = frozenset(("enum", "default", "description", "examples", "location"))
_REPLY = frozenset(("address", "channel", "messages"))
ENVELOPES = ("tars", "cloudevents", "none")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read_apis(documents: Iterable[Document], source: Source) -> list[Api]:
    """Return the model of each document; what is wrong with them is in the source's diagnostics."""
    reader = _Reader(source)
    return [api for document in documents if (api := reader.api(document)) is not None]


@dataclass(slots=True)
class _Reader:
    source: Source
    channels: dict[Identity, Channel | None] = field(default_factory=dict[Identity, "Channel | None"])

    def error(self, code: str, message: str, node: Node, hint: str = "", related: Iterable[Node] = ()) -> None:
        self.source.diagnostics.error(code, message, node, hint, related)

    def api(self, document: Document) -> Api | None:
        view = View(self.source, (document.root,))
        version = view.text("asyncapi")
        if version is None or not _VERSION.match(version):
            message = f"AsyncAPI {version} is not supported" if version else "no AsyncAPI version"
            self.error("TW203", message, document.root.get("asyncapi") or document.root, "3.0.0 and 3.1.0 are")
            return None
        view.check_fields("the document", _DOCUMENT)
        info = view.object("info")
        if info is None or not (info.has("title") and info.has("version")):
            self.error(
                "TW204", "info with a title and a version is missing", document.root.get("info") or document.root
            )
            info = info or view
        channels = [self.channel(resolved.node) for _, _, resolved in view.entries("channels")]
        title = info.text("title") or ""
        return Api(
            document,
            title,
            info.text("description") or "",
            tuple(channel for channel in channels if channel is not None),
            tuple(self.operations(view)),
        )

    def channel(self, node: Node) -> Channel | None:
        if node.identity not in self.channels:
            self.channels[node.identity] = None
            self.channels[node.identity] = self._channel(View(self.source, (node,)))
        return self.channels[node.identity]

    def _channel(self, view: View) -> Channel:
        view.check_fields("a channel", _CHANNEL)
        root = View(self.source, (view.node.document.root,))
        address = self._address(view)
        envelope = self._envelope(view) or self._envelope(root) or "none"
        messages = [self.message(entry, found, root) for _, entry, found in view.entries("messages")]
        return Channel(
            view.node.key,
            view.node,
            address,
            _prose(view),
            self._parameters(view, address),
            tuple(_apart(messages, envelope)),
            envelope,
        )

    def _address(self, view: View) -> Said[str] | None:
        raw = view.get("address")
        if raw is None or raw.node.value is None:
            return None
        text = view.text("address")
        return None if text is None else Said(text, raw.node)

    def _parameters(self, view: View, address: Said[str] | None) -> tuple[Parameter, ...]:
        declared = {name: self._parameter(name, found) for name, _, found in view.entries("parameters")}
        wanted = list(dict.fromkeys(_PLACEHOLDER.findall(address.value))) if address else []
        for name, parameter in declared.items():
            if name not in wanted:
                self.error("TW206", f"parameter {name!r} is not in the address", parameter.node)
        for name in wanted:
            if name not in declared and address is not None:
                text = f"parameter {name!r} of the address is not declared: it takes any text"
                self.source.diagnostics.warning("TW205", text, address.node, "add it to parameters")
                declared[name] = Parameter(name, address.node, "", (), None)
        return tuple(declared[name] for name in wanted)

    def _parameter(self, name: str, view: View) -> Parameter:
        view.check_fields("a parameter", _PARAMETER)
        enum = view.texts("enum")
        default = view.text("default")
        if enum and default is not None and default not in enum:
            self.error("TW207", f"default {default!r} is not among the enum values", view.node)
        return Parameter(name, view.node, view.text("description") or "", enum, default)

    def _envelope(self, view: View) -> str | None:
        text = view.text("x-envelope")
        if text is not None and text not in ENVELOPES:
            self.error("TW208", f"unknown x-envelope {text!r}", view.node, "one of " + ", ".join(ENVELOPES))
            return None
        return text

    def message(self, entry: Node, own: View, root: View) -> Message:
        own.check_fields("a message", _MESSAGE)
        view = own.with_traits()
        binding = (view.get("bindings") or view).object("mqtt")
        content_type = view.text("contentType") or (binding.text("contentType") if binding else None)
        payload, schema_format = self._payload(view)
        return Message(
            key=entry.key,
            node=own.node,
            entry=entry,
            event_type=self._event_type(view, entry),
            text=_prose(view),
            content_type=content_type or root.text("defaultContentType") or "application/json",
            schema_format=schema_format,
            payload=payload,
            headers=tuple(node for layer in view.nodes if (node := layer.get("headers")) is not None),
            correlation=self._correlation(view),
            envelope=self._envelope(view),
            former_types=view.texts("x-renamed-from"),
            deprecated=view.flag("deprecated") or False,
        )

    def _event_type(self, view: View, entry: Node) -> Said[str]:
        for name in ("x-event-type", "name"):
            text = view.text(name)
            if text:
                return Said(text, view.raw(name) or entry)
        return Said(entry.key, entry)

    def _payload(self, view: View) -> tuple[Node | None, str | None]:
        """Return payload and schema format, also of a multi format schema object."""
        payload = view.raw("payload")
        if payload is not None and payload.get("schemaFormat") is not None and payload.get("schema") is not None:
            return payload.get("schema"), View(self.source, (payload,)).text("schemaFormat")
        return payload, None

    def _correlation(self, view: View) -> Said[str] | None:
        found = view.object("correlationId")
        location = found.text("location") if found else None
        return Said(location, found.node) if found and location else None

    def operations(self, root: View) -> Iterable[Operation]:
        for _, entry, view in root.entries("operations"):
            operation = self.operation(entry.key, view)
            if operation is not None:
                yield operation

    def operation(self, key: str, own: View) -> Operation | None:
        own.check_fields("an operation", _OPERATION)
        view = own.with_traits()
        action = view.text("action")
        if action not in ("send", "receive"):
            self.error("TW209", "an operation's action is send or receive", view.raw("action") or own.node)
            return None
        channel = self._channel_of(view, own.node)
        if channel is None:
            return None
        reply = view.object("reply")
        return Operation(
            id=key,
            node=own.node,
            action="send" if action == "send" else "receive",
            channel=channel,
            messages=self._messages(view, channel),
            delivery=self._delivery(view),
            reply=self._reply(reply) if reply else None,
        )

    def _channel_of(self, view: View, owner: Node) -> Channel | None:
        if not view.has("channel"):
            self.error("TW210", "no channel", owner, "add channel: {$ref: '#/channels/...'}")
            return None
        found = view.object("channel")
        if found is None:
            return None
        if len(found.node.pointer) < 2 or found.node.pointer[-2] != "channels":
            self.error("TW211", "this does not refer to a channel", view.raw("channel") or owner)
            return None
        return self.channel(found.node)

    def _messages(self, view: View, channel: Channel) -> tuple[Message, ...]:
        """Return the messages of an operation: those it names, or all of its channel."""
        references = view.elements("messages")
        if references is None:
            return channel.messages
        named = [self._message_of(reference, channel) for reference in references]
        return tuple(message for message in named if message is not None)

    def _message_of(self, reference: Node, channel: Channel) -> Message | None:
        target = self.source.resolve(reference)
        if target is None:
            return None
        same = [message for message in channel.messages if message.node.identity == target.identity]
        in_channel = f"#/channels/{channel.id}/messages/..."
        if (reference.ref or "").startswith("#/components/messages/") and "reply" not in reference.pointer:
            hint = f"refer to it through the channel: {in_channel}"
            self.error("TW212", "operation.messages must refer to messages of the operation's channel", reference, hint)
        elif not same:
            message = f"this message is not one of channel {channel.id!r}"
            self.error("TW213", message, reference, f"refer to {in_channel}", [channel.node])
        last = (reference.ref or "").rsplit("/", 1)[-1]
        return next((message for message in same if message.key == last), same[0] if same else None)

    def _delivery(self, view: View) -> Delivery:
        bindings = view.object("bindings")
        mqtt = bindings.object("mqtt") if bindings else None
        if mqtt is None:
            return Delivery()
        qos, retain = self._integer(mqtt, "qos"), mqtt.flag("retain")
        if qos is not None and qos.value not in (0, 1, 2):
            self.error("TW214", f"QoS {qos.value} is not 0, 1 or 2", qos.node)
            qos = None
        expiry = self._integer(mqtt, "messageExpiryInterval")
        raw = mqtt.raw("retain")
        return Delivery(qos, Said(retain, raw) if retain is not None and raw is not None else None, expiry)

    def _integer(self, view: View, key: str) -> Said[int] | None:
        found = view.get(key)
        if found is not None and isinstance(found.node.value, Map):
            self.source.diagnostics.warning("TW215", f"{key} as a schema is not supported", found.node, "give a number")
            return None
        value = view.integer(key)
        return Said(value, found.node) if found is not None and value is not None else None

    def _reply(self, view: View) -> Reply | None:
        view.check_fields("a reply", _REPLY)
        if not view.has("channel"):
            self.error(
                "TW216", "a reply without a channel is not supported", view.node, "name the channel of the reply"
            )
            return None
        channel = self._channel_of(view, view.node)
        if channel is None:
            return None
        return Reply(view.node, channel, self._messages(view, channel), view.text("x-stream-until"))


def _prose(view: View) -> str:
    """Join summary and description, or take the title: what a docstring says."""
    parts = [text.strip() for key in ("summary", "description") if (text := view.text(key))]
    return "\n\n".join(dict.fromkeys(parts)) or (view.text("title") or "").strip()


def _apart(messages: list[Message], envelope: str) -> Iterable[Message]:
    """Name bare messages of one channel by their keys where their names are the same: no wire carries the name."""
    names = Counter(message.event_type.value for message in messages)
    for message in messages:
        bare = (message.envelope or envelope) == "none"
        if bare and names[message.event_type.value] > 1:
            yield replace(message, event_type=Said(message.key, message.entry))
        else:
            yield message
