"""Helpers of the runtime's tests: waiting with a deadline, collecting, children, a faulty network, a small catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import pytest
from topicwright import MQTTClient
from topicwright.testing.broker_programs import mosquitto_path

T = TypeVar("T")


needs_mosquitto = pytest.mark.skipif(
    mosquitto_path() is None, reason="mosquitto is not installed (apt-get install mosquitto)"
)


DEADLINE = 15.0


async def eventually(condition: Callable[[], object], what: str = "", timeout: float = DEADLINE) -> None:
    """Return when ``condition`` holds; fail after a generous deadline."""
    end = asyncio.get_running_loop().time() + timeout
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"not within {timeout:g} s: {what or condition}")
        await asyncio.sleep(0.005)


async def within(work: Awaitable[T], timeout: float = DEADLINE) -> T:
    async with asyncio.timeout(timeout):
        return await work


class Inbox(Generic[T]):
    """A handler that collects what it gets: events, or payloads (and topics) of an untyped subscription."""

    def __init__(self) -> None:
        self.items: list[T] = []

    async def __call__(self, item: T) -> None:
        self.items.append(item)

    async def get(self, count: int = 1, timeout: float = DEADLINE) -> list[T]:
        await eventually(lambda: len(self.items) >= count, f"{count} messages, got {len(self.items)}", timeout)
        return self.items


class Raw:
    """An untyped handler that collects topic and payload."""

    def __init__(self) -> None:
        self.items: list[tuple[str, bytes]] = []

    async def __call__(self, payload: bytes, topic: str) -> None:
        self.items.append((topic, payload))

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.items]

    async def get(self, count: int = 1, timeout: float = DEADLINE) -> list[tuple[str, bytes]]:
        await eventually(lambda: len(self.items) >= count, f"{count} messages, got {len(self.items)}", timeout)
        return self.items


def options(**more: Any) -> dict[str, Any]:
    """Return settings that suit a test: quick reconnects, short time-outs."""
    quick = {"reconnect_min_delay": 0.1, "reconnect_max_delay": 0.3, "shutdown_timeout": 3.0, "connect_timeout": 5.0}
    return {**quick, "transport": transport["over"], **more}


transport = {"over": "auto"}


"""What the clients of the running test speak MQTT with; the fixtures of brokers set it."""


def make(url: str, client_id: str, **more: Any) -> MQTTClient:
    return MQTTClient(url, client_id, **options(**more))


class Clients:
    """Makes connected clients and shuts them down."""

    def __init__(self) -> None:
        self._made: list[MQTTClient] = []

    def make(self, url: str, client_id: str, **options: Any) -> MQTTClient:
        client = make(url, client_id, **options)
        self._made.append(client)
        return client

    async def __call__(self, url: str, client_id: str = "me", **options: Any) -> MQTTClient:
        client = self.make(url, client_id, **options)
        await client.connect()
        return client

    async def close(self) -> None:
        for client in self._made:
            await client.shutdown()
