"""A message to publish and a received message, as every layer passes them on."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Window:
    """How many acknowledged messages of one kind are published again after a reconnect."""

    size: int
    name: str = ""
    """The address in the catalog; empty for the window that the settings give."""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Properties:
    """The properties of a PUBLISH packet that an application uses (MQTT 5, section 3.3.2.3).

    Nothing changes them; that they are not frozen is for speed.
    """

    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    expiry: int | None = None
    """Message expiry interval in seconds."""
    user: tuple[tuple[str, str], ...] = ()
    """User properties; a name may occur more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A received message as an untyped handler sees it that takes three arguments."""

    topic: str
    payload: bytes
    qos: int
    """The QoS that it arrived with: at most that of the subscription."""
    retain: bool
    """Whether the broker had retained it and sent it because of a new subscription (MQTT 5, section 3.3.1.3).

    With ``retain_as_published`` it is the publisher's flag.
    """
    properties: Properties


EMPTY = Properties()
NO_HANDLERS: Final[frozenset[Any]] = frozenset()


@dataclass(slots=True, eq=False)
class Outgoing:
    """A message to publish. Nothing changes it; that it is not frozen is for speed."""

    topic: str
    payload: bytes
    qos: int
    retain: bool = False
    properties: Properties = EMPTY
    window: Window | None = None
    """The replay window of its topic; None for the one that the settings give."""


class Incoming:
    """A received message, and how far its handlers are with it.

    One object goes from the connection to the acknowledgement, and defaults that most messages keep are class
    attributes. Both are for speed.
    """

    qos = 0
    retain = False
    """Whether the broker had stored it and sends it because of a new subscription; see ``RETAIN_AS_PUBLISHED``."""
    duplicate = False
    """Whether it may have been sent before (the DUP flag of MQTT 5, section 3.3.1.1)."""
    packet_id = 0
    properties: Properties = EMPTY
    subscriptions: tuple[int, ...] = ()
    """The identifiers of the subscriptions that it is sent for; empty where the broker does not send them."""

    # What follows belongs to the dispatcher and the reader. It is opaque to the transport, which never looks at it.
    waiting: Collection[Any] = NO_HANDLERS
    """The handlers that have not finished with it."""
    tried: AbstractSet[Any] = NO_HANDLERS
    """The handlers that have finished with it."""
    taken = False
    """Whether a handler accepted its event type."""
    finished = False
    """Whether it may be acknowledged when its turn comes."""
    reported = False
    """Whether it was reported as invalid: once, however many handlers cannot read it."""
    former = False
    """Whether no subscription of this program is the one it came by, so that its topic decides in the end."""
    too_large = 0
    """The limit that its payload exceeds, in bytes, so that nothing may parse it; 0 where it does not."""
    forbidden = False
    """Whether its topic is none (MQTT 5, section 3.3.2.1), so that no handler may get it."""
    redelivered: Incoming | None = None
    """The same message on a later connection of the session, which takes its acknowledgement."""
    choice: tuple[object, Any] | None = None
    """The first message of its address, and the one that it is, if any: see ``codec.message_choice``."""
    decoder: object | None = None
    """The decoder that made ``event``."""
    event: object | None = None
    """The event that ``decoder`` made of it, for further attempts of the same handler."""

    def __init__(self, topic: str, payload: bytes) -> None:
        self.topic = topic
        self.payload = payload

    def acknowledge(self) -> bool:
        """Send PUBACK or PUBCOMP; return False where the connection is gone, so that the message may be redelivered.

        Connections override it; a message that came over none needs no acknowledgement.
        """
        return True

    def discard(self) -> None:
        """Give up a message that repeats another one of its connection: the other one is acknowledged."""
