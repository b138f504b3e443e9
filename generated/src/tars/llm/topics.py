"""Topics of the ``llm`` domain. Made by topicwright from schema/channels/llm.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from tars.llm.models import (
    LLMCancel,
    LLMRequest,
    LLMResponse,
    LLMStreamDelta,
    ToolCallRequest,
    ToolCallResult,
    ToolsRegistry,
)

LLM_REQUEST: Final[Topic[LLMRequest]] = Topic(
    "llm/request", "llm.request", LLMRequest, wire="tars", expiry=60, correlation="id"
)
"""Answer this prompt."""
LLM_COMPLETION: Final[Topic[LLMResponse]] = Topic(
    "llm/response",
    "llm.completion",
    LLMResponse,
    wire="tars",
    expiry=60,
    correlation="id",
    former_types=("llm.response",),
)
"""The language model has finished a request."""
LLM_STREAM: Final[Topic[LLMStreamDelta]] = Topic(
    "llm/stream", "llm.stream", LLMStreamDelta, wire="tars", expiry=60, correlation="id", partition_key="id"
)
"""The next words of an answer, or its end."""
LLM_CANCEL: Final[Topic[LLMCancel]] = Topic(
    "llm/cancel", "llm.cancel", LLMCancel, wire="tars", expiry=60, correlation="id"
)
"""Stop working on this request."""
LLM_TOOLS_REGISTRY: Final[Topic[ToolsRegistry]] = Topic(
    "llm/tools/registry",
    "llm.tools.registry",
    ToolsRegistry,
    wire="tars",
    retain=True,
    former_types=("llm/tools/registry",),
)
"""All tools that there are now."""
LLM_TOOL_CALL_REQUEST: Final[Topic[ToolCallRequest]] = Topic(
    "llm/tools/call",
    "llm.tool.call.request",
    ToolCallRequest,
    wire="tars",
    expiry=60,
    correlation="call_id",
    former_types=("llm/tool.call.request",),
)
"""Run this tool with these arguments."""
LLM_TOOL_CALL_RESULT: Final[Topic[ToolCallResult]] = Topic(
    "llm/tools/result",
    "llm.tool.call.result",
    ToolCallResult,
    wire="tars",
    expiry=60,
    correlation="call_id",
    former_types=("llm/tool.call.result",),
)
"""What the tool returned, or why it failed."""
LLM_REQUEST_CALL: Final[Call[LLMRequest, LLMResponse]] = Call(LLM_REQUEST, (LLM_COMPLETION,))
LLM_REQUEST_STREAM: Final[Call[LLMRequest, LLMStreamDelta]] = Call(LLM_REQUEST, (LLM_STREAM,), until="done")
LLM_TOOL_CALL_REQUEST_CALL: Final[Call[ToolCallRequest, ToolCallResult]] = Call(
    LLM_TOOL_CALL_REQUEST, (LLM_TOOL_CALL_RESULT,)
)
