"""JSON pointers as references and runtime expressions have them."""

from __future__ import annotations

from urllib.parse import unquote


def tokens(fragment: str) -> list[str]:
    """Split the fragment of a reference into the tokens of its JSON pointer (RFC 6901, section 6)."""
    if not fragment:
        return []
    parts = unquote(fragment).split("/")
    return [part.replace("~1", "/").replace("~0", "~") for part in (parts[1:] if parts[0] == "" else parts)]
