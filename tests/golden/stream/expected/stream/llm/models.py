"""Payloads of the ``llm`` topics. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from __future__ import annotations

from topicwright import Model, Omittable


class LLMRequest(Model):
    """``LLMRequest``."""

    text: str
    """The prompt."""


class LLMResponse(Model):
    """``LLMResponse``."""

    reply: str
    """The answer."""


class LLMStreamDelta(Model):
    """``LLMStreamDelta``."""

    delta: Omittable[str] = None
    """The words."""
    done: bool = False
    """True in the last one."""
