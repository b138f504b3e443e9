"""What the bytes of a payload are: JSON, the text of one value, nothing, or bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic_core import from_json

Kind = Literal["json", "text", "empty", "bytes", "broken"]
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_WORDS: Final = {b"true": True, b"false": False}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload."""

    kind: Kind
    value: Any = None
    """The value of JSON, or of the text; None for bytes."""
    note: str = ""
    """Why a payload that begins like an object or an array is no JSON; that is the kind ``broken``."""


_EMPTY: Final = Payload("empty")


def read_payload(raw: bytes) -> Payload:
    """Return what a payload is.

    A number, ``true``, ``false`` or a word without quotes is the text of one value, as ``text/plain`` has it; an
    object, an array, ``null`` and a text in quotes are JSON.
    """
    if not raw:
        return _EMPTY
    if raw in _WORDS:
        return Payload("text", _WORDS[raw])
    if len(raw) <= 40 and _NUMBER.match(raw):
        return Payload("text", from_json(raw))
    start = raw.lstrip()[:1]
    if start in (b"{", b"[", b'"', b"n"):
        try:
            return Payload("json", from_json(raw, allow_inf_nan=False))
        except ValueError as error:
            if start in b"{[":
                return Payload("broken", note=str(error).split(" at line")[0])
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Payload("bytes")
    return Payload("bytes") if _CONTROL.search(text) else Payload("text", text)
