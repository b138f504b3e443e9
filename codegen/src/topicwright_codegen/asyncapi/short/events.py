"""The events of a catalog by their names, for documents that refer to them without ``$ref``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from topicwright_codegen.asyncapi.apis import only_domain
from topicwright_codegen.asyncapi.reading.bundle_parts import domain_of
from topicwright_codegen.asyncapi.reading.messages import event_type
from topicwright_codegen.asyncapi.view import View, is_version_2
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.source import Source

_MOST_CANDIDATES = 5
_MOST_HINTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One message of a channel."""

    name: str
    """Its event type."""
    key: str
    """Its key in the channel."""
    channel_id: str
    domain: str
    listed: Node
    """The entry of a table of channels that leads to its channel."""
    identity: Identity
    """That of its channel."""
    view: View
    """The message with its traits."""
    channel: View
    siblings: int
    """How many messages the channel has."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that an author can give it, the shortest first."""
        channel = f"{self.domain}/{self.channel_id}"
        return tuple(
            dict.fromkeys(
                (
                    self.name,
                    f"{self.channel_id}/{self.name}",
                    f"{self.domain}/{self.name}",
                    f"{channel}/{self.name}",
                    f"{channel}/{self.key}",
                )
            )
        )


@dataclass(slots=True)
class Events:
    """Finds events by their names."""

    source: Source
    """Follows references; its diagnostics are nobody's, for the reader reports the same ones."""
    listed: list[Event] = field(default_factory=list[Event])
    _unknown: set[str] = field(default_factory=set[str])
    _by_name: dict[str, list[Event]] = field(default_factory=dict[str, list[Event]])

    @classmethod
    def of(cls, documents: Iterable[Document], source: Source) -> Events:
        """Collect the events of all documents of AsyncAPI 3."""
        events = cls(source.quiet())
        channels: dict[Identity, Node] = {}
        files: set[str] = set()
        listed = [document for document in documents if not is_version_2(document)]
        for document in listed:
            for _, entry, view in View(events.source, (document.root,)).entries("channels"):
                # The document that defines a channel is a better end of a reference than one that lists it too.
                if view.node.identity not in channels or entry.ref is None:
                    channels[view.node.identity] = entry
                files.add(view.node.document.label)
        for identity, entry in channels.items():
            events.listed += events._in_channel(identity, entry, len(files) == 1)
        for event in events.listed:
            for name in event.names:
                events._by_name.setdefault(name, []).append(event)
        return events

    def _in_channel(self, identity: Identity, entry: Node, alone: bool) -> Iterator[Event]:
        """Yield the events of a channel; ``alone`` is whether one file has all channels."""
        node = self.source.resolve(entry)
        if node is None:
            return
        channel = View(self.source, (node,))
        id_ = node.key if node.pointer[-2:-1] == ("channels",) else entry.key
        path = node.document.path
        domain = domain_of(node) or (only_domain(path, channel.text("address"), id_) if alone else path.stem)
        messages = {key: (entry, own.with_traits()) for key, entry, own in channel.entries("messages")}
        names = {key: event_type(view, key, entry).value for key, (entry, view) in messages.items()}
        counts = Counter(names.values())
        for key, (_, view) in messages.items():
            name = names[key] if counts[names[key]] == 1 else key  # as bare messages of one name are called
            yield Event(name, key, id_, domain, entry, identity, view, channel, len(messages))

    def find(self, name: str, at: Node, diagnostics: Diagnostics) -> Event | None:
        """Return the event with a name; None after an error at ``at``."""
        found = self._by_name.get(name, [])
        if len(found) > 1:
            found = [event for event in found if event.name == name] or found
        if len(found) == 1:
            return found[0]
        if found:
            shown = [self._shortest(event) for event in found[:_MOST_CANDIDATES]]
            more = "" if len(found) <= _MOST_CANDIDATES else f", or {len(found) - _MOST_CANDIDATES} others"
            text = f"{name!r} is the name of {len(found)} events"
            nodes = [event.view.node for event in found[:_MOST_CANDIDATES]]
            diagnostics.error("TW243", text, at, f"write {' or '.join(shown)}{more}", nodes)
            return None
        # To compare with every name takes its time: where all are wrong, something else is.
        self._unknown.add(name)
        known = {event.name for event in self.listed} if len(self._unknown) <= _MOST_HINTS else ()
        hint = did_you_mean(name, sorted(known), "the channels of the catalog have none of this name")
        diagnostics.error("TW242", f"there is no event {name!r}", at, hint)
        return None

    def _shortest(self, event: Event) -> str:
        """Return the shortest name that is this event's alone."""
        return next((name for name in event.names[1:] if len(self._by_name[name]) == 1), event.names[-1])
