"""The narrow protocol between a session and an MQTT library: connect, publish, subscribe, receive, acknowledge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import ConnectError

if TYPE_CHECKING:
    from ..decoding import Decoder
    from ..entry import Entry
    from ..topic import Event


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


EMPTY = Properties()
NOBODY: Final[frozenset[Entry]] = frozenset()


@dataclass(slots=True, eq=False)
class Outgoing:
    """A message to publish. Nothing changes it; that it is not frozen is for speed."""

    topic: str
    payload: bytes
    qos: int
    retain: bool = False
    properties: Properties = EMPTY


class Incoming:
    """A received message, and how far its handlers are with it.

    One object from the connection to the acknowledgement; what most messages do not have stands in the class. Both are
    for speed.
    """

    qos = 0
    retain = False
    """Whether it was stored and is sent because of a new subscription."""
    duplicate = False
    """Whether it may have been sent before (the DUP flag of MQTT 5, section 3.3.1.1)."""
    packet_id = 0
    properties: Properties = EMPTY
    subscriptions: tuple[int, ...] = ()
    """The identifiers of the subscriptions that it is sent for; empty where the broker does not say."""

    waiting: Collection[Entry] = NOBODY
    """The handlers that are not through yet."""
    tried: AbstractSet[Entry] = NOBODY
    """The handlers that are through."""
    taken = False
    """Whether a handler took its event type."""
    finished = False
    """Whether it may be acknowledged when its turn comes."""
    reported = False
    """Whether it was reported as invalid: once, however many handlers cannot read it."""
    too_large = 0
    """The limit that its payload exceeds, in bytes, so that nothing may parse it; 0 where it does not."""
    sent_again: Incoming | None = None
    """The same message on a later connection of the session, over which it is acknowledged."""
    decoder: Decoder[Any] | None = None
    """What has read it."""
    event: Event[Any, Any, Any] | None = None
    """What ``decoder`` made of it, for further attempts of the same handler."""

    def __init__(self, topic: str, payload: bytes) -> None:
        self.topic = topic
        self.payload = payload

    def acknowledge(self) -> bool:
        """Send PUBACK or PUBCOMP; return False where the connection is gone, so that the message may come again.

        Connections override it; a message that came over none needs no acknowledgement.
        """
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOptions:
    """What a CONNECT packet says, and where to."""

    client_id: str
    clean_start: bool
    session_expiry: int
    keepalive: int
    receive_maximum: int
    timeout: float
    will: Outgoing | None = None


class Answered(Protocol):
    """What takes the broker's answer to a publish: a future, or something that is cheaper."""

    def done(self) -> bool:
        """Return whether nobody waits for it any more."""
        ...

    def set_result(self, result: int, /) -> None:
        """Take the reason code."""
        ...


class Connection(Protocol):
    """One network connection, from CONNACK to its end."""

    session_present: bool
    """Whether the broker had kept the session (MQTT 5, section 3.2.2.1.1)."""
    version: int
    """Of the protocol: 5, or 4 for MQTT 3.1.1, which has neither properties nor reason codes."""
    maximum_packet_size: int | None
    """The largest packet that the broker accepts, in bytes; None for no limit."""
    closed: asyncio.Future[ConnectError | None]
    """Resolves with the reason when the connection ends, or with None after ``disconnect``."""

    @property
    def unproven(self) -> int:
        """How many QoS 0 messages were written that the broker may not have read; also after the end."""
        ...

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Send a QoS 0 message if there is room for it; False says that nothing was done and ``publish`` is needed."""
        ...

    def free(self) -> bool:
        """Return whether a message goes out at once, before all that is sent after it: not too many are under way."""
        ...

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; ``acknowledged`` gets the reason code, unless it is done: for QoS 0, once there is room.

        Where the connection ends first nothing happens to it: the caller knows, and sends it on the next one.
        """
        ...

    def hurry(self) -> None:
        """Write what was published as soon as possible: somebody waits for it."""
        ...

    async def subscribe(self, topic_filter: str, qos: int, identifier: int) -> int:
        """Return the reason code of the SUBACK packet."""
        ...

    async def unsubscribe(self, topic_filter: str) -> None:
        """Return when the broker has answered."""
        ...

    def silence(self) -> float:
        """Return the seconds since a packet came from the broker."""
        ...

    def ping(self) -> None:
        """Send PINGREQ, to hear whether the broker is alive."""
        ...

    async def disconnect(self) -> None:
        """Say goodbye, so that the broker discards the Last Will, and close."""
        ...

    def abort(self) -> None:
        """Close without a goodbye."""
        ...


class Transport(Protocol):
    """Makes connections."""

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection that gives each message to ``receive``, or raise a ``ConnectError``."""
        ...
