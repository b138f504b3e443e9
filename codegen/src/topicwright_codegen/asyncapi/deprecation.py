"""``deprecated`` and ``x-sunset``: deprecated parts of a catalog, and the last day on which they exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map
from topicwright_codegen.overriding import override

_FIELDS = frozenset(("deprecated", "x-deprecated", "x-sunset", "traits"))


@dataclass(frozen=True, slots=True)
class Deprecation:
    """The deprecation of something in the catalog."""

    sunset: date | None = None
    """The last day on which it exists; None where no day is named."""

    @override
    def __str__(self) -> str:
        return f"Deprecated; it goes away after {self.sunset}." if self.sunset else "Deprecated."


def deprecation_of(node: Node, source: Source) -> Deprecation | None:
    """Return the deprecation of a node, its reference and traits followed."""
    target = source.resolve(node)
    layers = (node,) if target is None or target is node else (node, target)
    # Most nodes have none of these, and there are many nodes.
    if not any(isinstance(layer.value, Map) and layer.value.keys() & _FIELDS for layer in layers):
        return None
    return read_deprecation(View(source, layers).with_traits())


def check_deprecated_field(view: View, kind: str) -> None:
    """Warn of ``deprecated`` where AsyncAPI 3 does not have it."""
    node = view.node.get("deprecated")
    if node is not None:
        text = f"AsyncAPI has no 'deprecated' for {kind}: other tools refuse the document"
        view.source.diagnostics.warning("TW232", text, node, "write x-deprecated: true")


def latest_deprecation(deprecations: Iterable[Deprecation | None]) -> Deprecation | None:
    """Return the deprecation of something that several parts use: that of the last part, if all are deprecated."""
    listed = list(deprecations)
    known = [one for one in listed if one is not None]
    if not known or len(known) < len(listed):
        return None
    return max(known, key=lambda one: one.sunset or date.max)


def read_deprecation(view: View) -> Deprecation | None:
    """Return the deprecation that an object declares.

    AsyncAPI has ``deprecated`` for messages and schemas; channels and operations have ``x-deprecated``, or the name
    without the prefix, with a warning.
    """
    if not (view.flag("deprecated") or view.flag("x-deprecated")):
        sunset = view.raw("x-sunset")
        if sunset is not None:
            message = "x-sunset of something that is not deprecated has no effect"
            view.source.diagnostics.warning("TW235", message, sunset, "add deprecated: true, or x-deprecated: true")
        return None
    text = view.text("x-sunset")
    try:
        return Deprecation(date.fromisoformat(text) if text else None)
    except ValueError:
        at = view.raw("x-sunset") or view.node
        view.source.diagnostics.error("TW231", f"x-sunset {text!r} is no date", at, "year-month-day: 2027-01-31")
        return Deprecation()
