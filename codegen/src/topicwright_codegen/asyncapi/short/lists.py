"""The lists of a service: the events that it sends, receives, requests and serves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from topicwright_codegen.asyncapi.model import Action
from topicwright_codegen.asyncapi.short.building import mark_of, put
from topicwright_codegen.asyncapi.short.replies import KEY
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
_WITH_REPLY = ("x-requests", "x-serves")
"""The lists of events that have a reply."""
_DERIVED = ("action", "channel", "messages", "reply", "x-service")
"""The fields of an operation that follow from the list and the event."""
_FORM = "a list of event names, or an object with an event name and a summary a line"


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation of a list."""

    name: str
    """The event, as the list names it."""
    key: str
    """The list."""
    node: Node
    """Where it is written."""
    listed: Node
    """Where its name is: one name can have several entries."""
    fields: Map
    """Further fields of the operation, each with its position."""
    replied: Node | None
    """Where a list with replies has it."""
    reply: Node | None = None
    """The ``x-reply`` that counts for it instead of that of the event."""

    @property
    def action(self) -> Action:
        """What the service does with the event."""
        return LISTS[self.key]


def entries_of(owner: Node, diagnostics: Diagnostics) -> Iterator[Entry]:
    """Yield what a service does, in the author's order."""
    for key, child in owner.members():
        for name, node, value in _items(child, diagnostics) if key in LISTS else ():
            several = isinstance(value, Seq) and bool(value)
            for at in list(node.elements()) if several else [node]:
                fields = _fields(key, name, at, at.value if several else value, diagnostics)
                if fields is not None:
                    yield Entry(name, key, at, node, fields, node if key in _WITH_REPLY else None, at.get(KEY))


def joined(entry: Entry, known: Sequence[Entry], diagnostics: Diagnostics) -> list[Entry]:
    """Return the entries of one event and direction with one more; a request that is listed as sent too is one."""
    halves = [other for other in known if (other.replied is None) is not (entry.replied is None)]
    twins = [other for other in known if other.listed is not entry.listed]
    if halves:
        return [_both(other, entry) if other in halves else other for other in known]
    if twins:
        diagnostics.warning("TW246", f"{entry.name!r} is listed twice", entry.node, "remove one", [twins[0].node])
        return list(known)
    return [*known, entry]


def _both(one: Entry, other: Entry) -> Entry:
    """Return two entries as one in the place of the first, whose fields win."""
    fields = Map()
    for part in (other.fields, one.fields):
        fields.update(part)
        fields.marks.update(part.marks)
    replied, reply = one.replied or other.replied, one.reply or other.reply
    return Entry(one.name, one.key, one.node, one.listed, fields, replied, reply)


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
                hint = "leave out the dashes: an event and its summary a line" if isinstance(item.value, Map) else _FORM
                diagnostics.error("TW201", message, item, hint)
    else:
        diagnostics.error("TW201", f"{node.key!r} must be a list, not {kind_of(node.value)}", node, _FORM)


def _fields(key: str, name: str, node: Node, value: Value, diagnostics: Diagnostics) -> Map | None:
    """Return the fields of an entry of the list ``key``; None after an error."""
    fields = Map()
    if isinstance(value, str):
        put(fields, "summary", value, mark_of(node))
    elif isinstance(value, Map):
        for part, child in node.members():
            if part in _DERIVED:
                hint = f"write {KEY}" if part == "reply" else "the list and the event say it"
                diagnostics.error("TW202", f"{part!r} has no place in an entry of {key}", child, hint)
            else:
                put(fields, part, child.value, value.marks[part])
    elif value is not None:
        message = f"{name!r} must be a summary or fields of an operation, not {kind_of(value)}"
        diagnostics.error("TW201", message, node, "a text, or an object such as {summary: ...}")
        return None
    return fields
