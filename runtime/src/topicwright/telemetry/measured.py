"""The part of a client that exporters use."""

from __future__ import annotations

from typing import Protocol

from topicwright.telemetry.stats import Stats


class Measured(Protocol):
    """A client with counters."""

    @property
    def client_id(self) -> str:
        """The client identifier."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the client is connected now."""
        ...

    def stats(self) -> Stats:
        """Return a snapshot of the counters and timings."""
        ...
