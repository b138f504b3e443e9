"""A client by hand in the style of the reference system's migration guide: aiomqtt, orjson, an envelope model."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import aiomqtt
import orjson
from pydantic import BaseModel, Field

from .base import Peer, Seen
from .raw_aiomqtt import NODELAY


class Envelope(BaseModel):
    """The envelope, with data of any kind."""

    id: str = Field(default_factory=lambda: uuid.uuid4().hex)
    type: str
    ts: float = Field(default_factory=time.time)
    source: str = "bench"
    data: dict[str, Any]


class HandWritten(Peer):
    """One class around the library, a dictionary of handlers, a loop over the messages."""

    async def open(self) -> None:
        self.handlers: dict[str, Callable[[Envelope], Any]] = {}
        self.waiting: dict[str, asyncio.Future[Envelope]] = {}
        self.reading: asyncio.Task[None] | None = None
        place = self.place
        self.client = aiomqtt.Client(
            place.host, place.port, identifier=place.client_id, socket_options=[NODELAY],
            max_inflight_messages=64,
        )  # fmt: skip
        self.client.pending_calls_threshold = 10_000  # of publishes under way, before it writes a warning for each
        await self.client.__aenter__()

    async def close(self) -> None:
        if self.reading is not None:
            self.reading.cancel()
        await self.client.__aexit__(None, None, None)

    async def publish_event(
        self, topic: str, event_type: str, data: BaseModel, qos: int, correlate: str | None = None
    ) -> str:
        """Wrap, dump, publish."""
        envelope = Envelope(type=event_type, data=data.model_dump(), **({"id": correlate} if correlate else {}))
        await self.client.publish(topic, orjson.dumps(envelope.model_dump()), qos, timeout=60)
        return envelope.id

    async def subscribe(self, topic: str, qos: int, handler: Callable[[Envelope], Any]) -> None:
        self.handlers[topic] = handler
        await self.client.subscribe(topic, qos)
        self.reading = self.reading or asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        async for message in self.client.messages:
            try:
                envelope = Envelope.model_validate(orjson.loads(message.payload))
                await self.handlers[str(message.topic)](envelope)
            except Exception as error:
                print(f"a message could not be handled: {error!r}", flush=True)

    async def publish(self, qos: int) -> None:
        await self.publish_event(self.sample.topic, "memory.query.result", self.sample.data, qos)

    async def receive(self, qos: int, seen: Seen) -> None:
        kind = type(self.sample.data)

        async def handler(envelope: Envelope) -> None:
            kind.model_validate(envelope.data)
            seen()

        await self.subscribe(self.sample.topic, qos, handler)

    async def serve(self) -> None:
        async def handler(envelope: Envelope) -> None:
            await self.publish_event("memory/results", "memory.query.result", self.sample.data, 1, envelope.id)

        await self.subscribe("memory/query", 1, handler)

    async def request(self) -> None:
        from tars.memory import MemoryQueryResult

        if not self.handlers:
            await self.subscribe("memory/results", 1, self._reply)
        request_id = uuid.uuid4().hex
        reply = self.waiting[request_id] = asyncio.get_running_loop().create_future()
        await self.publish_event("memory/query", "memory.query", self.query, 1, request_id)
        MemoryQueryResult.model_validate((await reply).data)

    async def _reply(self, envelope: Envelope) -> None:
        self.waiting.pop(envelope.id).set_result(envelope)
