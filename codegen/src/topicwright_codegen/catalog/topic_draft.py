"""A topic while the catalog is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.asyncapi.model import Action, Channel, Delivery, Message, Operation, TopicKey
from topicwright_codegen.asyncapi.payload_kind import is_json, is_text, warn_of_bytes
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.schemas.draft import Draft
from topicwright_codegen.schemas.lowering import Schemas


@dataclass(slots=True, eq=False)
class TopicDraft:
    """One message on one channel while the catalog is built."""

    channel: Channel
    message: Message
    domain: str
    suffix: str = ""
    called: str = ""
    """The event type, without the package that a class of Java has in front."""
    payload: Draft | None = None
    headers: Draft | None = None
    sends: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    """Each service that sends it, with its delivery."""
    receives: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    ends: list[tuple[Action, Deprecation | None]] = field(default_factory=list["tuple[Action, Deprecation | None]"])
    """The deprecation of each operation on it."""

    @property
    def key(self) -> TopicKey:
        """The channel and the message's key in it."""
        return self.channel.node.identity, self.message.key

    @property
    def event_type(self) -> str:
        """The name of the event."""
        return self.message.event_type.value

    @property
    def short_key(self) -> str:
        """The message's key, cut where the event type is."""
        key = self.message.key
        return self.called if key == self.event_type else naming.without_packages([key])[key]

    @property
    def wire(self) -> str:
        """The envelope of the payload."""
        return (self.message.envelope or self.channel.envelope) if self.payload else "none"

    @property
    def params_class(self) -> str:
        """The class of the parameters of the address."""
        return naming.class_name(f"{self.suffix} params")

    @property
    def error_class(self) -> str:
        """The exception that carries it, where it is a reply that is an error; else empty."""
        end = "exception" if self.suffix.endswith("error") else "error"
        return naming.class_name(f"{self.suffix} {end}") if self.message.is_error else ""

    def add(self, service: str, operation: Operation) -> None:
        """Add an operation of a service."""
        (self.sends if operation.action == "send" else self.receives).append(
            (service, operation.delivery_of(self.message))
        )
        self.ends.append((operation.action, operation.deprecation))

    def add_reply(self, service: str, operation: Operation) -> None:
        """Add an operation of which it is a reply: that goes in the other direction."""
        (self.receives if operation.action == "send" else self.sends).append((service, self.message.delivery))

    def collect_types(self, schemas: Schemas) -> None:
        """Find the types of payload and headers."""
        message = self.message
        if message.headers:
            self.headers = schemas.headers(message.headers, f"{self.short_key} headers", self.domain)
        typed = is_json(message) or is_text(message, message.envelope or self.channel.envelope)
        if not typed:
            warn_of_bytes(message, schemas.source.diagnostics)
        elif message.payload is not None:
            self.payload = schemas.payload(message.payload, self.short_key, self.domain)


def collect_topics(channels: Iterable[Channel], domains: Mapping[Identity, str]) -> dict[TopicKey, TopicDraft]:
    """Return a draft for each message of each channel."""
    drafts = (
        TopicDraft(channel, message, domains[channel.node.identity])
        for channel in channels
        for message in channel.messages
    )
    return {draft.key: draft for draft in drafts}


def check_same_address(drafts: Iterable[TopicDraft], diagnostics: Diagnostics) -> None:
    """Report one event type on one address with two payloads: a reader could not distinguish them.

    Bare payloads can only be distinguished by their shape, whatever their event types.
    """
    seen: dict[tuple[str, str], TopicDraft] = {}
    for draft in drafts:
        if draft.channel.address is None:
            continue
        other = seen.setdefault((draft.channel.address.value, draft.event_type), draft)
        if other is not draft and other.payload is not draft.payload:
            report = diagnostics.warning if "none" in (draft.wire, other.wire) else diagnostics.error
            message = f"event {draft.event_type!r} on {draft.channel.address.value!r} is defined twice, differently"
            report("TW306", message, draft.message.entry, "define it once", [other.message.entry])
