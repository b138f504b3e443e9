"""paho-mqtt with its own thread; validates in its callback."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from .base import BytesPeer

NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Paho(BytesPeer):
    """The callbacks run in paho's thread, as in a program without asyncio."""

    async def open(self) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2, self.place.client_id, protocol=paho.MQTTv5)
        self.client.max_inflight_messages_set(64)
        self.client.max_queued_messages_set(0)
        self.client.on_publish = self._on_publish
        self.client.on_socket_open = lambda client, userdata, sock: sock.setsockopt(*NODELAY)
        self.takers: dict[str, Callable[[bytes], None]] = {}
        self.done: dict[int, Callable[[], None]] = {}
        self.room = threading.Semaphore(64)
        subscribed = self.subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.on_message = self._on_message
        self.client.connect(self.place.host, self.place.port)
        self.client.loop_start()

    async def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _on_publish(self, client: Any, userdata: Any, mid: int, reason: Any, properties: Any) -> None:
        self.room.release()

    def _on_message(self, client: Any, userdata: Any, message: Any) -> None:
        self.takers[message.topic](message.payload)

    async def publish_many(self, count: int, qos: int, in_flight: int) -> None:
        """Publish from a thread that waits for room."""
        await asyncio.to_thread(self._publish_many, count, qos, in_flight)

    def _publish_many(self, count: int, qos: int, in_flight: int) -> None:
        self.room = threading.Semaphore(in_flight if qos else 1000)
        for _ in range(count):
            self.room.acquire()
            self.client.publish(self.sample.topic, self.sample.payload, qos)
        for _ in range(in_flight if qos else 1000):
            self.room.acquire()

    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        self.client.publish(topic, payload, qos)

    def later(self, topic: str, payload: bytes, qos: int) -> None:
        self.client.publish(topic, payload, qos)

    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        self.takers[topic] = take
        self.subscribed.clear()
        self.client.subscribe(topic, qos)
        await asyncio.to_thread(self.subscribed.wait, 10)

    async def listen_for_replies(self) -> None:
        """As everywhere, but the reply comes in another thread."""
        await super().listen_for_replies()
        take, loop = self.takers[self.sample.topic], asyncio.get_running_loop()
        self.takers[self.sample.topic] = lambda payload: loop.call_soon_threadsafe(take, payload) and None
