"""A topic while the catalog is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.asyncapi.model import Action, Channel, Delivery, Message
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.schemas.draft import Draft

TopicKey: TypeAlias = tuple[Identity, str]


@dataclass(slots=True, eq=False)
class TopicDraft:
    """One message on one channel while the catalog is built."""

    channel: Channel
    message: Message
    domain: str
    suffix: str = ""
    payload: Draft | None = None
    headers: Draft | None = None
    sends: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    """Each service that sends it, and how."""
    receives: list[tuple[str, Delivery]] = field(default_factory=list["tuple[str, Delivery]"])
    ends: list[tuple[Action, Deprecation | None]] = field(default_factory=list["tuple[Action, Deprecation | None]"])
    """What each operation on it says of its own end."""

    @property
    def key(self) -> TopicKey:
        """The channel and the message's key in it."""
        return self.channel.node.identity, self.message.key

    @property
    def event_type(self) -> str:
        """The name of the event."""
        return self.message.event_type.value

    @property
    def wire(self) -> str:
        """What is around the payload."""
        return (self.message.envelope or self.channel.envelope) if self.payload else "none"

    @property
    def params_class(self) -> str:
        """The class of the parameters of the address."""
        return naming.class_name(f"{self.suffix} params")
