"""The AsyncAPI 3 model: channels, messages and operations with references followed and traits merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeAlias, TypeVar

from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.documents.node import Document, Identity, Node

V = TypeVar("V")
Action: TypeAlias = Literal["send", "receive"]
TopicKey: TypeAlias = tuple[Identity, str]
"""A channel, and the key of a message in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Located(Generic[V]):
    """A value and the node where it is written."""

    value: V
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """The delivery that an mqtt operation binding, or ``x-mqtt``, declares."""

    qos: Located[int] | None = None
    retain: Located[bool] | None = None
    expiry: Located[int] | None = None

    def over(self, other: Delivery) -> Delivery:
        """Return this delivery, with what only the other one declares."""
        return Delivery(self.qos or other.qos, self.retain or other.retain, self.expiry or other.expiry)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One ``{name}`` of an address."""

    name: str
    node: Node
    description: str
    enum: tuple[str, ...]
    default: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One message of a channel."""

    key: str
    """Its key in the channel."""
    node: Node
    """Where it is defined, after every reference."""
    entry: Node
    """Where the channel lists it."""
    event_type: Located[str]
    text: str
    """Title, summary and description, for the docstring."""
    content_type: str
    schema_format: str | None
    payload: Node | None
    schema: Node | None
    """The payload after every reference; None where it is not JSON Schema."""
    headers: tuple[Node, ...]
    """The schema of the headers, and those of traits after it."""
    correlation: Located[str] | None
    envelope: str | None
    former_types: tuple[str, ...]
    partition_key: Located[str] | None
    replay_window: int | None
    is_error: bool
    """Whether as a reply it is an error."""
    deprecation: Deprecation | None
    lenient: tuple[Located[str], ...] = ()
    """What its readers understand beside what its payload allows, by its own names and those of its document."""
    delivery: Delivery = Delivery()
    """The delivery that it declares for every operation on it, or its channel for all of its messages."""


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One channel: an address and the messages on it."""

    id: str
    node: Node
    address: Located[str] | None
    text: str
    parameters: tuple[Parameter, ...]
    messages: tuple[Message, ...]
    envelope: str
    deprecation: Deprecation | None = None
    domain: str = ""
    """The part of a bundle that it is in; elsewhere it depends on the file."""

    @property
    def document(self) -> Document:
        """The file that defines it."""
        return self.node.document

    def with_messages(self, others: Iterable[Message]) -> Channel:
        """Return the channel with those of ``others`` that it does not list."""
        known = {message.key for message in self.messages}
        extra = {message.key: message for message in others if message.key not in known}
        return replace(self, messages=(*self.messages, *extra.values())) if extra else self


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """The reply of an operation."""

    node: Node
    channel: Channel
    messages: tuple[Message, ...]
    until: str | None
    """The payload field that ends a stream of replies."""
    location: Located[str] | None = None
    """Where a request says which topic its reply goes to (Operation Reply Address Object)."""

    @property
    def topic_keys(self) -> list[TopicKey]:
        """The keys of its topics."""
        return [(self.channel.node.identity, message.key) for message in self.messages]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation of one service on some messages of a channel."""

    id: str
    node: Node
    action: Action
    channel: Channel
    messages: tuple[Message, ...]
    delivery: Delivery
    """Its own, and what all of its messages declare."""
    reply: Reply | None
    deprecation: Deprecation | None = None

    @property
    def topic_keys(self) -> list[TopicKey]:
        """The keys of its topics."""
        return [(self.channel.node.identity, message.key) for message in self.messages]

    def delivery_of(self, message: Message) -> Delivery:
        """Return the delivery of one of its messages."""
        return self.delivery.over(message.delivery)


@dataclass(frozen=True, slots=True)
class Will:
    """A Last Will that is not the health of the client."""

    topic: str
    message: str
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One of the documents that a bundle was made of."""

    title: str
    text: str
    origin: str


@dataclass(frozen=True, slots=True, eq=False)
class Api:
    """One AsyncAPI document, or the part of a bundle for one service."""

    document: Document
    title: str
    text: str
    channels: tuple[Channel, ...]
    """The channels that it lists, its own and those of other files."""
    operations: tuple[Operation, ...] = field(default=())
    settings: tuple[str, ...] = field(default=())
    """The settings, as NAME=VALUE, that its server bindings request."""
    client_ids: tuple[str, ...] = field(default=())
    """The client ids that its server bindings give it."""
    wills: tuple[str, ...] = field(default=())
    """The topics of the Last Wills in its server bindings."""
    asked: tuple[tuple[str, int], ...] = field(default=())
    """The default settings of its client."""
    will: Will | None = None
    """The Last Will of its client, where it is not that of its health."""
    service: str = ""
    """The name that a bundle gives the service."""
    origin: str = ""
    """The file of which a bundle was made."""
    domains: Mapping[str, Part] = field(default_factory=dict[str, Part])
    """The domains of a bundle, by the names that its channels have for them."""

    @property
    def label(self) -> str:
        """The file that generated code names as its source."""
        return self.origin or self.document.label

    @property
    def own_channels(self) -> tuple[Channel, ...]:
        """The channels that this file defines."""
        return tuple(channel for channel in self.channels if channel.document is self.document)
