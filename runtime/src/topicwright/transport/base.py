"""The narrow protocol between a session and an MQTT library: connect, publish, subscribe, receive, acknowledge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from topicwright.config.broker_url import BrokerURL
from topicwright.config.credentials import Login
from topicwright.errors import ConnectError
from topicwright.mqtt.limits import Limits
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
    maximum_packet_size: int | None = None
    """The largest packet that the client takes, in bytes; None for no limit (section 3.1.2.11.4)."""
    will: Outgoing | None = None
    will_delay: int = 0
    """Seconds until the broker publishes the Last Will, unless the client is back (section 3.1.3.2.2)."""
    busy: Callable[[], bool] = bool
    """Returns whether handlers are at work, so that what was read may wait for them a moment."""
    login: Login | None = None
    """User name and password; None for those of the settings."""
    url: BrokerURL | None = None
    """The server that a broker has named in place of itself; None for the URL of the settings."""


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
    limits: Limits
    """What the broker accepts, by CONNACK."""
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

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None, /) -> asyncio.Future[Sequence[int]]:
        """Send one SUBSCRIBE; when awaited, return the reason codes of SUBACK, one a filter.

        Each filter has its options as one number, of which a QoS is one: see ``mqtt/subscription_options.py``.

        It is sent before this returns. There is no timeout: the caller has one.

        Raises:
            ConnectionLostError: the connection ended before the answer.
        """
        ...

    def unsubscribe(self, filters: Sequence[str], /) -> asyncio.Future[Sequence[int]]:
        """Send one UNSUBSCRIBE; when awaited, return the reason codes of UNSUBACK, one a filter; see ``subscribe``."""
        ...

    def silence(self) -> float:
        """Return the seconds since the last packet from the broker."""
        ...

    def ping(self) -> None:
        """Send PINGREQ, to find out whether the broker is alive."""
        ...

    def probe(self) -> asyncio.Future[None]:
        """Send PINGREQ; return what its answer resolves, or the end of the connection.

        A broker reads in order, so its answer means that it has read what was sent before.
        """
        ...

    def unanswered(self) -> list[Outgoing]:
        """Return the QoS 1 and 2 messages that were sent and not answered, in order; valid after the end too.

        Where there are none, those whose PUBREL was not answered.
        """
        ...

    def forget(self, messages: Collection[Outgoing]) -> None:
        """After the end: do not send these messages again with the next connection of the session."""
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
