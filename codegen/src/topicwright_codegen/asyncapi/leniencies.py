"""The names of ``x-lenient``: what devices really send, and a reader may understand (docs/catalog.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from topicwright_codegen.asyncapi.model import Located
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Seq, kind_of

KEY: Final = "x-lenient"
OF_VALUES: Final = {
    "number-from-text": "an integer or a number",
    "boolean-from-text": "a boolean",
    "boolean-from-number": "a boolean",
    "text-from-number": "a string",
    "text-from-boolean": "a string",
    "text-in-any-case": "an enum of strings",
    "time-without-zone": "a string with format date-time",
    "time-with-short-zone": "a string with format date-time",
    "time-from-number": "a string with format date-time",
}
"""The leniencies of a value, and the types that they go with."""
OF_FIELDS: Final = {
    "null-for-absent": "a field that is not required, and that is never null",
    "empty-text-for-absent": "a field that is not required, and that is never an empty text",
}
"""The leniencies of a field, and the fields that they go with."""
LENIENCIES: Final = {**OF_VALUES, **OF_FIELDS}


def leniencies(raw: Node | None, diagnostics: Diagnostics) -> tuple[str, ...]:
    """Return the names that an ``x-lenient`` lists, and report those that do not exist."""
    return tuple(dict.fromkeys(item.value for item in located_leniencies(raw, diagnostics)))


def located_leniencies(raw: Node | None, diagnostics: Diagnostics) -> Iterator[Located[str]]:
    """Yield the names that an ``x-lenient`` lists, and report those that do not exist."""
    listed = () if raw is None else raw.elements() if isinstance(raw.value, Seq) else [raw]
    for item in listed:
        if isinstance(item.value, str) and item.value in LENIENCIES:
            yield Located(item.value, item)
        else:
            shown = repr(item.value) if isinstance(item.value, str) else kind_of(item.value)
            hint = did_you_mean(item.value, LENIENCIES, "one of " + ", ".join(LENIENCIES))
            diagnostics.error("TW241", f"{KEY} has no {shown}", item, hint)
