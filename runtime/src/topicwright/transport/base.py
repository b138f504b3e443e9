"""The narrow protocol between a session and an MQTT library: connect, publish, subscribe, receive, acknowledge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from topicwright.errors import ConnectError
from topicwright.mqtt.message import Incoming, Outgoing, Properties


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
    def unconfirmed(self) -> int:
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
