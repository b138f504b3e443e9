"""Payloads of the ``memory`` topics. Made by topicwright from catalog/channels/memory.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model, Omittable


class MemoryQuery(Model):
    """``MemoryQuery``."""

    text: Annotated[str, Field(min_length=1)]
    """What to look for."""
    top_k: Annotated[int, Field(ge=1, le=50)] = 5
    """How many results at most."""


class MemoryQueryResultResultsItem(Model):
    """Part of ``MemoryQueryResult``."""

    document: str
    """The text."""
    score: Omittable[Annotated[float, Field(ge=0.0, le=1.0)]] = None
    """How well it fits."""


class MemoryQueryResult(Model):
    """The best matches."""

    query: str
    """What was looked for."""
    results: list[MemoryQueryResultResultsItem]
    """The best match first."""
