"""AsyncAPI 3 documents to the AsyncAPI model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from topicwright_codegen.asyncapi.deprecation import check_deprecated_field, read_deprecation
from topicwright_codegen.asyncapi.model import Channel, Located, Message, Operation, Reply
from topicwright_codegen.asyncapi.reading.bundle_parts import domain_of
from topicwright_codegen.asyncapi.reading.messages import (
    COMMON,
    FIELDS,
    envelope,
    once,
    prose,
    read_message,
    with_distinct_names,
)
from topicwright_codegen.asyncapi.reading.mqtt_bindings import check_channel, delivery, with_delivery
from topicwright_codegen.asyncapi.reading.parameters import read_parameters
from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.documents.source import Source

_CHANNEL = frozenset((*COMMON, "address", "messages", "servers", "parameters", "deprecated"))
_OPERATION = frozenset((*COMMON, "action", "channel", "security", "traits", "messages", "reply", "deprecated"))
_REPLY = frozenset(("address", "channel", "messages"))


@dataclass(slots=True)
class Reader3:
    """Reads documents of AsyncAPI 3; a channel that several of them refer to is read once."""

    source: Source
    channels: dict[Identity, Channel | None] = field(default_factory=dict[Identity, "Channel | None"])

    def parts(self, root: View) -> tuple[list[Channel], list[Operation]]:
        """Return the channels and the operations of a document."""
        channels = [
            self.channel(resolved.node, _id_of(resolved.node, key, root), root)
            for key, _, resolved in root.entries("channels")
        ]
        return [channel for channel in channels if channel is not None], list(self.operations(root))

    def error(self, code: str, message: str, node: Node, hint: str = "", related: Iterable[Node] = ()) -> None:
        """Record an error."""
        self.source.diagnostics.error(code, message, node, hint, related)

    def channel(self, node: Node, id_: str, root: View) -> Channel | None:
        """Return the channel that ``node`` defines, read once; ``root`` is the document that lists or uses it."""
        if node.identity not in self.channels:
            self.channels[node.identity] = None
            own = node.document.root
            around = View(self.source, (own,)) if own.get("asyncapi") is not None else root
            self.channels[node.identity] = self._channel(View(self.source, (node,)), id_, around)
        return self.channels[node.identity]

    def _channel(self, view: View, id_: str, root: View) -> Channel:
        view.check_fields("a channel", _CHANNEL)
        check_deprecated_field(view, "channels")
        check_channel(view)
        address = self._address(view)
        own_envelope = envelope(view) or envelope(root) or "none"
        messages = [
            with_delivery(self._message(entry, definition, root), view)
            for _, entry, definition in view.entries("messages")
        ]
        return Channel(
            id=id_,
            node=view.node,
            address=address,
            text=prose(view),
            parameters=read_parameters(view, address),
            messages=tuple(with_distinct_names(once(messages), own_envelope)),
            envelope=own_envelope,
            deprecation=read_deprecation(view),
            domain=domain_of(view.node),
        )

    def _message(self, entry: Node, own: View, root: View) -> Message:
        own.check_fields("a message", FIELDS)
        return read_message(entry, entry.key, own.node, own.with_traits(), root)

    def _address(self, view: View) -> Located[str] | None:
        raw = view.get("address")
        if raw is None or raw.node.value is None:
            return None
        text = view.text("address")
        return None if text is None else Located(text, raw.node)

    def operations(self, root: View) -> Iterable[Operation]:
        """Yield the operations of a document."""
        for _, entry, view in root.entries("operations"):
            operation = self.operation(entry.key, view)
            if operation is not None:
                yield operation

    def operation(self, key: str, own: View) -> Operation | None:
        """Return an operation; None after reporting an error."""
        own.check_fields("an operation", _OPERATION)
        check_deprecated_field(own, "operations")
        view = own.with_traits()
        action = view.text("action")
        if action not in ("send", "receive"):
            text = "an operation's action is send or receive" + (f", not {action!r}" if action else "")
            self.error("TW209", text, view.raw("action") or own.node, did_you_mean(action, ("send", "receive")))
            return None
        channel = self._channel_of(view, own.node, key)
        if channel is None:
            return None
        reply, messages = view.object("reply"), self._messages(view, channel, key)
        return Operation(
            id=key,
            node=own.node,
            action="send" if action == "send" else "receive",
            channel=channel,
            messages=messages,
            delivery=delivery(view, messages),
            reply=self._reply(reply, key) if reply else None,
            deprecation=read_deprecation(view),
        )

    def _channel_of(self, view: View, owner: Node, id_: str) -> Channel | None:
        """Return the channel of an operation or a reply; ``id_`` is that of one written inside."""
        root = View(self.source, (owner.document.root,))
        if not view.has("channel"):
            self.error("TW210", "no channel", owner, "add channel: {$ref: '#/channels/...'}")
            return None
        target = view.object("channel")
        if target is None:
            return None
        written = view.raw("channel")
        if written is not None and written.ref is None and target.has("messages"):
            text = "a channel inside an operation is read as if the document listed it"
            self.source.diagnostics.warning("TW211", text, written, "list it among channels, and refer to it")
            return self.channel(target.node, id_, root)
        if target.node.identity not in self.channels and not _is_channel(target.node):
            self.error("TW211", "this does not refer to a channel", view.raw("channel") or owner)
            return None
        self._check_listed(written, owner)
        return self.channel(
            target.node, _id_of(target.node, target.node.key or target.node.document.path.stem, root), root
        )

    def _check_listed(self, written: Node | None, owner: Node) -> None:
        """Report a channel of components for an operation or a reply that is not itself one of components."""
        path = tuple(tokens((written.ref or "").partition("#")[2])) if written is not None else ()
        if written is not None and path[:2] == ("components", "channels") and owner.pointer[:1] != ("components",):
            text = "an operation is on an entry of channels, not of components: other tools refuse it"
            hint = "list it among channels, and refer to it there"
            self.source.diagnostics.warning("TW238", text, written, hint)

    def _messages(self, view: View, channel: Channel, id_: str) -> tuple[Message, ...]:
        """Return the messages of an operation: those it names, or all of its channel."""
        references = view.elements("messages")
        if references is None:
            return channel.messages
        named = [self._message_of(at, reference, channel, id_) for at, reference in enumerate(references)]
        return tuple(message for message in named if message is not None)

    def _message_of(self, at: int, reference: Node, channel: Channel, id_: str) -> Message | None:
        """Return the message that an operation refers to; one written inside it is read as if the channel listed it."""
        target = self.source.resolve(reference)
        if target is None:
            return None
        listed = _listed(reference, target, channel)
        in_channel = f"#/channels/{channel.id}/messages/..."
        if reference.ref is None and target.pointer:
            text = "a message inside an operation is read as if its channel listed it"
            self.source.diagnostics.warning("TW213", text, reference, f"list it in the channel: {in_channel}")
            return self._unlisted(reference, target, channel, f"{id_} {at + 1}" if at else id_)
        if (reference.ref or "").startswith("#/components/messages/"):
            hint = f"refer to it through the channel: {in_channel}"
            self.error("TW212", "operation.messages must refer to messages of the operation's channel", reference, hint)
        elif listed is None:
            message = f"this message is not one of channel {channel.id!r}"
            self.error("TW213", message, reference, f"refer to {in_channel}", [channel.node])
        return listed

    def _unlisted(self, reference: Node, target: Node, channel: Channel, key: str) -> Message:
        """Return a message that is not among those of its channel, called ``key`` there."""
        own = View(self.source, (target,))
        own.check_fields("a message", FIELDS)
        root = View(self.source, (channel.document.root,))
        message = read_message(reference, key, target, own.with_traits(), root)
        return with_delivery(message, View(self.source, (channel.node,)))

    def _reply(self, view: View, id_: str) -> Reply | None:
        view.check_fields("a reply", _REPLY)
        if not view.has("channel"):
            text = "a reply without a channel: the operation is compiled as if it had none"
            self.source.diagnostics.warning("TW216", text, view.node, "name the channel of the reply")
            return None
        channel = self._channel_of(view, view.node, f"{id_} reply")
        if channel is None:
            return None
        references = view.elements("messages")
        if references is None:
            messages = channel.messages
        else:
            resolved = [self._reply_message(reference, channel) for reference in references]
            messages = tuple(message for message in resolved if message is not None)
        address = view.object("address")
        location = address.text("location") if address is not None else None
        place = None if address is None or location is None else Located(location, address.raw("location") or view.node)
        return Reply(view.node, channel, messages, view.text("x-stream-until"), place)

    def _reply_message(self, reference: Node, channel: Channel) -> Message | None:
        """Return a message of a reply; one that the channel does not list is read as if it did, with a warning."""
        target = self.source.resolve(reference)
        if target is None:
            return None
        listed = _listed(reference, target, channel)
        if listed is not None:
            return listed
        text = f"the reply's message is not one of channel {channel.id!r}"
        hint = "add it to the messages of the channel"
        if any(message.key == target.key for message in channel.messages):
            self.error("TW213", text, reference, hint, [channel.node])
            return None
        self.source.diagnostics.warning("TW213", text, reference, hint, [channel.node])
        return self._unlisted(reference, target, channel, target.key)


def _is_channel(node: Node) -> bool:
    """Return whether a node is a channel: one of a table of channels, or of a file that has no such table."""
    if len(node.pointer) >= 2 and node.pointer[-2] == "channels":
        return True
    return node.document.root.get("asyncapi") is None and node.get("address") is not None


def _id_of(node: Node, listed: str, root: View) -> str:
    """Return the id of a channel: its key in a table of channels, else that under which ``root`` lists it.

    The components of a document are listed by the document itself: there the key in its list is the author's id.
    """
    own = node.document is root.node.document and node.pointer[:2] == ("components", "channels")
    return node.key if node.pointer[-2:-1] == ("channels",) and not own else listed


def _listed(reference: Node, target: Node, channel: Channel) -> Message | None:
    """Return the message of a channel that a reference refers to, by its key where one definition has several."""
    same = [message for message in channel.messages if message.node.identity == target.identity]
    last = (reference.ref or "").rsplit("/", 1)[-1]
    return next((message for message in same if message.key == last), same[0] if same else None)
