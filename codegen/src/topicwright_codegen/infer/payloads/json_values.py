"""Whether a value of JSON is an object or an array, told to type checkers too."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is an array."""
    return isinstance(value, list)


def is_table(value: object) -> TypeGuard[MutableMapping[str, Any]]:
    """Return whether a part of a document is a mapping, with or without comments."""
    return isinstance(value, MutableMapping)
