"""zmqtt: a subscription is an async iterator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import zmqtt

from .base import BytesPeer

QOS = (zmqtt.QoS.AT_MOST_ONCE, zmqtt.QoS.AT_LEAST_ONCE)


class Zmqtt(BytesPeer):
    """MQTT 5, acknowledged by the library."""

    async def open(self) -> None:
        self.client = zmqtt.create_client(
            self.place.host, self.place.port, client_id=self.place.client_id, version="5.0"
        )
        await self.client.connect()
        self.reading: list[asyncio.Task[None]] = []

    async def close(self) -> None:
        for task in self.reading:
            task.cancel()
        await asyncio.gather(*self.reading, return_exceptions=True)
        await self.client.disconnect()

    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        await self.client.publish(topic, payload, qos=QOS[qos])

    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        subscription = self.client.subscribe(topic, qos=QOS[qos])
        await subscription.__aenter__()
        self.reading.append(asyncio.ensure_future(self._read(subscription, take)))

    async def _read(self, subscription: Any, take: Callable[[bytes], None]) -> None:
        async for message in subscription:
            take(message.payload)
