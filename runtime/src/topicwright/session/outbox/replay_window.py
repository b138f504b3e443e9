"""The replay window: the last acknowledged messages, which a broker that is killed may have lost."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from topicwright.mqtt.message import Outgoing, Window


@dataclass(slots=True, eq=False)
class Acknowledged:
    """A message that the broker has acknowledged."""

    message: Outgoing
    window: Window
    row: int | None = None
    """Its row in the outbox file; None where there is no file."""
    number: int | None = None
    """Its place in the order of the first acknowledgements."""


class ReplayWindow:
    """Acknowledged messages; beyond the size of their window the earliest acknowledged are removed.

    A message that is published again keeps its place. Otherwise a whole window that is acknowledged once more would
    remove the messages acknowledged just before it, such as those in flight when a connection broke.
    """

    def __init__(self) -> None:
        self._by_window: dict[str, list[tuple[int, Acknowledged]]] = {}
        self._next = 0

    def __len__(self) -> int:
        return sum(map(len, self._by_window.values()))

    def add(self, item: Acknowledged) -> list[Acknowledged]:
        """Take a message, a new one at the end; return those that no longer fit, maybe itself."""
        if item.number is None:
            item.number, self._next = self._next, self._next + 1
        heap = self._by_window.setdefault(item.window.name, [])
        heappush(heap, (item.number, item))
        return [heappop(heap)[1] for _ in range(len(heap) - item.window.size)]

    def take(self) -> list[Acknowledged]:
        """Return everything in order, and keep nothing."""
        entries = sorted(entry for heap in self._by_window.values() for entry in heap)
        self._by_window.clear()
        return [item for _, item in entries]
