"""Warnings for references that the compiler need not follow, such as those of unused components."""

from __future__ import annotations

from topicwright_codegen.asyncapi.validation.outline import Outline
from topicwright_codegen.diagnostics.diagnostics import Diagnostics

_NOWHERE = ("TW105", "TW106")


def check_references(outline: Outline, diagnostics: Diagnostics) -> None:
    """Report the references of an outline that lead nowhere, unless they are reported as errors."""
    known = {(one.code, one.place) for one in diagnostics.recorded}
    for found in outline.source.diagnostics.sorted():
        if (found.code, found.place) in known:
            continue
        if found.code in _NOWHERE:
            diagnostics.warning("TW112", f"{found.message}, which nothing follows", found.place, found.hint)
        elif found.code == "TW111":
            diagnostics.warning("TW111", found.message, found.place, found.hint)
