"""Detects values that a schema does not restrict: they may contain NaN and infinities, which JSON does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationInfo


class FreeForm:
    """The context of a validation: records whether a value was read that the schema does not restrict."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = False


def record(value: Any, info: ValidationInfo) -> Any:
    """Return a value that no schema restricts, and record it."""
    if isinstance(info.context, FreeForm):
        info.context.seen = True
    return value


def records_free_form(schema: Mapping[str, Any]) -> bool:
    """Return whether a part of a pydantic schema records the values that it takes."""
    return schema.get("type") == "function-after" and schema["function"]["function"] is record
