"""What happened so far, counted: by topic filter and for the whole client."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


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


@dataclass(slots=True)
class Stats:
    """A snapshot of a client's counters."""

    published: int = 0
    reconnects: int = 0
    sessions_lost: int = 0
    """How often the broker had forgotten the session at a reconnect; what it had queued is gone."""
    unmatched_replies: int = 0
    """Replies that nobody waits for: late ones, and those to other clients."""
    unheard: int = 0
    """Publishes that the broker had no subscriber for (PUBACK 0x10), where it says so."""
    replayed: int = 0
    """Acknowledged messages that were published again after a reconnect (``replay_window``)."""
    unclaimed: int = 0
    """Messages for which no handler was registered in time."""
    filters: dict[str, FilterStats] = field(default_factory=dict[str, FilterStats])

    def of(self, topic_filter: str) -> FilterStats:
        """Return the counters of one topic filter."""
        return self.filters.setdefault(topic_filter, FilterStats())

    def total(self, name: str) -> int:
        """Return the sum of one counter over all topic filters."""
        return sum(int(getattr(counts, name)) for counts in self.filters.values())

    def copy(self) -> Stats:
        """Return a snapshot that does not change any more."""
        return replace(self, filters={name: replace(counts) for name, counts in self.filters.items()})
