"""Topics of the ``llm`` domain. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from stream.llm.models import LLMRequest, LLMResponse, LLMStreamDelta

LLM_REQUEST: Final[Topic[LLMRequest]] = Topic(
    address="llm/request", event_type="llm.request", model=LLMRequest, wire="tars"
)
"""Answer this prompt."""
LLM_COMPLETION: Final[Topic[LLMResponse]] = Topic(
    address="llm/response", event_type="llm.completion", model=LLMResponse, wire="tars"
)
"""The whole answer."""
LLM_STREAM: Final[Topic[LLMStreamDelta]] = Topic(
    address="llm/stream", event_type="llm.stream", model=LLMStreamDelta, wire="tars"
)
"""The next words of an answer."""
LLM_REQUEST_CALL: Final[Call[LLMRequest, LLMResponse]] = Call(request=LLM_REQUEST, replies=(LLM_COMPLETION,))
LLM_REQUEST_STREAM: Final[Call[LLMRequest, LLMStreamDelta]] = Call(
    request=LLM_REQUEST, replies=(LLM_STREAM,), until="done"
)
