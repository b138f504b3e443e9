"""The topics of an operation before and after: which are gone, new or on another channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from topicwright_codegen.asyncapi.model import Operation, Reply
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.review.findings.witness import TopicPair

TopicKey: TypeAlias = tuple[Identity, str]
"""Channel and message key, as in ``Topic.key``."""


def keys_of(part: Operation | Reply) -> set[TopicKey]:
    """Return the keys of the topics of an operation or a reply."""
    return {(part.channel.node.identity, message.key) for message in part.messages}


class PairIndex:
    """Finds pairs by the keys of their topics: a catalog may have thousands of operations."""

    def __init__(self, pairs: Iterable[TopicPair]) -> None:
        self._by_key: dict[TopicKey, dict[int, TopicPair]] = {}
        for at, pair in enumerate(pairs):
            for key in (pair.old.key, pair.new.key):
                self._by_key.setdefault(key, {})[at] = pair

    def pairs(self, keys: Iterable[TopicKey]) -> list[TopicPair]:
        """Return the pairs that have a topic among those, in their order."""
        pairs = {at: pair for key in keys for at, pair in self._by_key.get(key, {}).items()}
        return [pairs[at] for at in sorted(pairs)]


@dataclass(frozen=True, slots=True)
class TopicChanges:
    """How the topics of one operation differ."""

    lost: tuple[tuple[TopicPair, TopicPair | None], ...]
    """Each with the topic that has its event type now, where there is one: then it has moved."""
    got: tuple[TopicPair, ...]


def changes_of(pairs: Sequence[TopicPair], olds: AbstractSet[TopicKey], news: AbstractSet[TopicKey]) -> TopicChanges:
    """Return how an operation with the topics ``olds`` differs from one with the topics ``news``."""
    lost = [pair for pair in pairs if pair.old.key in olds and pair.new.key not in news]
    got = [pair for pair in pairs if pair.new.key in news and pair.old.key not in olds]
    with_targets: list[tuple[TopicPair, TopicPair | None]] = []
    for pair in lost:
        target = next((other for other in got if other.new.event_type == pair.new.event_type), None)
        if target is not None:
            got.remove(target)
        with_targets.append((pair, target))
    return TopicChanges(tuple(with_targets), tuple(got))
