"""Counters and timings: by topic, by topic filter and of the whole client."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, fields, replace
from typing import Final

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of the buckets of ``Timing``, in seconds; the last bucket has none."""
FIRST_BOUND: Final = BOUNDS[0]
MAX_TOPICS: Final = 1000
"""At most this many topics are counted separately; a program that publishes by name can have any number."""
OTHER_TOPICS: Final = "(others)"
"""The name under which all further topics are counted, and filters that were given up long ago."""


@dataclass(slots=True)
class Timing:
    """A histogram of durations in seconds."""

    count: int = 0
    seconds: float = 0.0
    """The sum of all durations."""
    longest: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """How many durations are at most the bound at the same index of ``BOUNDS``, and longer than the one before."""

    def add(self, seconds: float) -> None:
        """Count a duration."""
        self.count += 1
        self.seconds += seconds
        if seconds > self.longest:
            self.longest = seconds
        self.buckets[bisect_left(BOUNDS, seconds) if seconds > FIRST_BOUND else 0] += 1

    def merge(self, other: Timing) -> None:
        """Add the durations of another histogram."""
        self.count += other.count
        self.seconds += other.seconds
        self.longest = max(self.longest, other.longest)
        self.buckets = [mine + more for mine, more in zip(self.buckets, other.buckets, strict=True)]

    @property
    def mean(self) -> float:
        """The average in seconds; 0 without any duration."""
        return self.seconds / self.count if self.count else 0.0

    def copy(self) -> Timing:
        """Return a snapshot."""
        return replace(self, buckets=list(self.buckets))


@dataclass(slots=True)
class TopicStats:
    """Counters of the publishes to one topic; with a catalog, to one address with its parameters in braces."""

    published: int = 0
    """Acknowledged by the broker; for QoS 0, written."""
    failed: int = 0
    """Rejected, not acknowledged in time, or cancelled by the caller."""
    acknowledging: Timing = field(default_factory=Timing)
    """From ``publish`` to its return; 0 for a QoS 0 message that was written immediately."""

    def written(self) -> None:
        """Count a QoS 0 message that was written immediately."""
        self.published += 1
        self.acknowledging.count += 1  # fast path of Timing.add
        self.acknowledging.buckets[0] += 1

    def copy(self) -> TopicStats:
        """Return a snapshot."""
        return replace(self, acknowledging=self.acknowledging.copy())


@dataclass(slots=True)
class FilterStats:
    """Counters of the messages received for one topic filter."""

    received: int = 0
    handled: int = 0
    """The handler finished."""
    failed: int = 0
    """The handler raised at its last attempt."""
    retried: int = 0
    """Retries after a failure."""
    dead_lettered: int = 0
    """Published on a dead-letter topic after the last attempt."""
    invalid: int = 0
    """The payload does not match the catalog."""
    unexpected: int = 0
    """No handler of this filter accepts the event type."""
    dropped: int = 0
    """QoS 0 messages dropped because the handler is too slow."""
    duplicates: int = 0
    """Handled before, and not handled again."""
    in_flight: int = 0
    """Being handled or waiting for a handler, now."""
    handling: Timing = field(default_factory=Timing)
    """Of handlers that finished or failed, with their retries and the delays between them."""

    def copy(self) -> FilterStats:
        """Return a snapshot."""
        return replace(self, handling=self.handling.copy())

    def add(self, other: FilterStats) -> None:
        """Add the counters of another filter."""
        for item in fields(self):
            mine, more = getattr(self, item.name), getattr(other, item.name)
            if isinstance(mine, Timing):
                mine.merge(more)
            else:
                setattr(self, item.name, mine + more)


@dataclass(slots=True)
class Stats:
    """A snapshot of a client's counters."""

    published: int = 0
    """Messages to all topics, at the time of the snapshot."""
    in_flight: int = 0
    """Publishes that wait for their acknowledgement, now."""
    reconnects: int = 0
    sessions_lost: int = 0
    """Reconnects at which the broker had lost the session, with the messages that it had queued."""
    subscriptions_refused: int = 0
    """Subscriptions that the broker refused, each time that it did."""
    subscriptions_missing: int = 0
    """Subscriptions that are wanted and that the broker refuses, now."""
    unmatched_replies: int = 0
    """Replies without a waiting request: late ones, and those to other clients."""
    unheard: int = 0
    """Publishes that the broker had no subscriber for (PUBACK 0x10), if it reports that."""
    replayed: int = 0
    """Acknowledged messages that were published again after a reconnect (``replay_window``)."""
    perhaps_lost: int = 0
    """An upper bound on QoS 0 messages lost in transit: written to connections that broke before a later PINGRESP."""
    dropped_offline: int = 0
    """QoS 0 messages that were dropped because there was no connection (``qos_0_offline``)."""
    cleared: int = 0
    """Empty messages that cleared what was retained on their topic."""
    unclaimed: int = 0
    """Messages for which no handler was registered in time."""
    filters: dict[str, FilterStats] = field(default_factory=dict[str, FilterStats])
    """By topic filter; of those without a handler the last 1000, and the others in one sum."""
    topics: dict[str, TopicStats] = field(default_factory=dict[str, TopicStats])

    def of(self, topic_filter: str) -> FilterStats:
        """Return the counters of one topic filter."""
        return self.filters.setdefault(topic_filter, FilterStats())

    def give_up(self, topic_filter: str) -> None:
        """Add the counters of a filter without a handler to those of all others that were given up."""
        counts = self.filters.pop(topic_filter, None)
        if counts is not None:
            self.of(OTHER_TOPICS).add(counts)

    def sent_to(self, topic: str) -> TopicStats:
        """Return the counters of one topic that is published to."""
        counts = self.topics.get(topic)
        if counts is None:
            counts = self.topics.setdefault(topic if len(self.topics) < MAX_TOPICS else OTHER_TOPICS, TopicStats())
        return counts

    def total(self, name: str) -> int:
        """Return the sum of one counter over all topic filters."""
        return sum(int(getattr(counts, name)) for counts in self.filters.values())

    def copy(self) -> Stats:
        """Return a snapshot that does not change."""
        # Exporters call this from other threads; ``list`` copies in one step.
        return replace(
            self,
            published=sum(counts.published for counts in list(self.topics.values())),
            filters={name: counts.copy() for name, counts in list(self.filters.items())},
            topics={name: counts.copy() for name, counts in list(self.topics.items())},
        )
