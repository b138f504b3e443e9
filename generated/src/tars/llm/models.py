"""Payloads of the ``llm`` topics. Made by topicwright from schema/channels/llm.yaml; do not edit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from topicwright import Model, new_id


class ConversationMessage(Model):
    """One turn of an earlier exchange."""

    role: Literal["user", "assistant"]
    """Who said it."""
    content: str
    """What was said."""
    timestamp: float | None = None
    """When it was said, in unix seconds."""


class LLMRequest(Model):
    """A prompt for the language model."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    id: str = Field(default_factory=new_id)
    """Id of the request; comes back in the answer and in each of its pieces."""
    text: str
    """The prompt."""
    stream: bool = True
    """Whether to send the answer piece by piece as well."""
    use_rag: bool | None = None
    """Whether to ask the memory for context first; null for the configured choice."""
    rag_k: int | None = None
    """How many memories to use as context; null for the configured number."""
    system: str | None = None
    """System prompt in place of the character's own."""
    params: dict[str, Any] | None = None
    """Parameters for the provider, such as temperature or max_tokens."""
    conversation_history: list[ConversationMessage] | None = None
    """Earlier turns of the conversation, oldest first."""


class LLMResponse(Model):
    """The whole answer to a prompt."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    id: str
    """Id of the request that this answers."""
    reply: str | None = None
    """The answer; null where there was an error."""
    error: str | None = None
    """Why there is no answer."""
    provider: str | None = None
    """Who made the answer, such as openai."""
    model: str | None = None
    """Which model made the answer."""
    tokens: dict[str, Any] | None = None
    """How many tokens were used, by kind."""


class LLMStreamDelta(Model):
    """The next piece of an answer."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    id: str
    """Id of the request that this answers."""
    seq: int | None = None
    """Number of the piece, from 1."""
    delta: str | None = None
    """The text to append; null in a last piece without text."""
    done: bool = False
    """True in the last piece."""
    provider: str | None = None
    """Who makes the answer, such as openai."""
    model: str | None = None
    """Which model makes the answer."""


class LLMCancel(Model):
    """A request that is no longer wanted."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    id: str
    """Id of the request to stop working on."""


class ToolSpec(Model):
    """A tool that the language model may call."""

    type: str = "function"
    """Kind of the tool; function is the only one so far."""
    function: dict[str, Any]
    """Name, description and parameters of the tool, as language model providers take them."""


class ToolsRegistry(Model):
    """The tools that the language model may call."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    tools: list[ToolSpec]
    """All tools; a tool that is missing is gone."""


class ToolCallRequest(Model):
    """A call of a tool."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    call_id: str
    """Id of the call; comes back in the result."""
    name: str
    """Name of the tool."""
    arguments: dict[str, Any]
    """Arguments of the call by name."""


class ToolCallResult(Model):
    """The outcome of a tool call."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    call_id: str
    """Id of the call that this answers."""
    result: dict[str, Any] | None = None
    """What the tool returned; null where there was an error."""
    error: str | None = None
    """Why the call failed."""
