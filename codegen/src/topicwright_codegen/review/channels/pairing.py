"""Topics before and after, paired: by address and event type, a former event type, a moved address, or content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from topicwright_codegen.catalog.model import Catalog, Topic
from topicwright_codegen.review.findings.witness import TopicPair
from topicwright_codegen.topic_filters import filter_of


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """The pairs, and what has no partner."""

    pairs: tuple[TopicPair, ...]
    removed: tuple[Topic, ...]
    added: tuple[Topic, ...]


Key = Callable[[Topic], Hashable]


def pair_topics(before: Catalog, after: Catalog) -> Pairing:
    """Pair the topics of two catalogs, by the surest sign first."""
    pairs: list[TopicPair] = []
    gone, come = list(before.topics), list(after.topics)
    for old_key, new_keys in _SIGNS:
        found = list(_matches(gone, come, old_key, new_keys))
        pairs += found
        taken = {id(pair.old) for pair in found} | {id(pair.new) for pair in found}
        gone = [topic for topic in gone if id(topic) not in taken]
        come = [topic for topic in come if id(topic) not in taken]
    return Pairing(tuple(pairs), tuple(gone), tuple(come))


def _matches(
    gone: Iterable[Topic], come: Iterable[Topic], old_key: Key, new_keys: Callable[[Topic], list[Hashable]]
) -> Iterable[TopicPair]:
    """Yield the pairs that one sign names without doubt."""
    olds, news = _unique((old_key(topic), topic) for topic in gone), list(come)
    partners = _unique((key, topic) for topic in news for key in new_keys(topic))
    taken: set[int] = set()
    for key, old in olds.items():
        new = partners.get(key)
        if new is not None and id(new) not in taken:
            taken.add(id(new))
            yield TopicPair(old, new)


def _unique(found: Iterable[tuple[Hashable, Topic]]) -> dict[Hashable, Topic]:
    """Return the topics whose key no other one has."""
    known: dict[Hashable, list[Topic]] = {}
    for key, topic in found:
        known.setdefault(key, []).append(topic)
    return {key: topics[0] for key, topics in known.items() if len(topics) == 1}


def _shape(topic: Topic) -> str:
    return filter_of(topic.address or "")


def _channel(topic: Topic) -> str:
    return topic.channel.key


def _one(key: Key) -> Callable[[Topic], list[Hashable]]:
    return lambda topic: [key(topic)]


def _place(topic: Topic) -> Hashable:
    """Return the address, or the channel of one that is known at run time only."""
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
    """Return the address and the fields: the bytes there are the same, whatever channel and message are called."""
    fields = frozenset((field.wire, field.required) for field in topic.payload.fields) if topic.payload else None
    return (_place(topic), topic.content_type, fields) if fields else id(topic)


_SIGNS: tuple[tuple[Key, Callable[[Topic], list[Hashable]]], ...] = (
    (_by_whole, _one(_by_whole)),
    (_by_address, _one(_by_address)),
    (_by_channel, _one(_by_channel)),
    (_by_type, _one(_by_type)),
    (_by_type, lambda topic: list(topic.former_types)),
    (_by_entry, _one(_by_entry)),
    (_by_slot, _one(_by_slot)),
    (_by_fields, _one(_by_fields)),
)
