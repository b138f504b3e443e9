"""The lists of a service: the events that it sends, receives, requests and serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from topicwright_codegen.asyncapi.model import Action
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Map, Seq, Value, kind_of

LISTS: Final[dict[str, Action]] = {
    "x-sends": "send",
    "x-requests": "send",
    "x-receives": "receive",
    "x-serves": "receive",
}
"""The lists, and what the service does with the events in them."""
WITH_REPLY: Final = ("x-requests", "x-serves")
"""The lists of events that have a reply."""
DERIVED: Final = ("action", "channel", "messages", "reply", "x-service")
"""The fields of an operation that follow from the list and the event."""
_FORM = "a list of event names, or an object with an event name and a summary a line"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a list."""

    name: str
    node: Node
    """Where it is written."""
    action: Action
    fields: Map
    """Further fields of the operation, each with its position."""
    replied: Node | None
    """Where a list with replies has it."""
    listed: Node
    """Where its name is: one name can have several entries."""


def entries_of(owner: Node, diagnostics: Diagnostics) -> Iterator[Entry]:
    """Yield what a service does, in the author's order."""
    for key, child in owner.members():
        for name, node, value in _items(child, diagnostics) if key in LISTS else ():
            for at in list(node.elements()) if isinstance(value, Seq) and value else [node]:
                fields = _fields(key, name, at, at.value if at is not node else value, diagnostics)
                if fields is not None:
                    yield Entry(name, at, LISTS[key], fields, node if key in WITH_REPLY else None, node)


def put(entry: Entry, known: list[Entry], diagnostics: Diagnostics) -> None:
    """Add an entry to the others of its event and direction; a request that is listed as sent too is one entry."""
    halves = [other for other in known if (other.replied is None) is not (entry.replied is None)]
    twins = [other for other in known if other.listed is not entry.listed]
    if halves:
        known[:] = [_joined(other, entry) if other in halves else other for other in known]
    elif twins:
        diagnostics.warning("TW246", f"{entry.name!r} is listed twice", entry.node, "remove one", [twins[0].node])
    else:
        known.append(entry)


def _joined(one: Entry, other: Entry) -> Entry:
    """Return two entries as one in the place of the first, whose fields win."""
    fields = Map()
    for part in (other.fields, one.fields):
        fields.update(part)
        fields.marks.update(part.marks)
    return Entry(one.name, one.node, one.action, fields, one.replied or other.replied, one.listed)


def _items(node: Node, diagnostics: Diagnostics) -> Iterator[tuple[str, Node, Value]]:
    """Yield name, place and value of each event of a list, or of an object by event names."""
    if isinstance(node.value, str):
        yield node.value, node, None
    elif isinstance(node.value, Map):
        yield from ((name, child, child.value) for name, child in node.members())
    elif isinstance(node.value, Seq):
        for item in node.elements():
            if isinstance(item.value, str):
                yield item.value, item, None
            else:
                message = f"an element of {node.key!r} must be the name of an event, not {kind_of(item.value)}"
                diagnostics.error("TW201", message, item, _hint_of(item))
    else:
        diagnostics.error("TW201", f"{node.key!r} must be a list, not {kind_of(node.value)}", node, _FORM)


def _hint_of(item: Node) -> str:
    """Return how to write an element that is an object with one member: the list without its dashes."""
    return "leave out the dashes: an event and its summary a line" if isinstance(item.value, Map) else _FORM


def _fields(key: str, name: str, node: Node, value: Value, diagnostics: Diagnostics) -> Map | None:
    """Return the fields of an entry of the list ``key``; None after an error."""
    fields = Map()
    if isinstance(value, str):
        fields["summary"], fields.marks["summary"] = value, (node.place.line, node.place.column)
    elif isinstance(value, Map):
        for part, child in node.members():
            if part in DERIVED:
                hint = "x-reply on the message names it" if part == "reply" else "the list and the event say it"
                diagnostics.error("TW202", f"{part!r} has no place in an entry of {key}", child, hint)
            else:
                fields[part], fields.marks[part] = child.value, value.marks[part]
    elif value is not None:
        message = f"{name!r} must be a summary or fields of an operation, not {kind_of(value)}"
        diagnostics.error("TW201", message, node, "a text, or an object such as {summary: ...}")
        return None
    return fields
