"""gmqtt: callbacks in the event loop; acknowledges before its callback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import gmqtt

from .base import TURN, BytesPeer


class _Client(gmqtt.Client):
    """Tells of acknowledgements, which gmqtt keeps to itself."""

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.landed: Callable[[], None] = lambda: None

    def _remove_message_from_queue(self, mid: int) -> None:
        super()._remove_message_from_queue(mid)
        self.landed()


class Gmqtt(BytesPeer):
    """MQTT 5."""

    async def open(self) -> None:
        self.client = _Client(self.place.client_id)
        self.takers: dict[str, Callable[[bytes], None]] = {}
        self.client.on_message = self._on_message
        await self.client.connect(self.place.host, self.place.port)

    async def close(self) -> None:
        await self.client.disconnect()

    def _on_message(self, client: Any, topic: str, payload: bytes, qos: int, properties: Any) -> int:
        self.takers[topic](payload)
        return 0

    async def publish_many(self, count: int, qos: int, in_flight: int) -> None:
        """Publish from the callback of the acknowledgement: it has nothing that can be awaited."""
        await (self._unacknowledged(count) if qos == 0 else self._in_flight(count, in_flight))

    async def _unacknowledged(self, count: int) -> None:
        topic, payload = self.sample.topic, self.sample.payload
        protocol = self.client._connection._protocol
        for number in range(count):
            self.client.publish(topic, payload)
            if number % TURN == TURN - 1:
                await asyncio.sleep(0)
                await protocol._drain_helper()  # which waits for room, if there is none

    async def _in_flight(self, count: int, width: int) -> None:
        topic, payload, client = self.sample.topic, self.sample.payload, self.client
        done = asyncio.get_running_loop().create_future()
        left = unsent = count

        def landed() -> None:
            nonlocal left, unsent
            left -= 1
            if unsent:
                unsent -= 1
                client.publish(topic, payload, qos=1)
            elif not left:
                done.set_result(None)

        client.landed = landed
        for _ in range(min(width, count)):
            unsent -= 1
            client.publish(topic, payload, qos=1)
        await done

    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        self.client.publish(topic, payload, qos=qos)

    def later(self, topic: str, payload: bytes, qos: int) -> None:
        self.client.publish(topic, payload, qos=qos)

    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        self.takers[topic] = take
        subscribed = asyncio.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.subscribe(topic, qos=qos)
        await subscribed.wait()
