"""Requests to the language model, its answers at once and piece by piece, and the tools that it calls. Made by
topicwright from schema/channels/llm.yaml; do not edit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Responder, Subscription, lazy_exports

import tars.llm as _llm

if TYPE_CHECKING:
    from tars.llm.models import ConversationMessage as ConversationMessage
    from tars.llm.models import LLMCancel as LLMCancel
    from tars.llm.models import LLMRequest as LLMRequest
    from tars.llm.models import LLMResponse as LLMResponse
    from tars.llm.models import LLMStreamDelta as LLMStreamDelta
    from tars.llm.models import ToolCallRequest as ToolCallRequest
    from tars.llm.models import ToolCallResult as ToolCallResult
    from tars.llm.models import ToolSpec as ToolSpec
    from tars.llm.models import ToolsRegistry as ToolsRegistry
    from tars.llm.topics import LLM_CANCEL as LLM_CANCEL
    from tars.llm.topics import LLM_COMPLETION as LLM_COMPLETION
    from tars.llm.topics import LLM_REQUEST as LLM_REQUEST
    from tars.llm.topics import LLM_REQUEST_CALL as LLM_REQUEST_CALL
    from tars.llm.topics import LLM_REQUEST_STREAM as LLM_REQUEST_STREAM
    from tars.llm.topics import LLM_STREAM as LLM_STREAM
    from tars.llm.topics import LLM_TOOL_CALL_REQUEST as LLM_TOOL_CALL_REQUEST
    from tars.llm.topics import LLM_TOOL_CALL_REQUEST_CALL as LLM_TOOL_CALL_REQUEST_CALL
    from tars.llm.topics import LLM_TOOL_CALL_RESULT as LLM_TOOL_CALL_RESULT
    from tars.llm.topics import LLM_TOOLS_REGISTRY as LLM_TOOLS_REGISTRY
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class LlmTopics(MQTTClient):
    """Publish to and subscribe to the ``llm`` topics; service clients take single methods from here."""

    async def publish_llm_request(self: MQTTClient, data: LLMRequest, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.request``. Answer this prompt. ``llm/request``, QoS 1, expires after 60 s; from router to
        llm-worker."""
        return await self.publish(_llm.LLM_REQUEST, data, correlation_id=correlation_id)

    async def on_llm_request(self: MQTTClient, handler: Handler[LLMRequest], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``llm.request``. Answer this prompt. ``llm/request``, QoS 1, expires after 60 s;
        from router to llm-worker."""
        return await self.on(_llm.LLM_REQUEST, handler, concurrency=concurrency)

    async def request_llm_request(self: MQTTClient, data: LLMRequest, *, timeout: float = 30.0) -> LLMResponse:
        """Send ``llm.request`` and wait for ``llm.completion``. Answer this prompt. ``llm/request``, QoS 1, expires
        after 60 s; from router to llm-worker."""
        return await self.request(_llm.LLM_REQUEST_CALL, data, timeout=timeout)

    async def serve_llm_request(
        self: MQTTClient, responder: Responder[LLMRequest, LLMResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``llm.request`` with ``llm.completion``. Answer this prompt. ``llm/request``, QoS 1, expires
        after 60 s; from router to llm-worker."""
        return await self.serve(_llm.LLM_REQUEST_CALL, responder, concurrency=concurrency)

    def stream_llm_request(
        self: MQTTClient, data: LLMRequest, *, timeout: float = 30.0
    ) -> AsyncIterator[LLMStreamDelta]:
        """Send ``llm.request`` and yield each ``llm.stream`` until its ``done`` is true. Answer this prompt.
        ``llm/request``, QoS 1, expires after 60 s; from router to llm-worker."""
        return self.stream(_llm.LLM_REQUEST_STREAM, data, timeout=timeout)

    async def publish_llm_completion(self: MQTTClient, data: LLMResponse, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.completion``. The language model has finished a request. ``llm/response``, QoS 1, expires
        after 60 s; from llm-worker to router, ui, ui-eink-display, ui-web."""
        return await self.publish(_llm.LLM_COMPLETION, data, correlation_id=correlation_id)

    async def on_llm_completion(
        self: MQTTClient, handler: Handler[LLMResponse], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.completion``. The language model has finished a request. ``llm/response``,
        QoS 1, expires after 60 s; from llm-worker to router, ui, ui-eink-display, ui-web."""
        return await self.on(_llm.LLM_COMPLETION, handler, concurrency=concurrency)

    async def publish_llm_stream(self: MQTTClient, data: LLMStreamDelta, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.stream``. The next words of an answer, or its end. ``llm/stream``, QoS 1, expires after 60
        s; from llm-worker to router, ui-web."""
        return await self.publish(_llm.LLM_STREAM, data, correlation_id=correlation_id)

    async def on_llm_stream(
        self: MQTTClient, handler: Handler[LLMStreamDelta], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.stream``. The next words of an answer, or its end. ``llm/stream``, QoS 1,
        expires after 60 s; from llm-worker to router, ui-web."""
        return await self.on(_llm.LLM_STREAM, handler, concurrency=concurrency)

    async def publish_llm_cancel(self: MQTTClient, data: LLMCancel, *, correlation_id: str | None = None) -> str:
        """Publish ``llm.cancel``. Stop working on this request. ``llm/cancel``, QoS 1, expires after 60 s; from
        router to llm-worker."""
        return await self.publish(_llm.LLM_CANCEL, data, correlation_id=correlation_id)

    async def on_llm_cancel(self: MQTTClient, handler: Handler[LLMCancel], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``llm.cancel``. Stop working on this request. ``llm/cancel``, QoS 1, expires
        after 60 s; from router to llm-worker."""
        return await self.on(_llm.LLM_CANCEL, handler, concurrency=concurrency)

    async def publish_llm_tools_registry(
        self: MQTTClient, data: ToolsRegistry, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``llm.tools.registry``. All tools that there are now. ``llm/tools/registry``, QoS 1, retained;
        from mcp-bridge to llm-worker."""
        return await self.publish(_llm.LLM_TOOLS_REGISTRY, data, correlation_id=correlation_id)

    async def on_llm_tools_registry(
        self: MQTTClient, handler: Handler[ToolsRegistry], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.tools.registry``. All tools that there are now. ``llm/tools/registry``,
        QoS 1, retained; from mcp-bridge to llm-worker."""
        return await self.on(_llm.LLM_TOOLS_REGISTRY, handler, concurrency=concurrency)

    async def publish_llm_tool_call_request(
        self: MQTTClient, data: ToolCallRequest, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``llm.tool.call.request``. Run this tool with these arguments. ``llm/tools/call``, QoS 1, expires
        after 60 s; from llm-worker to mcp-bridge."""
        return await self.publish(_llm.LLM_TOOL_CALL_REQUEST, data, correlation_id=correlation_id)

    async def on_llm_tool_call_request(
        self: MQTTClient, handler: Handler[ToolCallRequest], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.tool.call.request``. Run this tool with these arguments.
        ``llm/tools/call``, QoS 1, expires after 60 s; from llm-worker to mcp-bridge."""
        return await self.on(_llm.LLM_TOOL_CALL_REQUEST, handler, concurrency=concurrency)

    async def request_llm_tool_call_request(
        self: MQTTClient, data: ToolCallRequest, *, timeout: float = 30.0
    ) -> ToolCallResult:
        """Send ``llm.tool.call.request`` and wait for ``llm.tool.call.result``. Run this tool with these arguments.
        ``llm/tools/call``, QoS 1, expires after 60 s; from llm-worker to mcp-bridge."""
        return await self.request(_llm.LLM_TOOL_CALL_REQUEST_CALL, data, timeout=timeout)

    async def serve_llm_tool_call_request(
        self: MQTTClient, responder: Responder[ToolCallRequest, ToolCallResult], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``llm.tool.call.request`` with ``llm.tool.call.result``. Run this tool with these arguments.
        ``llm/tools/call``, QoS 1, expires after 60 s; from llm-worker to mcp-bridge."""
        return await self.serve(_llm.LLM_TOOL_CALL_REQUEST_CALL, responder, concurrency=concurrency)

    async def publish_llm_tool_call_result(
        self: MQTTClient, data: ToolCallResult, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``llm.tool.call.result``. What the tool returned, or why it failed. ``llm/tools/result``, QoS 1,
        expires after 60 s; from mcp-bridge to llm-worker."""
        return await self.publish(_llm.LLM_TOOL_CALL_RESULT, data, correlation_id=correlation_id)

    async def on_llm_tool_call_result(
        self: MQTTClient, handler: Handler[ToolCallResult], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``llm.tool.call.result``. What the tool returned, or why it failed.
        ``llm/tools/result``, QoS 1, expires after 60 s; from mcp-bridge to llm-worker."""
        return await self.on(_llm.LLM_TOOL_CALL_RESULT, handler, concurrency=concurrency)
