"""The filters whose handlers the program has closed: what still comes for them is not missed."""

from __future__ import annotations

from typing import Final

from topicwright.mqtt.message import Incoming
from topicwright.mqtt.topic_filters import FilterIndex, subscription_identifier

MAX_FILTERS: Final = 1000
"""At most this many are remembered; a program may have a filter for each job, and close it again."""


class Retired:
    """Topic filters that have no handler any more."""

    def __init__(self) -> None:
        self._identifiers: dict[str, int] = {}
        self._index: FilterIndex[str] = FilterIndex()

    def add(self, topic_filter: str) -> str | None:
        """Remember a filter; return the oldest one of too many, which is forgotten."""
        self.discard(topic_filter)
        self._identifiers[topic_filter] = subscription_identifier(topic_filter)
        self._index.add(topic_filter, topic_filter)
        if len(self._identifiers) <= MAX_FILTERS:
            return None
        oldest = next(iter(self._identifiers))
        self.discard(oldest)
        return oldest

    def discard(self, topic_filter: str) -> None:
        """Forget a filter, because it has a handler again."""
        if self._identifiers.pop(topic_filter, None) is not None:
            self._index.remove(topic_filter, topic_filter)

    def cover(self, topic: str) -> bool:
        """Return whether one of them matches a topic."""
        return bool(self._identifiers) and bool(self._index.match(topic))

    def brought(self, incoming: Incoming) -> bool:
        """Return whether a message came by the subscription of one of them."""
        return any(number in incoming.subscriptions for number in self._identifiers.values())
