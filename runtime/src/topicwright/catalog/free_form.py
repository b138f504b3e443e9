"""Detects values that a schema does not restrict: they may contain NaN and infinities, which JSON does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pydantic import ValidationInfo
from pydantic_core import CoreSchema, core_schema

OPAQUE: Final = frozenset({"cls", "default", "default_factory", "metadata", "serialization", "ref", "schema_ref"})
"""Parts of a pydantic schema that contain no schemas to be validated."""


class FreeForm:
    """The context of a validation: records whether a value was read that the schema does not restrict."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = False


def _record(value: Any, info: ValidationInfo) -> Any:
    if isinstance(info.context, FreeForm):
        info.context.seen = True
    return value


def records_free_form(schema: Mapping[str, Any]) -> bool:
    """Return whether a part of a pydantic schema records the values that it takes."""
    return schema.get("type") == "function-after" and schema["function"]["function"] is _record


def recording_free_form(schema: Any) -> Any:
    """Return a pydantic schema that records values of any type in the validation's ``FreeForm``."""
    if isinstance(schema, dict):
        node = cast("dict[str, Any]", schema)
        if node.get("type") == "any":
            return core_schema.with_info_after_validator_function(_record, cast("CoreSchema", node))
        if records_free_form(node):
            return node
        return {key: recording_free_form(value) if key not in OPAQUE else value for key, value in node.items()}
    if isinstance(schema, (list, tuple)):
        items = map(recording_free_form, cast("Sequence[Any]", schema))
        return list(items) if isinstance(schema, list) else tuple(items)
    return schema
