"""Topics of the ``llm`` domain. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from stream.llm.models import LLMRequest, LLMResponse, LLMStreamDelta

LLM_REQUEST: Final[Topic[LLMRequest]] = Topic("llm/request", "llm.request", LLMRequest, wire="tars")
"""Answer this prompt."""
LLM_COMPLETION: Final[Topic[LLMResponse]] = Topic("llm/response", "llm.completion", LLMResponse, wire="tars")
"""The whole answer."""
LLM_STREAM: Final[Topic[LLMStreamDelta]] = Topic("llm/stream", "llm.stream", LLMStreamDelta, wire="tars")
"""The next words of an answer."""
LLM_REQUEST_CALL: Final[Call[LLMRequest, LLMResponse]] = Call(LLM_REQUEST, (LLM_COMPLETION,))
LLM_REQUEST_STREAM: Final[Call[LLMRequest, LLMStreamDelta]] = Call(LLM_REQUEST, (LLM_STREAM,), until="done")
