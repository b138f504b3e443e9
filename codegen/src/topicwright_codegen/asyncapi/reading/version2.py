"""AsyncAPI 2 documents, lifted to the AsyncAPI 3 model.

A channel of AsyncAPI 2 describes what others can do: the application sends where they can ``subscribe``, and receives
where they can ``publish``. The key of a channel is its address. A trait overrides its target (JSON Merge Patch), which
is the opposite of AsyncAPI 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from topicwright_codegen.asyncapi.deprecation import read_deprecation
from topicwright_codegen.asyncapi.model import Action, Channel, Located, Message, Operation
from topicwright_codegen.asyncapi.reading.messages import (
    COMMON,
    FIELDS,
    envelope,
    prose,
    read_message,
    with_distinct_names,
)
from topicwright_codegen.asyncapi.reading.mqtt_bindings import check_channel, delivery, with_delivery
from topicwright_codegen.asyncapi.reading.parameters import read_parameters
from topicwright_codegen.asyncapi.reading.unnamed_messages import Entry, keys_of
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source

_VERBS: tuple[tuple[str, Action], ...] = (("publish", "receive"), ("subscribe", "send"))
_CHANNEL = frozenset(("description", "servers", "subscribe", "publish", "parameters", "bindings"))
_OPERATION = frozenset((*COMMON, "operationId", "security", "traits", "message"))
_MESSAGE = FIELDS | {"messageId", "schemaFormat"}


@dataclass(slots=True)
class Reader2:
    """Reads documents of AsyncAPI 2."""

    source: Source
    operation_ids: dict[str, Node] = field(default_factory=dict[str, Node])

    def parts(self, root: View) -> tuple[list[Channel], list[Operation]]:
        """Return the channels and the operations of a document."""
        self.operation_ids.clear()
        channels: list[Channel] = []
        operations: list[Operation] = []
        for _, entry, view in root.entries("channels"):
            channel, used = self._channel(entry, view, root)
            channels.append(channel)
            operations += used
        return channels, operations

    def _channel(self, entry: Node, view: View, document: View) -> tuple[Channel, list[Operation]]:
        view.check_fields("a channel", _CHANNEL)
        check_channel(view)
        own = view.node.document.root
        root = View(self.source, (own,)) if own.get("asyncapi") is not None else document
        address = Located(entry.key, entry)
        own_envelope = envelope(view) or envelope(root) or "none"
        verbs: list[tuple[Action, View]] = [
            (action, operation) for verb, action in _VERBS if (operation := view.object(verb)) is not None
        ]
        listed: dict[Action, list[Entry]] = {
            action: self._entries(operation, entry.key, action) for action, operation in verbs
        }
        keys = keys_of([item for items in listed.values() for item in items])
        messages = {
            message.key: message
            for message in with_distinct_names(self._messages(keys, listed, root, view), own_envelope)
        }
        channel = Channel(
            id=entry.key,
            node=entry,
            address=address,
            text=prose(view),
            parameters=read_parameters(view, address, schemas=True),
            messages=tuple(messages.values()),
            envelope=own_envelope,
            deprecation=read_deprecation(view),
        )
        used = {action: tuple(messages[keys[item.view.node.identity]] for item in listed[action]) for action in listed}
        return channel, [self._operation(operation, action, channel, used[action]) for action, operation in verbs]

    def _entries(self, operation: View, channel: str, action: Action) -> list[Entry]:
        """Return the messages of an operation: the one, or those of a ``oneOf``."""
        raw = operation.with_traits(over=True).raw("message")
        resolved = self.source.resolve(raw) if raw is not None else None
        if raw is None or resolved is None:
            if raw is None:
                text = "an operation without a message: there is nothing to send or receive"
                self.source.diagnostics.warning("TW222", text, operation.node)
            return []
        listed = View(self.source, (resolved,)).elements("oneOf")
        options = [raw] if listed is None else listed
        name = (operation.text("operationId") or "") if len(options) == 1 else ""
        targets = [(node, self.source.resolve(node)) for node in options]
        return [
            Entry(node, View(self.source, (target,)), channel, action, name)
            for node, target in targets
            if target is not None
        ]

    def _messages(
        self, keys: dict[Identity, str], listed: dict[Action, list[Entry]], root: View, channel: View
    ) -> Iterable[Message]:
        seen: set[str] = set()
        for item in (item for items in listed.values() for item in items):
            key = keys[item.view.node.identity]
            if key not in seen:
                seen.add(key)
                item.view.check_fields("a message", _MESSAGE)
                message = read_message(item.node, key, item.view.node, item.view.with_traits(over=True), root)
                yield with_delivery(message, channel)

    def _operation(self, own: View, action: Action, channel: Channel, messages: tuple[Message, ...]) -> Operation:
        own.check_fields("an operation", _OPERATION)
        view = own.with_traits(over=True)
        id_ = view.text("operationId")
        if id_ is not None:
            self._check_unique(id_, own.node)
        return Operation(
            id=id_ or f"{action} {channel.id}",
            node=own.node,
            action=action,
            channel=channel,
            messages=tuple(dict.fromkeys(messages)),
            delivery=delivery(view, messages),
            reply=None,
            deprecation=read_deprecation(view),
        )

    def _check_unique(self, id_: str, node: Node) -> None:
        other = self.operation_ids.setdefault(id_, node)
        if other.identity != node.identity:
            text = f"two operations have the id {id_!r}"
            self.source.diagnostics.error("TW220", text, node.get("operationId") or node, "rename one", [other])
