"""One raw connection to a broker, for tests below the session."""

from __future__ import annotations

import asyncio

from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.transport.base import Connection, ConnectOptions, Transport
from topicwright.transport.paho.connection import MqttTransport

from tests.runtime.support.clients import eventually, make, within

Broker = LocalBroker | MemoryBroker


def transport_of(broker: Broker) -> Transport:
    return broker if isinstance(broker, MemoryBroker) else MqttTransport(make(broker.url, "x").settings)


class RawClient:
    """One raw connection, without the session above it."""

    def __init__(self, broker: Broker, client_id: str, *, ack: bool = True) -> None:
        self.got: list[Incoming] = []
        self.ack = ack
        self._transport = transport_of(broker)
        self._client_id = client_id

    async def connect(
        self, *, clean: bool = False, expiry: int = 3600, window: int = 100, will: Outgoing | None = None
    ) -> Connection:
        options = ConnectOptions(
            client_id=self._client_id,
            clean_start=clean,
            session_expiry=expiry,
            keepalive=60,
            receive_maximum=window,
            timeout=5,
            will=will,
        )
        return await within(self._transport.connect(options, self._receive))

    def _receive(self, incoming: Incoming) -> None:
        self.got.append(incoming)
        if self.ack:
            incoming.acknowledge()

    async def get(self, count: int) -> list[Incoming]:
        await eventually(lambda: len(self.got) >= count, f"{count} messages, got {len(self.got)}")
        return self.got


def message(topic: str, payload: bytes = b"x", qos: int = 1, retain: bool = False, **more: object) -> Outgoing:
    return Outgoing(topic=topic, payload=payload, qos=qos, retain=retain, properties=Properties(**more))  # type: ignore[arg-type]


def kind(broker: Broker) -> str:
    return broker.kind if isinstance(broker, LocalBroker) else "memory"


async def published(connection: Connection, outgoing: Outgoing) -> int:
    """Publish over one connection, and return the reason code of the acknowledgement."""
    acknowledged: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    connection.publish(outgoing, acknowledged)
    return await acknowledged
