"""Reads YAML 1.2 (core schema) as values with positions.

The tokens come from libyaml through PyYAML; their meaning is decided here, because PyYAML reads YAML 1.1, in which
``on`` is a boolean, ``012`` an octal number and ``2026-01-01`` a date.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from topicwright_codegen.documents.values import MAX_DEPTH, MAX_VALUES, Map, Mark, ReadError, Seq, Value

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,400})\Z")
_RADIX = re.compile(r"0(o[0-7]{1,400}|x[0-9a-fA-F]{1,400})\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CORE = "tag:yaml.org,2002:"
_HINTS = {
    "mapping values are not allowed in this context": "quote a text that has a colon and a space in it",
    "found character that cannot start any token": "indent with spaces, not tabs; quote a text that starts with @ or %",
}
"""Hints for errors of libyaml that do not explain what to do."""


class _Parser(Protocol):
    def get_event(self) -> Event | None: ...


def read_yaml(text: str) -> Value:
    """Return the one document in ``text``; raise ReadError if there is no such document."""
    try:
        return _Composer(_events(text)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = str(error.problem or error.context)
        raise ReadError(f"not valid YAML: {problem}", at, _HINTS.get(problem, "")) from error
    except yaml.YAMLError as error:
        raise ReadError(f"not valid YAML: {' '.join(str(error).split())}", (1, 1)) from error


def _events(text: str) -> Iterator[Event]:
    parser: _Parser = cast("_Parser", (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)(text))
    while (event := parser.get_event()) is not None:
        yield event


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


@dataclass(slots=True)
class _Composer:
    """Builds values from parser events, within the limits that stop an alias bomb."""

    events: Iterator[Event]
    anchors: dict[str, tuple[Value, int]] = field(default_factory=dict[str, tuple[Value, int]])
    count: int = 0

    def document(self) -> Value:
        value: Value = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise ReadError("a second YAML document in one file", _mark(event), "keep one document a file")
                value = self._value(next(self.events), 0)
        return value

    def _value(self, event: Event, depth: int) -> Value:
        self._count(1, event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if isinstance(event, ScalarEvent):
            value = _scalar(event)
            if event.anchor:
                self.anchors[event.anchor] = (value, 1)
            return value
        assert isinstance(event, CollectionStartEvent)
        if depth >= MAX_DEPTH:
            raise ReadError(f"nested deeper than {MAX_DEPTH} levels", _mark(event), code="TW103")
        return self._collection(event, depth)

    def _collection(self, event: CollectionStartEvent, depth: int) -> Value:
        before = self.count
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        is_map = isinstance(event, MappingStartEvent)
        value = self._map(depth) if is_map else self._seq(depth)
        _check_tag(event, "map" if is_map else "seq")
        if event.anchor:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def _seq(self, depth: int) -> Seq:
        seq = Seq()
        while not isinstance(event := next(self.events), SequenceEndEvent):
            seq.marks.append(_mark(event))
            seq.append(self._value(event, depth + 1))
        return seq

    def _map(self, depth: int) -> Map:
        result = Map()
        merged: list[tuple[Value, Mark]] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            key, mark = self._key(event), _mark(event)
            value = self._value(next(self.events), depth + 1)
            if key == "<<" and isinstance(event, ScalarEvent) and event.implicit[0]:
                merged.append((value, mark))
                continue
            if key in result:
                message = f"duplicate key {key!r}"
                raise ReadError(message, mark, "remove one of them", result.marks[key], code="TW102")
            result[key] = value
            result.marks[key] = mark
        for value, mark in merged:
            _merge(result, value, mark)
        return result

    def _key(self, event: Event) -> str:
        self._count(1, event)
        if isinstance(event, AliasEvent):
            aliased = self._alias(event)
            if isinstance(aliased, str):
                return aliased
        if isinstance(event, ScalarEvent):
            if event.anchor:
                self.anchors[event.anchor] = (event.value, 1)
            return event.value
        raise ReadError("a key that is not a text", _mark(event), "quote it, where it is one")

    def _alias(self, event: AliasEvent) -> Value:
        if event.anchor not in self.anchors:
            message = f"alias *{event.anchor} has no anchor before it, or refers to itself"
            raise ReadError(message, _mark(event))
        value, size = self.anchors[event.anchor]
        self._count(size, event)
        return value

    def _count(self, size: int, event: Event) -> None:
        self.count += size
        if self.count > MAX_VALUES:
            raise ReadError(f"more than {MAX_VALUES} values once its aliases are expanded", _mark(event), code="TW103")


def _merge(target: Map, source: Value, mark: Mark) -> None:
    """Apply a merge key ``<<``: the target's own keys win, then those of earlier sources."""
    for item in source if isinstance(source, Seq) else [source]:
        if not isinstance(item, Map):
            raise ReadError("a merge key << that does not name an object", mark)
        for key, value in item.items():
            if key not in target:
                target[key] = value
                target.marks[key] = item.marks[key]


def _check_tag(event: CollectionStartEvent, kind: str) -> None:
    if event.tag not in (None, "!", _CORE + kind):
        raise ReadError(f"unknown YAML tag {event.tag!r}", _mark(event), "only JSON's types are allowed")


def _scalar(event: ScalarEvent) -> Value:
    tag = event.tag
    if tag in (None, "!"):
        return _plain_scalar(event) if event.implicit[0] and tag is None else event.value
    if tag == _CORE + "str":
        return event.value
    value = _plain_scalar(event)
    if tag in _tags_of(value):
        return value
    raise ReadError(f"unknown YAML tag {tag!r}, or a value that does not fit it", _mark(event))


def _tags_of(value: Value) -> tuple[str, ...]:
    if value is None:
        return (_CORE + "null",)
    if isinstance(value, bool):
        return (_CORE + "bool",)
    if isinstance(value, int):
        return (_CORE + "int", _CORE + "float")
    return (_CORE + "float",) if isinstance(value, float) else ()


def _plain_scalar(event: ScalarEvent) -> Value:
    text: str = event.value
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.match(text):
        return int(text)
    if _RADIX.match(text):
        return int(text, 0)
    if _FLOAT.match(text) and math.isfinite(number := float(text)):
        return number
    if _NOT_JSON.match(text) or _FLOAT.match(text):
        raise ReadError(f"{text} is not a JSON value", _mark(event), "quote it if it is a text")
    return text
