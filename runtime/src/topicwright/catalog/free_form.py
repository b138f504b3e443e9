"""Finds values of which a schema says nothing, because they may hold what JSON does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationInfo
from pydantic_core import CoreSchema, core_schema


class FreeForm:
    """Given to a validation as its context: learns whether a value came in of which the schema says nothing."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = False


def _note(value: Any, info: ValidationInfo) -> Any:
    if isinstance(info.context, FreeForm):
        info.context.seen = True
    return value


def notes(schema: Mapping[str, Any]) -> bool:
    """Return whether a part of a pydantic schema tells of the value that it takes."""
    return schema.get("type") == "function-after" and schema["function"]["function"] is _note


def noting(schema: Any) -> Any:
    """Let a pydantic schema tell its reader of values that may be anything; they may hold what JSON does not have."""
    if isinstance(schema, dict):
        node = cast("dict[str, Any]", schema)
        if node.get("type") == "any":
            return core_schema.with_info_after_validator_function(_note, cast("CoreSchema", node))
        if notes(node):
            return node
        return {key: noting(value) if key not in OPAQUE else value for key, value in node.items()}
    if isinstance(schema, (list, tuple)):
        items = cast("Sequence[Any]", schema)
        return [noting(item) for item in items] if isinstance(schema, list) else tuple(noting(item) for item in items)
    return schema


OPAQUE: Final = frozenset({"cls", "default", "default_factory", "metadata", "serialization", "ref", "schema_ref"})
"""Parts of a pydantic schema that hold no schemas to be validated."""
