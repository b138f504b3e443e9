"""MQTT 5 and 3.1.1 over TCP, TLS and WebSocket with aiomqtt.

aiomqtt manages the connection and the event loop. What it lacks comes from its paho client: manual acknowledgement,
reason codes, the session-present flag, and the end of a connection that is closed before CONNACK.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Sequence
from typing import Any

import aiomqtt
from topicwright.config.settings import Settings
from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.transport.base import Answered, Connection, ConnectOptions
from topicwright.transport.link.peer_faults import PeerFaults
from topicwright.transport.paho.client import PahoClient


class MqttTransport:
    """Connects to the broker of the settings."""

    def __init__(self, settings: Settings, version: int = 5) -> None:
        self._settings = settings
        self._version = version
        self._faults = PeerFaults()
        # State of the previous connection that a resumed session needs. The broker remembers the packet ids of
        # unfinished QoS 2 publishes, so a new process does not start at 1.
        self._carried: dict[str, Any] = {"_last_mid": random.randrange(1, 0xFFFF)}

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection after a successful CONNACK.

        Raises:
            AuthenticationError: the login was refused.
            TLSError: the handshake failed.
            BrokerUnavailableError: no broker answered in time, or the broker is not ready.
        """
        client = PahoClient(self._settings, self._version, options, receive, self._faults)
        await client.open(options.timeout, self._carried)
        client.closed.add_done_callback(lambda _: self._carried.update(client.exchange.carry_over()))
        return MqttConnection(client)


class MqttConnection:
    """A ``Connection`` over one aiomqtt client; each attempt has a new one, so that paho sends nothing again itself."""

    def __init__(self, client: PahoClient) -> None:
        self._client = client
        self.session_present = client.session_present
        self.version = client.version
        self.limits = client.limits
        self.closed = client.closed

    @property
    def unconfirmed(self) -> int:
        """How many written QoS 0 messages the broker may not have read."""
        return self._client.exchange.unconfirmed.count

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Return False: paho reports only afterwards whether its buffer had space."""
        return False

    def free(self) -> bool:
        """Return whether a message can be sent immediately."""
        return self._client.exchange.free()

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; see ``Connection.publish``."""
        self._client.exchange.send(message, acknowledged)

    def hurry(self) -> None:
        """Do nothing: paho's buffer is written at the end of the turn."""

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None) -> asyncio.Future[Sequence[int]]:
        """Send SUBSCRIBE; see ``Connection.subscribe``."""
        return self._client.answers.subscribe(filters, identifier)

    def unsubscribe(self, filters: Sequence[str]) -> asyncio.Future[Sequence[int]]:
        """Send UNSUBSCRIBE; see ``Connection.unsubscribe``."""
        return self._client.answers.unsubscribe(filters)

    def silence(self) -> float:
        """Return the seconds since the last packet from the broker."""
        return self._client.socket_.silence()

    def ping(self) -> None:
        """Send PINGREQ."""
        self._client.ping()

    def probe(self) -> asyncio.Future[None]:
        """Send PINGREQ; see ``Connection.probe``."""
        self._client.pinged()
        return self._client.exchange.unconfirmed.probe()

    def unanswered(self) -> list[Outgoing]:
        """Return the QoS 1 and 2 messages that the broker has not answered."""
        return self._client.exchange.unanswered()

    def forget(self, messages: Collection[Outgoing]) -> None:
        """Do nothing: a new paho client sends nothing again by itself."""

    async def disconnect(self) -> None:
        """Send DISCONNECT and close; do not wait longer than a moment for the broker to close."""
        with self._client.half_close() as half_close:
            try:
                await self._client.__aexit__(None, None, None)
            except (aiomqtt.MqttError, OSError):
                self.abort()
            else:
                await half_close.wait()

    def abort(self) -> None:
        """Close without DISCONNECT."""
        self._client.abort()
