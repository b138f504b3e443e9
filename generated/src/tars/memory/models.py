"""Payloads of the ``memory`` topics. Made by topicwright from schema/channels/memory.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from topicwright import Model, new_id


class MemoryQuery(Model):
    """A question to the memory."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    text: str
    """What to search for."""
    top_k: Annotated[int, Field(ge=1, le=50)] = 5
    """How many results to return at most."""
    max_tokens: Annotated[int, Field(ge=1, le=10000)] | None = None
    """How many tokens all results together may have; null for no limit."""
    include_context: bool = False
    """Whether to return what was said around each result too."""
    context_window: Annotated[int, Field(ge=0, le=5)] = 1
    """How many entries before and after each result to return as its context."""
    retrieval_strategy: str = "hybrid"
    """How to search, such as hybrid, recent or similarity."""


class MemoryResult(Model):
    """One remembered entry."""

    document: str | dict[str, Any]
    """What is remembered, as a text or as a document with fields."""
    score: float | None = None
    """Similarity to the query, 0..1, where 1 is the same. Unit: 0..1 similarity."""
    timestamp: str | None = None
    """When it was remembered, in unix seconds written as text."""
    context_type: str = "target"
    """target for a hit; another word for an entry that is here as the context of a hit."""
    token_count: int | None = None
    """Length of the document in tokens."""


class MemoryQueryResult(Model):
    """What the memory found."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    query: str
    """The text that was searched for."""
    k: int
    """How many results were asked for."""
    results: list[MemoryResult] = Field(default_factory=list[MemoryResult])
    """What was found, best first."""
    total_tokens: int | None = None
    """Length of all results together, in tokens."""
    strategy_used: str = "hybrid"
    """How the memory searched, which may differ from what was asked for."""
    truncated: bool = False
    """True where results were left out to keep to max_tokens."""
