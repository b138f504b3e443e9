"""JSON pointers as references and runtime expressions have them."""

from __future__ import annotations

from urllib.parse import quote, unquote

from topicwright_codegen.documents.node import Pointer

_SAFE = "!$&'()*+,;=:@/?"
"""What a fragment of a URI may have as it is (RFC 3986, section 3.5), besides letters, digits and -._~."""


def pointer_of(path: Pointer) -> str:
    """Return a JSON pointer as the fragment of a reference (RFC 6901, section 6)."""
    tokens = (token.replace("~", "~0").replace("/", "~1") for token in path)
    return "#/" + "/".join(quote(token, safe=_SAFE) for token in tokens)


def tokens(fragment: str) -> list[str]:
    """Split the fragment of a reference into the tokens of its JSON pointer (RFC 6901, section 6)."""
    if not fragment:
        return []
    parts = unquote(fragment).split("/")
    return [part.replace("~1", "/").replace("~0", "~") for part in (parts[1:] if parts[0] == "" else parts)]
