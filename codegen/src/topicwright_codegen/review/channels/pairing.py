"""Topics before and after, paired: by address and event type, a former event type, a moved address, or content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from topicwright_codegen.catalog.model import Catalog, Topic
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.topic_filters import shape_of

Key: TypeAlias = Callable[[Topic], Hashable]
Keys: TypeAlias = Callable[[Topic], list[Hashable]]


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """The pairs, and the topics that have no partner."""

    pairs: tuple[TopicPair, ...]
    removed: tuple[Topic, ...]
    added: tuple[Topic, ...]

    @property
    def before(self) -> list[Topic]:
        """All topics of the old version."""
        return [*(pair.old for pair in self.pairs), *self.removed]

    @property
    def after(self) -> list[Topic]:
        """All topics of the new version."""
        return [*(pair.new for pair in self.pairs), *self.added]


def pair_topics(before: Catalog, after: Catalog) -> Pairing:
    """Pair the topics of two catalogs, by the most reliable key first."""
    pairs: list[TopicPair] = []
    removed, added = list(before.topics), list(after.topics)
    for old_key, new_keys in _KEYS:
        matches = list(_matches(removed, added, old_key, new_keys))
        pairs += matches
        taken = {id(pair.old) for pair in matches} | {id(pair.new) for pair in matches}
        removed = [topic for topic in removed if id(topic) not in taken]
        added = [topic for topic in added if id(topic) not in taken]
    return Pairing(tuple(pairs), tuple(removed), tuple(added))


def _matches(removed: Iterable[Topic], added: Iterable[Topic], old_key: Key, new_keys: Keys) -> Iterable[TopicPair]:
    """Yield the pairs that have the same key, where no other topic has it."""
    olds, news = _unique((old_key(topic), topic) for topic in removed), list(added)
    partners = _unique((key, topic) for topic in news for key in new_keys(topic))
    taken: set[int] = set()
    for key, old in olds.items():
        new = partners.get(key)
        if new is not None and id(new) not in taken:
            taken.add(id(new))
            yield TopicPair(old, new)


def _unique(keyed: Iterable[tuple[Hashable, Topic]]) -> dict[Hashable, Topic]:
    """Return the topics whose key no other one has."""
    known: dict[Hashable, list[Topic]] = {}
    for key, topic in keyed:
        known.setdefault(key, []).append(topic)
    return {key: topics[0] for key, topics in known.items() if len(topics) == 1}


def _shape(topic: Topic) -> str:
    return shape_of(topic.address or "")


def _channel(topic: Topic) -> str:
    return topic.channel.key


def _one(key: Key) -> Keys:
    return lambda topic: [key(topic)]


def _place(topic: Topic) -> Hashable:
    """Return the address; the channel where the address is known at run time only."""
    return _channel(topic) if topic.address is None else _shape(topic), topic.address is None


def _by_address(topic: Topic) -> Hashable:
    return _place(topic), topic.event_type


def _by_whole(topic: Topic) -> Hashable:
    return _by_address(topic), topic.key[1]


def _by_channel(topic: Topic) -> Hashable:
    return _channel(topic), topic.event_type


def _by_type(topic: Topic) -> Hashable:
    return topic.event_type


def _by_entry(topic: Topic) -> Hashable:
    return _channel(topic), topic.key[1], _shape(topic)


def _by_slot(topic: Topic) -> Hashable:
    return _place(topic), topic.key[1]


def _by_fields(topic: Topic) -> Hashable:
    """Return the address and the fields: the bytes stay the same where only channel and message are renamed."""
    fields = (
        frozenset((field.wire, field.required or field.defaulted_but_required) for field in topic.payload.fields)
        if topic.payload
        else None
    )
    return (_place(topic), topic.content_type, fields) if fields else id(topic)


_KEYS: tuple[tuple[Key, Keys], ...] = (
    (_by_whole, _one(_by_whole)),
    (_by_address, _one(_by_address)),
    (_by_channel, _one(_by_channel)),
    (_by_type, _one(_by_type)),
    (_by_type, lambda topic: list(topic.former_types)),
    (_by_entry, _one(_by_entry)),
    (_by_slot, _one(_by_slot)),
    (_by_fields, _one(_by_fields)),
)
