"""What the messages of a topic have in common, as little as is needed to compare topics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from topicwright_codegen.infer.payloads.envelopes import envelope_of
from topicwright_codegen.infer.payloads.json_values import is_object
from topicwright_codegen.infer.payloads.reading import Payload

_MOST_KEYS: Final = 60
_MOST_TYPES: Final = 8
_BY_CHANCE: Final = 1000
"""Smaller numbers may equal a level by chance."""
_MOST_INTERNED: Final = 10_000
_INTERNED: Final[dict[frozenset[str], frozenset[str]]] = {}
"""Equal sets of fields once: thousands of topics have the same."""
_TELLING: Final = frozenset(("type", "kind", "event", "action", "cmd", "command", "method", "state", "status", "topic"))
"""Fields that say what a message is: that one of them equals a level is no sign of an id."""


class Profile:
    """The profile of one topic, or of several that are taken for one."""

    __slots__ = ("count", "equal", "keys", "kinds", "objects", "types")

    def __init__(self) -> None:
        self.count = 0
        self.objects = 0
        self.kinds: set[str] = set()
        self.keys: frozenset[str] = frozenset()
        """The fields of its objects; of enveloped ones, those of the data."""
        self.types: frozenset[str] = frozenset()
        """The event types of its envelopes."""
        self.equal: dict[tuple[int, str], int] = {}
        """How often a field was equal to a level of the topic, by the number of the level and the field."""

    def add(self, payload: Payload, levels: Sequence[str]) -> None:
        """Take one message."""
        self.count += 1
        self.kinds.add(payload.kind)
        if payload.kind != "json" or not is_object(payload.value):
            return
        self.objects += 1
        value = payload.value
        outer: dict[str, Any] = {}
        if envelope_of(value) != "none":
            if len(self.types) < _MOST_TYPES:
                self.types |= {value["type"]}
            outer = {"source": value.get("source")}
            value = value["data"] if is_object(value["data"]) else {}
        if not value.keys() <= self.keys and len(self.keys) < _MOST_KEYS:
            keys = frozenset(self.keys | value.keys())
            self.keys = _INTERNED.setdefault(keys, keys) if len(_INTERNED) < _MOST_INTERNED else keys
        for name, text in (*outer.items(), *value.items()):
            if isinstance(text, str | int) and not isinstance(text, bool) and name.lower() not in _TELLING:
                if isinstance(text, int) and abs(text) < _BY_CHANCE:
                    continue
                for at in _places(str(text), levels):
                    self.equal[at, name] = self.equal.get((at, name), 0) + 1

    def merge(self, other: Profile) -> None:
        """Take the messages of another topic."""
        self.count += other.count
        self.objects += other.objects
        self.kinds |= other.kinds
        if len(self.keys) < _MOST_KEYS:
            self.keys |= other.keys
        if len(self.types) < _MOST_TYPES:
            self.types |= other.types
        for place, number in other.equal.items():
            self.equal[place] = self.equal.get(place, 0) + number

    def repeats(self, at: int) -> set[str]:
        """Return the fields that repeat a level of the topic in every object."""
        return {name for (place, name), number in self.equal.items() if place == at and number == self.objects}

    def like(self, other: Profile) -> bool:
        """Return whether both may be messages of one kind."""
        if self.types or other.types:
            return bool(self.types & other.types)
        if bool(self.objects) != bool(other.objects):
            return False
        return self.likeness(other) >= 0.3 if self.objects else bool(self.kinds & other.kinds)

    def likeness(self, other: Profile) -> float:
        """Return the share of common fields among all fields of both."""
        both = self.keys | other.keys
        return len(self.keys & other.keys) / len(both) if both else 1.0


def _places(text: str, levels: Sequence[str]) -> Iterator[int]:
    if text in levels:
        yield from (at for at, level in enumerate(levels) if level == text)
