"""Topics of messages that are suspected of ending connections, and for how long they are watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WATCHED_FOR: Final = 60.0
"""Seconds that a topic is watched after a message on it was convicted; doubled each time."""
WATCHED_AT_MOST: Final = 3600.0
STRIKES: Final = 2
"""After so many convicted messages all others on their topic are refused while it is watched."""
MAX_TOPICS: Final = 1000


@dataclass(slots=True)
class _Record:
    strikes: int = 0
    until: float = 0.0
    reason: int | None = None


class Quarantine:
    """Topics under suspicion. One without strikes is here until its suspects are cleared."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    def __bool__(self) -> bool:
        return bool(self._records)

    def __contains__(self, topic: str) -> bool:
        return topic in self._records

    def suspect(self, topic: str) -> None:
        """Watch a topic because a message on it is a suspect."""
        if len(self._records) < MAX_TOPICS:
            self._records.setdefault(topic, _Record())

    def strike(self, topic: str, reason: int | None, now: float) -> None:
        """Watch a topic for a time because a message on it was convicted."""
        record = self._records.pop(topic, _Record())
        record.strikes, record.reason = record.strikes + 1, reason
        record.until = now + min(WATCHED_FOR * 2 ** (record.strikes - 1), WATCHED_AT_MOST)
        self._records[topic] = record

    def struck(self, topic: str) -> bool:
        """Return whether messages on a topic were convicted: one connection convicts the next."""
        record = self._records.get(topic)
        return record is not None and record.strikes > 0

    def next_end(self) -> float | None:
        """Return when the first topic with strikes is watched no more."""
        return min((record.until for record in self._records.values() if record.strikes), default=None)

    def refused(self, topic: str, now: float) -> tuple[int, int | None] | None:
        """Return how many messages on a topic were convicted, and the last reason, where others are refused now."""
        record = self._records.get(topic)
        if record is None or record.strikes < STRIKES or record.until <= now:
            return None
        return record.strikes, record.reason

    def clear(self, suspected: set[str], now: float) -> None:
        """Forget topics without strikes that are not in ``suspected``, and those whose time is over."""
        for topic, record in list(self._records.items()):
            if record.until <= now if record.strikes else topic not in suspected:
                del self._records[topic]
