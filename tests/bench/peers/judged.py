"""The memory results once more, with a schema that says what no type can: each message is judged by it too."""

from __future__ import annotations

from typing import ClassVar

from topicwright import JsonSchema, JsonSchemas

from tars.memory import MemoryQueryResult

SCHEMAS = JsonSchemas(
    {
        "Result": {
            "type": "object",
            "required": ["document"],
            "properties": {
                "document": {"type": ["string", "object"]},
                "score": {"type": ["number", "null"]},
                "timestamp": {"type": ["string", "null"]},
                "context_type": {"type": "string"},
            },
            "dependentRequired": {"timestamp": ["score"]},
        },
        "Judged": {
            "type": "object",
            "required": ["query", "k"],
            "properties": {
                "message_id": {"type": "string"},
                "query": {"type": "string"},
                "k": {"type": "integer"},
                "results": {"type": "array", "items": {"$ref": "#/$defs/Result"}, "uniqueItems": True},
                "total_tokens": {"type": ["integer", "null"]},
                "strategy_used": {"type": "string"},
            },
            "minProperties": 2,
        },
    }
)


class Judged(MemoryQueryResult):
    """Memory results that are judged by their schema."""

    __json_schema__: ClassVar[JsonSchema] = SCHEMAS["Judged"]
