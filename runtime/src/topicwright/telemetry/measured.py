"""What an exporter needs of a client."""

from __future__ import annotations

from typing import Protocol

from topicwright.telemetry.stats import Stats


class Measured(Protocol):
    """A client whose counters can be read."""

    @property
    def client_id(self) -> str:
        """The client identifier."""
        ...

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        ...

    def stats(self) -> Stats:
        """Return a snapshot of the counters and timings."""
        ...
