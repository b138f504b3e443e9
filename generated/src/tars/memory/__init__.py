"""What the robot remembers of earlier conversations. Made by topicwright from schema/channels/memory.yaml; do not
edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import tars.memory as _memory

if TYPE_CHECKING:
    from tars.memory.models import MemoryQuery as MemoryQuery
    from tars.memory.models import MemoryQueryResult as MemoryQueryResult
    from tars.memory.models import MemoryResult as MemoryResult
    from tars.memory.topics import MEMORY_QUERY as MEMORY_QUERY
    from tars.memory.topics import MEMORY_QUERY_CALL as MEMORY_QUERY_CALL
    from tars.memory.topics import MEMORY_QUERY_RESULT as MEMORY_QUERY_RESULT
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class MemoryTopics(MQTTClient):
    """Publish to and subscribe to the ``memory`` topics; service clients take single methods from here."""

    async def publish_memory_query(self: MQTTClient, data: MemoryQuery, *, correlation_id: str | None = None) -> str:
        """Publish ``memory.query``. Find what was said about this. ``memory/query``, QoS 1, expires after 60 s; from
        llm-worker, ui-web to memory-worker."""
        return await self.publish(_memory.MEMORY_QUERY, data, correlation_id=correlation_id)

    async def on_memory_query(self: MQTTClient, handler: Handler[MemoryQuery], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``memory.query``. Find what was said about this. ``memory/query``, QoS 1,
        expires after 60 s; from llm-worker, ui-web to memory-worker."""
        return await self.on(_memory.MEMORY_QUERY, handler, concurrency=concurrency)

    async def request_memory_query(self: MQTTClient, data: MemoryQuery, *, timeout: float = 30.0) -> MemoryQueryResult:
        """Send ``memory.query`` and wait for ``memory.query.result``. Find what was said about this.
        ``memory/query``, QoS 1, expires after 60 s; from llm-worker, ui-web to memory-worker."""
        return await self.request(_memory.MEMORY_QUERY_CALL, data, timeout=timeout)

    async def serve_memory_query(
        self: MQTTClient, responder: Responder[MemoryQuery, MemoryQueryResult], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``memory.query`` with ``memory.query.result``. Find what was said about this.
        ``memory/query``, QoS 1, expires after 60 s; from llm-worker, ui-web to memory-worker."""
        return await self.serve(_memory.MEMORY_QUERY_CALL, responder, concurrency=concurrency)

    async def publish_memory_query_result(
        self: MQTTClient, data: MemoryQueryResult, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``memory.query.result``. What the memory found, best first. ``memory/results``, QoS 1, expires
        after 60 s; from memory-worker to llm-worker, ui-web."""
        return await self.publish(_memory.MEMORY_QUERY_RESULT, data, correlation_id=correlation_id)

    async def on_memory_query_result(
        self: MQTTClient, handler: Handler[MemoryQueryResult], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``memory.query.result``. What the memory found, best first. ``memory/results``,
        QoS 1, expires after 60 s; from memory-worker to llm-worker, ui-web."""
        return await self.on(_memory.MEMORY_QUERY_RESULT, handler, concurrency=concurrency)
