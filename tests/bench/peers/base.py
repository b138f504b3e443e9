"""The operations that a role needs from a client library."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..sample import Sample

Seen = Callable[[], None]
TURN = 128
"""After how many QoS 0 messages a client without back-pressure of its own lets go of the loop: about 64 KB."""


@dataclass(frozen=True)
class Place:
    """Where the broker is, who connects, and the size of the payloads (0 for the memory results)."""

    host: str
    port: int
    client_id: str
    size: int = 0
    judged: bool = False
    """Whether its schema judges what is received, beside its type."""


class Peer:
    """A client in one role."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @cached_property
    def sample(self) -> Sample:
        """What is sent. Imported late: the start-up of a library is measured without it."""
        from ..sample import sample_of

        return sample_of(self.place.size)

    @cached_property
    def query(self) -> Any:
        """What is asked: the same object each time, as the sample is when publishing."""
        from ..sample import memory_query

        return memory_query().data

    @abstractmethod
    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Disconnect."""

    @abstractmethod
    async def publish(self, qos: int) -> None:
        """Publish one sample; for QoS 1 until it is acknowledged."""

    @abstractmethod
    async def receive(self, qos: int, seen: Seen) -> None:
        """Subscribe to the sample and call ``seen`` for each message; return when subscribed."""

    async def serve(self) -> None:
        """Answer each request with the sample."""
        raise NotImplementedError

    async def request(self) -> None:
        """Send a request and wait for its reply."""
        raise NotImplementedError

    async def publish_many(self, count: int, qos: int, in_flight: int) -> None:
        """Publish ``count`` samples, ``in_flight`` of them at a time."""
        await spread(count, in_flight, lambda: self.publish(qos))


async def spread(count: int, width: int, work: Callable[[], Any]) -> None:
    """Do something ``count`` times, by ``width`` tasks."""
    if width == 1:
        for _ in range(count):
            await work()
        return

    async def some(times: int) -> None:
        for _ in range(times):
            await work()

    each, more = divmod(count, width)
    async with asyncio.TaskGroup() as tasks:
        for number in range(width):
            tasks.create_task(some(each + (number < more)))


class BytesPeer(Peer):
    """A library that carries bytes: writes ready ones, and validates what it reads unless ``validates`` is off."""

    validates = True

    @abstractmethod
    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        """Publish; for QoS 1 until it is acknowledged."""

    @abstractmethod
    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        """Subscribe, and call ``take`` with each payload."""

    def later(self, topic: str, payload: bytes, qos: int) -> None:
        """Publish from a callback."""
        task = asyncio.ensure_future(self.send(topic, payload, qos))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @cached_property
    def _tasks(self) -> set[asyncio.Future[None]]:
        return set()

    async def publish(self, qos: int) -> None:
        await self.send(self.sample.topic, self.sample.payload, qos)

    async def receive(self, qos: int, seen: Seen) -> None:
        decode = self.sample.decode

        def take(payload: bytes) -> None:
            decode(payload)
            seen()

        await self.listen(self.sample.topic, qos, take if self.validates else lambda payload: seen())

    async def serve(self) -> None:
        from ..sample import memory_query, seal

        decode = memory_query().decode

        def take(payload: bytes) -> None:
            message_id = decode(payload).id
            self.later(self.sample.topic, seal("memory.query.result", self.sample.data, message_id), 1)

        await self.listen("memory/query", 1, take)

    async def listen_for_replies(self) -> None:
        """Subscribe to the replies, once."""
        if self._waiting is None:
            waiting = self._waiting = {}
            decode = self.sample.decode

            def take(payload: bytes) -> None:
                reply = decode(payload)
                waiting.pop(reply.id).set_result(reply.data)

            await self.listen(self.sample.topic, 1, take)

    _waiting: dict[str, asyncio.Future[Any]] | None = None

    async def request(self) -> None:
        from ..sample import new_id, seal

        if self._waiting is None:
            await self.listen_for_replies()
        assert self._waiting is not None
        message_id = new_id()
        reply = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        await self.ask("memory/query", seal("memory.query", self.query, message_id))
        await reply

    async def ask(self, topic: str, payload: bytes) -> None:
        """Publish a request with QoS 1."""
        await self.send(topic, payload, 1)
