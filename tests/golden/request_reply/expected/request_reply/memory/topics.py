"""Topics of the ``memory`` domain. Made by topicwright from catalog/channels/memory.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Call, Topic

from request_reply.memory.models import MemoryQuery, MemoryQueryResult

MEMORY_QUERY: Final[Topic[MemoryQuery]] = Topic("memory/query", "memory.query", MemoryQuery, wire="tars", expiry=60)
"""Find what was said about this."""
MEMORY_QUERY_RESULT: Final[Topic[MemoryQueryResult]] = Topic(
    "memory/results",
    "memory.query.result",
    MemoryQueryResult,
    wire="tars",
    qos=2,
    retain=True,
    former_types=("memory.results",),
)
"""What the memory found."""
MEMORY_QUERY_CALL: Final[Call[MemoryQuery, MemoryQueryResult]] = Call(MEMORY_QUERY, (MEMORY_QUERY_RESULT,))
