"""Content types, as far as they change bytes."""

from __future__ import annotations


def media_type(content_type: str) -> str:
    """Return a content type as far as the bytes depend on it: a charset of UTF-8 is the default anyway."""
    kind, *options = (part.strip().lower() for part in content_type.split(";"))
    return ";".join([kind, *sorted(option for option in options if option.replace('"', "") != "charset=utf-8")])
