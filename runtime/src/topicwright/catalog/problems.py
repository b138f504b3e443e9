"""Validation errors in words, without the values, which may be private."""

from __future__ import annotations

from pydantic import ValidationError


def describe(error: ValidationError) -> list[str]:
    """Return the places and reasons of a validation error, without the values, which may be private."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return [f"{'.'.join(map(str, item['loc'])) or 'payload'}: {item['msg']}" for item in details]
