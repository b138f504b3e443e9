"""MQTT 5 and 3.1.1 over TCP, TLS and WebSocket by aiomqtt: the only module that knows it.

aiomqtt brings the connection and its place in the event loop. What it leaves out is taken from the paho client
inside of it: acknowledging by hand, reason codes, the session-present flag, and the end of a connection that was
closed before CONNACK.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import aiomqtt
from paho.mqtt.subscribeoptions import SubscribeOptions
from topicwright.config.settings import Settings
from topicwright.errors import ConnectionLostError
from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.transport.base import Answered, Connection, ConnectOptions
from topicwright.transport.paho.client import PahoClient
from topicwright.transport.paho.exchange import code_of
from topicwright.transport.paho.properties import subscribe_properties

A = TypeVar("A")


class MqttTransport:
    """Connects to the broker that the settings name."""

    def __init__(self, settings: Settings, version: int = 5) -> None:
        self._settings = settings
        self._version = version
        # What a resumed session needs of the connection before. The broker remembers the packet ids of unfinished
        # QoS 2 publishes, so a new process does not start at 1.
        self._carried: dict[str, Any] = {"_last_mid": random.randrange(1, 0xFFFF)}

    async def connect(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> Connection:
        """Return a connection once CONNACK says yes.

        Raises:
            AuthenticationError: the login was refused.
            TLSError: the handshake failed.
            BrokerUnavailableError: no broker answered in time, or it is not ready.
        """
        client = PahoClient(self._settings, self._version, options, receive)
        await client.open(options.timeout, self._carried)
        client.closed.add_done_callback(lambda _: self._carried.update(client.exchange.carry()))
        return MqttConnection(client)


class MqttConnection:
    """A ``Connection`` over one aiomqtt client; each attempt has a new one, so nothing is sent again unseen."""

    def __init__(self, client: PahoClient) -> None:
        self._client = client
        self.session_present = client.session_present
        self.version = client.version
        self.maximum_packet_size = client.maximum_packet_size
        self.closed = client.closed

    @property
    def unconfirmed(self) -> int:
        """How many QoS 0 messages the broker may not have read."""
        return self._client.exchange.unconfirmed.count

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Return False: paho says only afterwards whether there was room."""
        return False

    def free(self) -> bool:
        """Return whether a message goes out at once."""
        return self._client.exchange.free()

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; see ``Connection.publish``."""
        self._client.exchange.send(message, acknowledged)

    def hurry(self) -> None:
        """Do nothing: what paho has is written at the end of the turn."""

    async def subscribe(self, topic_filter: str, qos: int, identifier: int) -> int:
        """Return the reason code of the SUBACK packet."""
        if self.version == 5:
            properties = subscribe_properties(identifier)
            work = self._client.subscribe(topic_filter, options=SubscribeOptions(qos), properties=properties)
        else:
            work = self._client.subscribe(topic_filter, qos)
        codes = await self._answer(work, f"subscribing to {topic_filter!r}")
        return code_of(codes[0])

    async def unsubscribe(self, topic_filter: str) -> None:
        """Return when the broker has answered."""
        await self._answer(self._client.unsubscribe(topic_filter), f"unsubscribing from {topic_filter!r}")

    async def _answer(self, work: Coroutine[Any, Any, A], what: str) -> A:
        """Return the broker's answer, or learn of the end of the connection, which aiomqtt may sleep through."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task, self.closed), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ConnectionLostError(f"the connection was lost while {what}")
            return task.result()
        except aiomqtt.MqttError as error:
            raise ConnectionLostError(f"{what} failed: {error}") from None
        finally:
            task.cancel()

    def silence(self) -> float:
        """Return the seconds since a packet came from the broker."""
        return self._client.socket_.silence()

    def ping(self) -> None:
        """Send PINGREQ."""
        self._client.ping()

    async def disconnect(self) -> None:
        """Say goodbye and close; a broker that does not let go in time is left."""
        with self._client.half_close() as half_close:
            try:
                await self._client.__aexit__(None, None, None)
            except (aiomqtt.MqttError, OSError):
                self.abort()
            else:
                await half_close.wait()

    def abort(self) -> None:
        """Close without a goodbye."""
        self._client.abort()
