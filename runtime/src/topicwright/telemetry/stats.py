"""What happened so far, counted: by topic filter and for the whole client."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import Final

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The seconds that ``Timing`` counts by; a last place is for what took longer."""
FIRST: Final = BOUNDS[0]
TOPICS: Final = 1000
"""How many topics are counted one by one; a program that publishes by name can have any number."""
OTHERS: Final = "(others)"
"""Where all further topics are counted."""


@dataclass(slots=True)
class Timing:
    """How long something took, in seconds."""

    count: int = 0
    seconds: float = 0.0
    """All of it together."""
    longest: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """How many took at most as long as the bound in this place of ``BOUNDS``, and longer than the one before."""

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.count += 1
        self.seconds += seconds
        if seconds > self.longest:
            self.longest = seconds
        self.buckets[bisect_left(BOUNDS, seconds) if seconds > FIRST else 0] += 1

    @property
    def mean(self) -> float:
        """Seconds on average; 0 where there was nothing."""
        return self.seconds / self.count if self.count else 0.0

    def copy(self) -> Timing:
        """Return a snapshot."""
        return replace(self, buckets=list(self.buckets))


@dataclass(slots=True)
class TopicStats:
    """Counts of what was published to one topic; with a catalog, to one address with its parameters in braces."""

    published: int = 0
    """Acknowledged by the broker; with QoS 0, written."""
    failed: int = 0
    """Rejected, not acknowledged in time, or given up by the caller."""
    acknowledging: Timing = field(default_factory=Timing)
    """From ``publish`` to its return; 0 for a QoS 0 message that was written at once."""

    def written(self) -> None:
        """Count a QoS 0 message that was written at once."""
        self.published += 1
        self.acknowledging.count += 1
        self.acknowledging.buckets[0] += 1

    def copy(self) -> TopicStats:
        """Return a snapshot."""
        return replace(self, acknowledging=self.acknowledging.copy())


@dataclass(slots=True)
class FilterStats:
    """Counts of the messages that came for one topic filter."""

    received: int = 0
    handled: int = 0
    """The handler finished."""
    failed: int = 0
    """The handler raised, also at its last attempt."""
    retried: int = 0
    """Further attempts after a failure."""
    dead_lettered: int = 0
    """Published on a dead-letter topic after the last attempt."""
    invalid: int = 0
    """The payload is not what the catalog says."""
    unexpected: int = 0
    """An event type that no handler of this filter takes."""
    dropped: int = 0
    """QoS 0 messages given up because the handler is too slow."""
    duplicates: int = 0
    """Handled before, and not handled again."""
    in_flight: int = 0
    """With a handler or waiting for one, right now."""
    handling: Timing = field(default_factory=Timing)
    """Of handlers that finished or failed, further attempts and the waits between them included."""

    def copy(self) -> FilterStats:
        """Return a snapshot."""
        return replace(self, handling=self.handling.copy())


@dataclass(slots=True)
class Stats:
    """A snapshot of a client's counters."""

    published: int = 0
    """Messages to all topics together, when the snapshot was taken."""
    in_flight: int = 0
    """Publishes that wait for their acknowledgement, right now."""
    reconnects: int = 0
    sessions_lost: int = 0
    """How often the broker had forgotten the session at a reconnect; what it had queued is gone."""
    unmatched_replies: int = 0
    """Replies that nobody waits for: late ones, and those to other clients."""
    unheard: int = 0
    """Publishes that the broker had no subscriber for (PUBACK 0x10), where it says so."""
    replayed: int = 0
    """Acknowledged messages that were published again after a reconnect (``replay_window``)."""
    perhaps_lost: int = 0
    """QoS 0 messages written to connections that broke before the broker had shown that it read them: so many at most
    were lost on the way."""
    unclaimed: int = 0
    """Messages for which no handler was registered in time."""
    filters: dict[str, FilterStats] = field(default_factory=dict[str, FilterStats])
    topics: dict[str, TopicStats] = field(default_factory=dict[str, TopicStats])

    def of(self, topic_filter: str) -> FilterStats:
        """Return the counters of one topic filter."""
        return self.filters.setdefault(topic_filter, FilterStats())

    def sent_to(self, topic: str) -> TopicStats:
        """Return the counters of one topic that is published to."""
        found = self.topics.get(topic)
        if found is None:
            found = self.topics.setdefault(topic if len(self.topics) < TOPICS else OTHERS, TopicStats())
        return found

    def sent(self, topic: str, seconds: float) -> None:
        """Count a publish that took so long."""
        counts = self.sent_to(topic)
        counts.published += 1
        counts.acknowledging.add(seconds)

    def total(self, name: str) -> int:
        """Return the sum of one counter over all topic filters."""
        return sum(int(getattr(counts, name)) for counts in self.filters.values())

    def copy(self) -> Stats:
        """Return a snapshot that does not change any more."""
        # Exporters ask from threads of their own: a list is made in one step.
        return replace(
            self,
            published=sum(counts.published for counts in list(self.topics.values())),
            filters={name: counts.copy() for name, counts in list(self.filters.items())},
            topics={name: counts.copy() for name, counts in list(self.topics.items())},
        )
