"""The replies that a message or its channel declares by ``x-reply``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from topicwright_codegen.asyncapi.short.building import put
from topicwright_codegen.asyncapi.short.events import Event, Events
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.values import Map, Seq, kind_of

KEY: Final = "x-reply"
UNTIL: Final = "x-stream-until"
_FIELDS = ("messages", "address", UNTIL)


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply to a request: the events that it may be, all on one channel."""

    events: tuple[Event, ...]
    node: Node
    """Where it is declared."""
    until: str | None
    """The field that ends a stream of replies."""
    fields: Map
    """Further fields of the reply object."""


@dataclass(slots=True)
class Answers:
    """Finds the replies of events, each once."""

    events: Events
    diagnostics: Diagnostics
    used: set[Identity] = field(default_factory=set[Identity])
    """The extensions that were read."""
    _known: dict[Identity, list[Answer]] = field(default_factory=dict[Identity, list[Answer]])

    def of(self, event: Event, declared: Node | None) -> list[Answer] | None:
        """Return the plain reply to an event and its stream, those that it has; None where it declares none.

        ``declared`` is an ``x-reply`` that counts instead of that of the message, and of its channel.
        """
        own = event.view.raw(KEY) or event.channel.raw(KEY)
        for node in (own, declared):  # also where another one counts, it must be right
            if node is not None and node.identity not in self._known:
                self.used.add(node.identity)
                self._known[node.identity] = self._read(node)
        counts = declared or own
        return None if counts is None else self._known[counts.identity]

    def _read(self, node: Node) -> list[Answer]:
        fields, names, until = Map(), node, None
        if isinstance(node.value, Map):
            for key, child in node.members():
                if key not in _FIELDS and not key.startswith("x-"):
                    self.diagnostics.error(
                        "TW202", f"unknown field {key!r} in {KEY}", child, did_you_mean(key, _FIELDS)
                    )
                elif key not in ("messages", UNTIL):
                    put(fields, key, child.value, node.value.marks[key])
            names, until = node.get("messages") or node, self._text(node.get(UNTIL))
        groups: dict[tuple[str | None, Identity], list[Event]] = {}
        for event in self._events(names):
            own = event.view.raw(UNTIL)
            if own is not None:
                self.used.add(own.identity)
            groups.setdefault((until or self._text(own), event.identity), []).append(event)
        return self._answers(groups, node, fields)

    def _answers(self, groups: dict[tuple[str | None, Identity], list[Event]], node: Node, fields: Map) -> list[Answer]:
        """Return an answer for each group, of which there is one plain and one stream at most."""
        answers: dict[bool, Answer] = {}
        for (until, _), events in groups.items():
            one = Answer(tuple(events), node, until, fields)
            other = answers.setdefault(until is not None, one)
            if other is not one:
                names = f"{other.events[0].name!r} and {events[0].name!r}"
                if other.until == until:
                    text, hint = f"replies {names} are on two channels", "a request has one channel for its replies"
                else:
                    text, hint = f"streams {names} end by two fields", "one field ends all parts of a stream"
                self.diagnostics.error("TW245", text, node, hint, [other.events[0].view.node, events[0].view.node])
        return list(answers.values())

    def _events(self, node: Node) -> list[Event]:
        """Return the events that a name or a list of names means."""
        items = list(node.elements()) if isinstance(node.value, Seq) else [node]
        found: dict[int, Event] = {}
        for item in items:
            if isinstance(item.value, str):
                event = self.events.find(item.value, item, self.diagnostics)
                if event is not None:
                    found.setdefault(id(event), event)
            else:
                text = f"{KEY} must be the name of an event, or a list of names, not {kind_of(item.value)}"
                self.diagnostics.error("TW201", text, item, "or an object with `messages`, such as {messages: [...]}")
        if not found and items == []:
            self.diagnostics.error("TW201", f"{KEY} names no event", node, "name the event that replies")
        return list(found.values())

    def _text(self, node: Node | None) -> str | None:
        if node is None or isinstance(node.value, str):
            return None if node is None else str(node.value)
        text = f"{UNTIL!r} must be a string, not {kind_of(node.value)}"
        self.diagnostics.error("TW201", text, node, "the name of a boolean field")
        return None
