"""Lists of events as the operations that they mean, written into the documents as an author would.

So everything after this, from the published schema to the review, knows operations alone. Each generated part has the
position of the list that it comes from.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import Action
from topicwright_codegen.asyncapi.short.events import Event, Events
from topicwright_codegen.asyncapi.short.lists import LISTS, Entry, entries_of, put
from topicwright_codegen.asyncapi.short.replies import KEY, UNTIL, Answer, Answers
from topicwright_codegen.asyncapi.view import is_version_2
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Mark, Seq, Value

SERVICES: Final = "x-services"


def write_operations(documents: Iterable[Document], source: Source) -> None:
    """Add the operations that the lists of services mean to the documents; problems are in the diagnostics."""
    listed = list(documents)
    owners = {document.label: owner for document in listed if (owner := list(_owners(document)))}
    if not owners:
        return
    events = Events.of(listed, source)
    answers = Answers(events, source.diagnostics)
    for document in listed:
        if document.label in owners:
            _Writer(document, source, events, answers).write(owners[document.label])


def _owners(document: Document) -> Iterator[tuple[str, Node]]:
    """Yield name and node of each service with lists; the name is empty for a document that is one service."""
    root = document.root
    if _has_lists(root):
        yield "", root
    table = root.get(SERVICES)
    yield from ((name, node) for name, node in (table.members() if table else ()) if _has_lists(node))


def _has_lists(node: Node) -> bool:
    return isinstance(node.value, Map) and not LISTS.keys().isdisjoint(node.value)


@dataclass(slots=True)
class _Draft:
    """An operation: some events of one channel, with one reply."""

    events: list[Event]
    entry: Entry
    answer: Answer | None

    def can_have(self, other: _Draft) -> bool:
        """Return whether another operation can be part of this one: it is on the channel, and says nothing else."""
        same_channel = self.events[0].identity == other.events[0].identity
        fields = other.entry.fields
        says_nothing_else = not fields or fields == self.entry.fields
        same = self.entry.action == other.entry.action and _same(self.answer, other.answer)
        new = all(event is not other.events[0] for event in self.events)
        return same and same_channel and says_nothing_else and new


@dataclass(slots=True)
class _Writer:
    document: Document
    source: Source
    events: Events
    answers: Answers

    def write(self, owners: Iterable[tuple[str, Node]]) -> None:
        """Add the operations of the services to the document, and the channels that they are on."""
        root = self.document.value
        assert isinstance(root, Map)
        if is_version_2(self.document):
            for _, owner in owners:
                key = next(key for key in LISTS if owner.get(key) is not None)
                self.source.diagnostics.error("TW247", f"{key} needs AsyncAPI 3", owner.get(key) or owner)
            return
        tables: dict[str, Map] = {}
        for key in ("channels", "operations"):
            written = root.get(key)
            if key in root and not isinstance(written, Map):
                return  # the reader reports it
            tables[key] = _copy(written)
        for service, owner in owners:
            for draft in self._drafts(owner):
                self._add(draft, service, tables["channels"], tables["operations"])
        for key, table in tables.items():
            if table:
                root[key] = table
                root.marks.setdefault(key, next(iter(table.marks.values())))

    def _drafts(self, owner: Node) -> Iterable[_Draft]:
        """Return the operations of a service: events of one channel of which it says the same are in one."""
        found: dict[tuple[Action, int], tuple[Event, list[Entry]]] = {}
        for entry in entries_of(owner, self.source.diagnostics):
            event = self.events.find(entry.name, entry.node, self.source.diagnostics)
            if event is not None:
                _, known = found.setdefault((entry.action, id(event)), (event, []))
                put(entry, known, self.source.diagnostics)
        drafts: list[_Draft] = []
        for event, entry in ((event, entry) for event, entries in found.values() for entry in entries):
            for answer in self._replies(entry, event):
                one = _Draft([event], entry, answer)
                same = next((draft for draft in drafts if draft.can_have(one)), None)
                if same is None:
                    drafts.append(one)
                else:
                    same.events.append(event)
        return drafts

    def _add(self, draft: _Draft, service: str, channels: Map, operations: Map) -> None:
        """Add an operation."""
        mark, made = _mark(draft.entry.node), self._operation(draft, channels)
        if service:
            _put(made, "x-service", service, mark)
        _put(operations, _free(draft, f"{service}." if service else "", operations), made, mark)

    def _replies(self, entry: Entry, event: Event) -> list[Answer] | list[None]:
        if entry.replied is None:
            if KEY in entry.fields:
                text = f"extension {KEY!r} has no effect in an entry of {entry.listed.pointer[-2]}"
                hint = "list the event in " + ("x-requests" if entry.action == "send" else "x-serves")
                self.source.diagnostics.warning(
                    "TW233", text, Node(self.document, (*entry.node.pointer, KEY), None), hint
                )
            return [None]
        override = (
            Node(entry.node.document, (*entry.node.pointer, KEY), entry.fields[KEY]) if KEY in entry.fields else None
        )
        answers = self.answers.of(event, override)
        if not answers and not self.source.diagnostics.failed:
            text = f"{event.name!r} has no reply"
            hint = "name the event that replies: x-reply: ... in the message"
            self.source.diagnostics.error("TW244", text, entry.replied, hint, [event.view.node])
        return answers

    def _operation(self, draft: _Draft, channels: Map) -> Map:
        entry, answer, made = draft.entry, draft.answer, Map()
        mark = _mark(entry.node)
        _put(made, "action", entry.action, mark)
        for key, value in entry.fields.items():
            if key != KEY:
                _put(made, key, value, entry.fields.marks[key])
        self._on(made, draft.events, channels, mark)
        if answer is not None:
            _put(made, "reply", self._reply(answer, channels, _mark(answer.node)), mark)
        return made

    def _reply(self, answer: Answer, channels: Map, mark: Mark) -> Map:
        made = Map()
        if answer.until is not None:
            _put(made, UNTIL, answer.until, mark)
        for key, value in answer.fields.items():
            _put(made, key, value, answer.fields.marks[key])
        self._on(made, answer.events, channels, mark)
        return made

    def _on(self, made: Map, events: Iterable[Event], channels: Map, mark: Mark) -> None:
        """Write the channel and the messages of an operation or a reply."""
        references = Seq()
        for event in events:
            path = ("channels", self._channel(event, channels, mark))
            _put(made, "channel", _reference(pointer_of(path), mark), mark)
            references.append(_reference(pointer_of((*path, "messages", event.key)), mark))
            references.marks.append(mark)
        _put(made, "messages", references, mark)

    def _channel(self, event: Event, channels: Map, mark: Mark) -> str:
        """Return the key of the event's channel in the document, which lists it from now on."""
        for key, value in channels.items():
            node = self.events.source.resolve(Node(self.document, ("channels", key), value))
            if node is not None and node.identity == event.identity:
                return key
        key = event.channel_id
        if key in channels:
            key = f"{event.domain}.{key}"
        while key in channels:
            key += "_"
        _put(channels, key, _reference(self._way_to(event.listed), mark), mark)
        return key

    def _way_to(self, node: Node) -> str:
        """Return a reference from the document to a node of another one."""
        path = Path(os.path.relpath(node.document.path, self.document.path.parent)).as_posix()
        return quote(path) + pointer_of(node.pointer)


def _free(draft: _Draft, prefix: str, operations: Map) -> str:
    """Return an id for an operation: made of its message, or of its channel where that has several."""
    event = draft.events[0]
    names = (event.key, event.channel_id) if event.siblings == 1 else (event.channel_id, event.key)
    stream = "Stream" if draft.answer is not None and draft.answer.until is not None else ""
    ids = [f"{prefix}{draft.entry.action}{naming.pascal(name)}{stream}" for name in names]
    free = next((id_ for id_ in ids if id_ not in operations), ids[0])
    while free in operations:
        free += "_"
    return free


def _same(one: Answer | None, other: Answer | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.until, one.events, one.fields) == (other.until, other.events, other.fields)


def _reference(text: str, mark: Mark) -> Map:
    made = Map()
    _put(made, "$ref", text, mark)
    return made


def _put(target: Map, key: str, value: Value, mark: Mark) -> None:
    target[key], target.marks[key] = value, mark


def _copy(value: Value) -> Map:
    made = Map()
    if isinstance(value, Map):
        made.update(value)
        made.marks.update(value.marks)
    return made


def _mark(node: Node) -> Mark:
    place = node.place
    return place.line, place.column
