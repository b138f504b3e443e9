"""The events of one address: messages of one kind, told apart by envelope, content and a field with a constant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.infer.payloads.envelopes import Envelope, envelope_of
from topicwright_codegen.infer.payloads.json_values import is_object
from topicwright_codegen.infer.payloads.reading import Kind, Payload
from topicwright_codegen.infer.payloads.shape import Shape
from topicwright_codegen.infer.payloads.texts import is_name

TELLING: Final = (
    *("type", "_type", "kind", "event", "event_type", "eventType", "msg_type", "msgType", "messageType"),
    *("message_type", "action", "cmd", "command", "method", "op", "operation"),
)
"""Fields by which senders tell the events of one topic apart, the most telling first."""
MOST_EVENTS: Final = 24
_MOST_HEADERS: Final = 24
_LONGEST: Final = 100
"""Characters of an event type or of the name of a user property."""


@dataclass(slots=True)
class Event:
    """Messages of one event."""

    kind: Kind
    envelope: Envelope = "none"
    event_type: str = ""
    """The type in the envelope; empty without one."""
    told_by: str = ""
    """The field with a constant that tells the event apart; empty where it is the only one."""
    constant: str = ""
    shape: Shape = field(default_factory=Shape)
    """Of the payload; of an enveloped one, of its data."""
    count: int = 0
    by_field: dict[str, dict[str, Shape]] = field(default_factory=dict[str, dict[str, Shape]])
    """The shapes of the messages by the value of each field that may tell events apart."""


@dataclass(slots=True)
class Observed:
    """What was heard on one address."""

    count: int = 0
    topics: int = 0
    qos: Counter[int] = field(default_factory=Counter[int])
    retained: int = 0
    expiry: int = 0
    """The longest message expiry interval, in seconds; 0 for none."""
    expiring: int = 0
    content_types: Counter[str] = field(default_factory=Counter[str])
    headers: Counter[str] = field(default_factory=Counter[str])
    """How many messages have each user property."""
    cleared: int = 0
    """Empty payloads with RETAIN, which delete a retained message (MQTT 5, section 3.3.1.3)."""
    broken: int = 0
    """Payloads that begin like JSON and are none."""
    broken_why: str = ""
    events: dict[tuple[Kind, Envelope, str], Event] = field(default_factory=dict[tuple[Kind, Envelope, str], Event])
    roles: Counter[str] = field(default_factory=Counter[str])
    """What discovery messages of Home Assistant name topics of the address as, such as ``state_topic``."""
    left_out: int = 0
    """Messages of further event types, and of those with control characters, which are not described."""

    def add(self, heard: Heard, payload: Payload) -> None:
        """Take one message."""
        self.count += 1
        self.qos[heard.qos] += 1
        self.retained += heard.retain
        if heard.expiry is not None:
            self.expiring += 1
            self.expiry = max(self.expiry, heard.expiry)
        if heard.content_type and (heard.content_type in self.content_types or len(self.content_types) < 8):
            self.content_types[heard.content_type] += 1
        for name in {name for name, _ in heard.user}:
            if name in self.headers or (len(self.headers) < _MOST_HEADERS and _is_short(name)):
                self.headers[name] += 1
        if payload.kind == "empty" and heard.retain:
            self.cleared += 1
        elif payload.kind == "broken":
            self.broken += 1
            self.broken_why = self.broken_why or payload.note
        else:
            self._add_event(payload)

    def _add_event(self, payload: Payload) -> None:
        value = payload.value
        envelope = envelope_of(value) if payload.kind == "json" else "none"
        event_type: str = value["type"] if envelope != "none" else ""
        key = payload.kind, envelope, event_type
        event = self.events.get(key)
        if event is None:
            if len(self.events) >= MOST_EVENTS or not _is_short(event_type):
                self.left_out += 1
                return
            event = self.events[key] = Event(payload.kind, envelope, event_type)
        event.count += 1
        if payload.kind not in ("json", "text"):
            return
        data = value["data"] if envelope != "none" else value
        event.shape.add(data)
        if envelope == "none" and is_object(data):
            _add_by_field(event, data)


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and text.isprintable()


def _add_by_field(event: Event, data: dict[str, Any]) -> None:
    for name in TELLING:
        if name not in data:
            continue
        shapes = event.by_field.setdefault(name, {})
        value = data[name]
        if not isinstance(value, str) or not is_name(value) or (value not in shapes and len(shapes) >= MOST_EVENTS):
            shapes.clear()
            shapes["\0"] = Shape()  # never the name of an event: the field tells nothing
        elif "\0" not in shapes:
            shapes.setdefault(value, Shape()).add(data)


def told_apart(event: Event) -> list[Event]:
    """Return the events that one is made of, if a field with a constant tells them apart; else the event itself.

    That is a field that each message has, and by whose value the messages differ: with one value they always have a
    field that they never have with another.
    """
    for name, shapes in event.by_field.items():
        whole = sum(shape.total for shape in shapes.values()) == event.count and "\0" not in shapes
        if not whole or len(shapes) < 2 or event.count < 2 * len(shapes) or not _differ(list(shapes.values())):
            continue
        return [
            Event("json", told_by=name, constant=value, shape=shape, count=shape.total)
            for value, shape in shapes.items()
        ]
    return [event]


def _differ(shapes: list[Shape]) -> bool:
    """Return whether each shape always has a field that one of the others never has, or lacks one that it has."""
    always = [{name for name, field in shape.fields.items() if field.total == shape.total} for shape in shapes]
    ever = [set(shape.fields) for shape in shapes]
    return all(
        any(always[at] - ever[other] or always[other] - ever[at] for other in range(len(shapes)) if other != at)
        for at in range(len(shapes))
    )
