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
    address="llm/request", event_type="llm.request", model=LLMRequest, wire="tars", expiry=60, correlation="id"
)
"""Answer this prompt."""
LLM_COMPLETION: Final[Topic[LLMResponse]] = Topic(
    address="llm/response",
    event_type="llm.completion",
    model=LLMResponse,
    wire="tars",
    expiry=60,
    correlation="id",
    former_types=("llm.response",),
)
"""The language model has finished a request."""
LLM_STREAM: Final[Topic[LLMStreamDelta]] = Topic(
    address="llm/stream", event_type="llm.stream", model=LLMStreamDelta, wire="tars", expiry=60, correlation="id"
)
"""The next words of an answer, or its end."""
LLM_CANCEL: Final[Topic[LLMCancel]] = Topic(
    address="llm/cancel", event_type="llm.cancel", model=LLMCancel, wire="tars", expiry=60, correlation="id"
)
"""Stop working on this request."""
LLM_TOOLS_REGISTRY: Final[Topic[ToolsRegistry]] = Topic(
    address="llm/tools/registry",
    event_type="llm.tools.registry",
    model=ToolsRegistry,
    wire="tars",
    retain=True,
    former_types=("llm/tools/registry",),
)
"""All tools that there are now."""
LLM_TOOL_CALL_REQUEST: Final[Topic[ToolCallRequest]] = Topic(
    address="llm/tools/call",
    event_type="llm.tool.call.request",
    model=ToolCallRequest,
    wire="tars",
    expiry=60,
    correlation="call_id",
    former_types=("llm/tool.call.request",),
)
"""Run this tool with these arguments."""
LLM_TOOL_CALL_RESULT: Final[Topic[ToolCallResult]] = Topic(
    address="llm/tools/result",
    event_type="llm.tool.call.result",
    model=ToolCallResult,
    wire="tars",
    expiry=60,
    correlation="call_id",
    former_types=("llm/tool.call.result",),
)
"""What the tool returned, or why it failed."""
LLM_REQUEST_CALL: Final[Call[LLMRequest, LLMResponse]] = Call(request=LLM_REQUEST, replies=(LLM_COMPLETION,))
LLM_REQUEST_STREAM: Final[Call[LLMRequest, LLMStreamDelta]] = Call(
    request=LLM_REQUEST, replies=(LLM_STREAM,), until="done"
)
LLM_TOOL_CALL_REQUEST_CALL: Final[Call[ToolCallRequest, ToolCallResult]] = Call(
    request=LLM_TOOL_CALL_REQUEST, replies=(LLM_TOOL_CALL_RESULT,)
)
