"""Validation errors as text, without the values, which may be private."""

from __future__ import annotations

from pydantic import ValidationError


def describe(error: ValidationError) -> list[str]:
    """Return the location and reason of each validation error, such as ``items.0: Field required``."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return [f"{'.'.join(map(str, item['loc'])) or 'payload'}: {item['msg']}" for item in details]
