"""aiomqtt as its documentation shows it: ``async for`` over its messages; nothing is validated."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import aiomqtt

from .base import BytesPeer

NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Aiomqtt(BytesPeer):
    """With TCP_NODELAY, which it can be told; without it a request takes 88 ms."""

    validates = False
    protocol = aiomqtt.ProtocolVersion.V5

    async def open(self) -> None:
        place = self.place
        self.client = aiomqtt.Client(
            place.host, place.port, identifier=place.client_id, socket_options=[NODELAY],
            max_inflight_messages=64, protocol=self.protocol,
        )  # fmt: skip
        self.client.pending_calls_threshold = 10_000  # of publishes under way, before it writes a warning for each
        await self.client.__aenter__()
        self.takers: dict[str, Callable[[bytes], None]] = {}
        self.reading: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self.reading is not None:
            self.reading.cancel()
        await self.client.__aexit__(None, None, None)

    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        await self.client.publish(topic, payload, qos, timeout=60)

    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        self.takers[topic] = take
        await self.client.subscribe(topic, qos)
        self.reading = self.reading or asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        async for message in self.client.messages:
            self.takers[str(message.topic)](message.payload)


class Aiomqtt311(Aiomqtt):
    """In MQTT 3.1.1, which is what it does unless told."""

    protocol = aiomqtt.ProtocolVersion.V311
