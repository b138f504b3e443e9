"""The ``llm`` domain. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import stream.llm as _llm

if TYPE_CHECKING:
    from stream.llm.models import LLMRequest as LLMRequest
    from stream.llm.models import LLMResponse as LLMResponse
    from stream.llm.models import LLMStreamDelta as LLMStreamDelta
    from stream.llm.topics import LLM_COMPLETION as LLM_COMPLETION
    from stream.llm.topics import LLM_REQUEST as LLM_REQUEST
    from stream.llm.topics import LLM_REQUEST_CALL as LLM_REQUEST_CALL
    from stream.llm.topics import LLM_REQUEST_STREAM as LLM_REQUEST_STREAM
    from stream.llm.topics import LLM_STREAM as LLM_STREAM
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class LlmTopics(MQTTClient):
    """Publish to and subscribe to the ``llm`` topics; service clients take single methods from here."""

    async def publish_llm_request(self: MQTTClient, data: LLMRequest, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.request``. Answer this prompt. ``llm/request``, QoS 1; to llm-worker."""
        return await self.publish(_llm.LLM_REQUEST, data, correlation_id=correlation_id)

    async def on_llm_request(self: MQTTClient, handler: Handler[LLMRequest], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``llm.request``. Answer this prompt. ``llm/request``, QoS 1; to llm-worker."""
        return await self.on(_llm.LLM_REQUEST, handler, concurrency=concurrency)

    async def request_llm_request(self: MQTTClient, data: LLMRequest, *, timeout: float = 30.0) -> LLMResponse:
        """Send ``llm.request`` and wait for ``llm.completion``. Answer this prompt. ``llm/request``, QoS 1; to
        llm-worker."""
        return await self.request(_llm.LLM_REQUEST_CALL, data, timeout=timeout)

    async def serve_llm_request(
        self: MQTTClient, responder: Responder[LLMRequest, LLMResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``llm.request`` with ``llm.completion``. Answer this prompt. ``llm/request``, QoS 1; to
        llm-worker."""
        return await self.serve(_llm.LLM_REQUEST_CALL, responder, concurrency=concurrency)

    def stream_llm_request(
        self: MQTTClient, data: LLMRequest, *, timeout: float = 30.0
    ) -> AsyncIterator[LLMStreamDelta]:
        """Send ``llm.request`` and yield each ``llm.stream`` until its ``done`` is true. Answer this prompt.
        ``llm/request``, QoS 1; to llm-worker."""
        return self.stream(_llm.LLM_REQUEST_STREAM, data, timeout=timeout)

    async def publish_llm_completion(self: MQTTClient, data: LLMResponse, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.completion``. The whole answer. ``llm/response``, QoS 1; from llm-worker."""
        return await self.publish(_llm.LLM_COMPLETION, data, correlation_id=correlation_id)

    async def on_llm_completion(
        self: MQTTClient, handler: Handler[LLMResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.completion``. The whole answer. ``llm/response``, QoS 1; from llm-worker."""
        return await self.on(_llm.LLM_COMPLETION, handler, concurrency=concurrency)

    async def publish_llm_stream(self: MQTTClient, data: LLMStreamDelta, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.stream``. The next words of an answer. ``llm/stream``, QoS 1; from llm-worker."""
        return await self.publish(_llm.LLM_STREAM, data, correlation_id=correlation_id)

    async def on_llm_stream(
        self: MQTTClient, handler: Handler[LLMStreamDelta], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.stream``. The next words of an answer. ``llm/stream``, QoS 1; from
        llm-worker."""
        return await self.on(_llm.LLM_STREAM, handler, concurrency=concurrency)
