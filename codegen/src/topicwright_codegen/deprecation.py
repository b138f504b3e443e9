"""``deprecated`` and ``x-sunset``: what goes away, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from topicwright_codegen.documents import Node
from topicwright_codegen.source import Source
from topicwright_codegen.view import View


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What the catalog says of something that goes away."""

    sunset: date | None = None
    """The last day on which it is there; None where no day is named."""

    @override
    def __str__(self) -> str:
        return f"Deprecated; it goes away after {self.sunset}." if self.sunset else "Deprecated."


def deprecation_of(node: Node, source: Source) -> Deprecation | None:
    """Return what is said of a node, through its reference and traits; None where it is not deprecated."""
    target = source.resolve(node)
    layers = (node,) if target is None or target is node else (node, target)
    return read_deprecation(View(source, layers).with_traits())


def read_deprecation(view: View) -> Deprecation | None:
    """Return what an object says of itself.

    AsyncAPI has ``deprecated`` for messages and schemas; channels and operations have ``x-deprecated``, or the word
    without the prefix, with a warning.
    """
    if not (view.flag("deprecated") or view.flag("x-deprecated")):
        return None
    text = view.text("x-sunset")
    try:
        return Deprecation(date.fromisoformat(text) if text else None)
    except ValueError:
        at = view.raw("x-sunset") or view.node
        view.source.diagnostics.error("TW218", f"x-sunset {text!r} is no date", at, "year-month-day: 2027-01-31")
        return Deprecation()
