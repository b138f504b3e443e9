"""Regular expressions of JSON Schema (ECMA-262), and which of them pydantic's engine takes for the same."""

from __future__ import annotations

import re
from functools import lru_cache

from jsonschema_rs import Draft202012Validator

_LONGEST = 1000
"""Longer patterns are not worth their memory in the model: the schema itself checks them."""
LONGEST = 20_000
"""Longer patterns are not checked: a compiled one has a multiple of its size."""
_TOKEN = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)|\[|\]|.", re.DOTALL)
_DIGITS, _WORDS = "0-9", "A-Za-z0-9_"
_SAME = frozenset(r"\^$.|?*+()[]{}/-tnrfv" + "'\" :;,=!@#%&~`<>_")
"""What an escape means the same with, in both languages."""


@lru_cache(1024)
def portable(pattern: str) -> str | None:
    r"""Return the pattern of pydantic's engine that means the same; None where there is none, or it is not known.

    In ECMA-262 ``\d`` is ten digits, and ``\w`` 63 characters; in the engine below pydantic they are hundreds.
    """
    if len(pattern) > _LONGEST:
        return None
    parts: list[str] = []
    inside = False
    for token in _TOKEN.findall(pattern):
        if token == "[" and inside:  # it is a nested class in one language only
            return None
        inside = token == "[" or (inside and token != "]")
        part = _escape(token[1:], inside) if token.startswith("\\") and len(token) > 1 else token
        if part is None or (inside and token in ("&", "~")):
            return None
        parts.append(part)
    text = "".join(parts)
    return text if _works(text) else None


def _escape(what: str, inside: bool) -> str | None:
    if what in ("d", "w"):
        members = _DIGITS if what == "d" else _WORDS
        return members if inside else f"[{members}]"
    if what[0] in "ux" and len(what) > 1:
        return f"\\x{{{what[1:]}}}"
    return f"\\{what}" if what in _SAME else None


def _works(pattern: str) -> bool:
    """Return whether pydantic supports a regular expression: it has no look-around and no back-references."""
    if re.search(r"\{\d{4,}", pattern) is not None:
        return False
    from pydantic_core import SchemaError, SchemaValidator, core_schema  # only here: it takes a tenth of a short run

    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except (SchemaError, UnicodeEncodeError):
        return False
    return True


@lru_cache(1024)
def is_pattern(pattern: str) -> bool:
    """Return whether a text is a regular expression that can be checked: its language is known, and it is not long."""
    if len(pattern) > LONGEST:
        return False
    try:
        Draft202012Validator({"pattern": pattern})
    except ValueError:
        return False
    return True
