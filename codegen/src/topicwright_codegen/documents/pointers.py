"""JSON pointers (RFC 6901): as texts, and as the fragments of references and runtime expressions."""

from __future__ import annotations

from urllib.parse import quote, unquote

from topicwright_codegen.documents.node import Pointer

_SAFE = "!$&'()*+,;=:@/?"
"""Characters of a URI fragment that need no escape (RFC 3986, section 3.5), besides letters, digits and -._~."""


def json_pointer(path: Pointer) -> str:
    """Return a JSON pointer as a text (section 5); empty for the whole document."""
    return "".join(f"/{_escaped(token)}" for token in path)


def pointer_of(path: Pointer) -> str:
    """Return a JSON pointer as the fragment of a reference, with its ``#`` (section 6)."""
    return "#/" + "/".join(quote(_escaped(token), safe=_SAFE) for token in path)


def tokens(fragment: str) -> list[str]:
    """Split the fragment of a reference into the tokens of its JSON pointer (section 6)."""
    if not fragment:
        return []
    parts = unquote(fragment).split("/")
    return [part.replace("~1", "/").replace("~0", "~") for part in (parts[1:] if parts[0] == "" else parts)]


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")
