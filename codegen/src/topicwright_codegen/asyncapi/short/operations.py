"""Lists of events as the operations that they mean, written into the documents as an author would.

So everything after this, from the published schema to the review, knows operations alone. Each generated part has the
position of the list that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.model import Action
from topicwright_codegen.asyncapi.short.building import append, copy_of, mark_of, moved, put, reference, way_to
from topicwright_codegen.asyncapi.short.events import Event, Events
from topicwright_codegen.asyncapi.short.lists import LISTS, Entry, entries_of, joined
from topicwright_codegen.asyncapi.short.replies import KEY, UNTIL, Answer, Answers
from topicwright_codegen.asyncapi.view import is_version_2
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Mark, Seq

SERVICES: Final = "x-services"
_TEXTS = frozenset(("title", "summary", "description"))
"""The fields of an operation that are about an event without fields too."""


def write_operations(documents: Iterable[Document], source: Source) -> frozenset[Identity]:
    """Add the operations that the lists of services mean to the documents; problems are in the diagnostics.

    Returns:
        the extensions that say something of replies, and that an operation has.
    """
    listed = list(documents)
    owners = {document.label: found for document in listed if (found := list(_owners(document, source.quiet())))}
    if not owners:
        return frozenset()
    events = Events.of(listed, source)
    answers = Answers(events, source.diagnostics)
    for document in listed:
        if document.label in owners:
            _Writer(document, source, events, answers).write(owners[document.label])
    return frozenset(answers.used)


@dataclass(frozen=True, slots=True)
class _Owner:
    """A service with lists."""

    name: str
    """Empty for a document that is one service."""
    node: Node
    """The object with the lists, after every reference."""
    mark: Mark
    """Where the document lists the service: the position of what another file says of it."""


def _owners(document: Document, quiet: Source) -> Iterator[_Owner]:
    """Yield the services of a document that have lists."""
    if _has_lists(document.root):
        yield _Owner("", document.root, (1, 1))
    table = document.root.get(SERVICES)
    for name, entry in table.members() if table is not None else ():
        node = quiet.resolve(entry)
        if node is not None and _has_lists(node):
            yield _Owner(name, node, mark_of(entry))


def _has_lists(node: Node) -> bool:
    return isinstance(node.value, Map) and not LISTS.keys().isdisjoint(node.value)


@dataclass(slots=True)
class _Draft:
    """An operation: some events of one channel, with one reply."""

    events: list[Event]
    entry: Entry
    answer: Answer | None

    def can_have(self, other: _Draft) -> bool:
        """Return whether another operation of its channel can be part of this one: it says nothing else."""
        own, others = self.entry.fields, other.entry.fields
        says_nothing_else = own == others or (not others and own.keys() <= _TEXTS)
        is_new = all(event is not other.events[0] for event in self.events)
        return says_nothing_else and is_new and _same(self.answer, other.answer)


@dataclass(slots=True)
class _Writer:
    document: Document
    source: Source
    events: Events
    answers: Answers
    channels: Map = field(default_factory=Map)
    operations: Map = field(default_factory=Map)
    keys: dict[Identity, str] = field(default_factory=dict[Identity, str])
    """The keys of channels in the document."""

    def write(self, owners: Iterable[_Owner]) -> None:
        """Add the operations of the services to the document, and the channels that they are on."""
        root = self.document.value
        assert isinstance(root, Map)
        if is_version_2(self.document):
            for owner in owners:
                key = next(key for key in LISTS if owner.node.get(key) is not None)
                self.source.diagnostics.error("TW247", f"{key} needs AsyncAPI 3", owner.node.get(key) or owner.node)
            return
        if any(key in root and not isinstance(root[key], Map) for key in ("channels", "operations")):
            return  # the reader reports it
        self.channels, self.operations = copy_of(root.get("channels")), copy_of(root.get("operations"))
        for key, value in self.channels.items():
            node = self.events.source.resolve(Node(self.document, ("channels", key), value))
            if node is not None:
                self.keys.setdefault(node.identity, key)
        for owner in owners:
            for draft in self._drafts(owner):
                self._add(draft, owner)
        for key, table in (("channels", self.channels), ("operations", self.operations)):
            if table:
                root[key] = table
                root.marks.setdefault(key, next(iter(table.marks.values())))

    def _drafts(self, owner: _Owner) -> list[_Draft]:
        """Return the operations of a service: events of one channel of which it says the same are in one."""
        found: dict[tuple[Action, int], tuple[Event, list[Entry]]] = {}
        for entry in entries_of(owner.node, self.source.diagnostics):
            event = self.events.find(entry.name, entry.node, self.source.diagnostics)
            if event is not None:
                key = entry.action, id(event)
                known = found[key][1] if key in found else []
                found[key] = event, joined(entry, known, self.source.diagnostics)
        drafts: list[_Draft] = []
        of_channel: dict[tuple[Action, Identity], list[_Draft]] = {}
        for event, entry in ((event, entry) for event, entries in found.values() for entry in entries):
            for answer in self._answers(entry, event):
                one = _Draft([event], entry, answer)
                others = of_channel.setdefault((entry.action, event.identity), [])
                same = next((draft for draft in others if draft.can_have(one)), None)
                if same is not None:
                    same.events.append(event)
                else:
                    drafts.append(one)
                    others.append(one)
        return drafts

    def _answers(self, entry: Entry, event: Event) -> list[Answer] | list[None]:
        """Return the replies to an event that the service waits for or gives: one for each operation."""
        declared, diagnostics = entry.reply, self.source.diagnostics
        if entry.replied is None:
            if declared is not None:
                text = f"extension {KEY!r} has no effect in an entry of {entry.key}"
                hint = "list the event in " + ("x-requests" if entry.action == "send" else "x-serves")
                diagnostics.warning("TW233", text, declared, hint)
            return [None]
        answers = self.answers.of(event, declared)
        if answers is None:
            hint = f"name the event that replies: {KEY}: ... in the message"
            diagnostics.error("TW244", f"{event.name!r} has no reply", entry.replied, hint, [event.view.node])
        return answers or []

    def _add(self, draft: _Draft, owner: _Owner) -> None:
        """Add an operation."""
        entry, made = draft.entry, Map()
        mark = self._mark(entry.node, owner.mark)
        put(made, "action", entry.action, mark)
        for key, value in entry.fields.items():
            if key != KEY:
                inner = self._mark(entry.node, owner.mark, entry.fields.marks[key])
                put(made, key, moved(value, entry.node.document, self.document, inner), inner)
        self._put_on(made, draft.events, mark)
        if draft.answer is not None:
            put(made, "reply", self._reply(draft.answer, mark), mark)
        if owner.name:
            put(made, "x-service", owner.name, mark)
        put(self.operations, _free(draft, f"{owner.name}." if owner.name else "", self.operations), made, mark)

    def _reply(self, answer: Answer, outer: Mark) -> Map:
        made = Map()
        home = answer.node.document
        mark = self._mark(answer.node, outer)
        if answer.until is not None:
            put(made, UNTIL, answer.until, mark)
        for key, value in answer.fields.items():
            inner = self._mark(answer.node, outer, answer.fields.marks[key])
            put(made, key, moved(value, home, self.document, inner), inner)
        self._put_on(made, answer.events, mark)
        return made

    def _mark(self, node: Node, outer: Mark, own: Mark | None = None) -> Mark:
        """Return the position of a node, or ``own``; ``outer`` where it is in another file: a document has one file."""
        return outer if node.document is not self.document else own or mark_of(node)

    def _put_on(self, made: Map, events: Iterable[Event], mark: Mark) -> None:
        """Write the channel and the messages of an operation or a reply."""
        references = Seq()
        for event in events:
            path = ("channels", self._channel(event, mark))
            put(made, "channel", reference(pointer_of(path), mark), mark)
            append(references, reference(pointer_of((*path, "messages", event.key)), mark), mark)
        put(made, "messages", references, mark)

    def _channel(self, event: Event, mark: Mark) -> str:
        """Return the key of the event's channel in the document, which lists it from now on."""
        if event.identity not in self.keys:
            key = event.channel_id
            if key in self.channels:
                key = f"{event.domain}.{key}"
            while key in self.channels:
                key += "_"
            self.keys[event.identity] = key
            put(self.channels, key, reference(way_to(event.listed, self.document), mark), mark)
        return self.keys[event.identity]


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
