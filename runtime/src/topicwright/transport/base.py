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
    """The fields of a CONNECT packet, and how long to wait for its answer, in seconds."""

    client_id: str
    clean_start: bool
    session_expiry: int
    keepalive: int
    receive_maximum: int
    timeout: float
    will: Outgoing | None = None
    busy: Callable[[], bool] = bool
    """Returns whether handlers are at work, so that what was read may wait for them a moment."""


class Answered(Protocol):
    """Takes the broker's answer to a publish: a future, or a cheaper stand-in for one."""

    def done(self) -> bool:
        """Return whether the answer is no longer needed."""
        ...

    def set_result(self, result: int, /) -> None:
        """Take the reason code."""
        ...


class Connection(Protocol):
    """One network connection, from CONNACK to its end."""

    session_present: bool
    """Whether the broker has kept the session (MQTT 5, section 3.2.2.1.1)."""
    version: int
    """The protocol version: 5, or 4 for MQTT 3.1.1, which has neither properties nor reason codes."""
    maximum_packet_size: int | None
    """The largest packet that the broker accepts, in bytes; None for no limit."""
    closed: asyncio.Future[ConnectError | None]
    """Resolves with the reason when the connection ends, or with None after ``disconnect``."""

    @property
    def unconfirmed(self) -> int:
        """How many written QoS 0 messages the broker may not have read; valid after the end too."""
        ...

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties, /) -> bool:
        """Send a QoS 0 message if the buffer has space; False means that nothing was done and ``publish`` is needed."""
        ...

    def free(self) -> bool:
        """Return whether a message can be sent immediately: the receive maximum of the broker is not reached."""
        ...

    def publish(self, message: Outgoing, acknowledged: Answered, /) -> None:
        """Send a message; ``acknowledged`` gets the reason code, unless it is done.

        For QoS 0 it gets 0 once the buffer has space. If the connection ends first it gets nothing: the caller sends
        the message on the next one.
        """
        ...

    def hurry(self) -> None:
        """Write what was published as soon as possible, because a task waits for the answer."""
        ...

    async def subscribe(self, topic_filter: str, qos: int, identifier: int) -> int:
        """Return the reason code of the SUBACK packet."""
        ...

    async def unsubscribe(self, topic_filter: str) -> None:
        """Wait for the broker's answer."""
        ...

    def silence(self) -> float:
        """Return the seconds since the last packet from the broker."""
        ...

    def ping(self) -> None:
        """Send PINGREQ, to find out whether the broker is alive."""
        ...

    async def disconnect(self) -> None:
        """Send DISCONNECT, so that the broker discards the Last Will, and close."""
        ...

    def abort(self) -> None:
        """Close without DISCONNECT."""
        ...


class Transport(Protocol):
    """Makes connections."""

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection that passes each message to ``receive``.

        Raises:
            ConnectError: no connection could be made.
        """
        ...
