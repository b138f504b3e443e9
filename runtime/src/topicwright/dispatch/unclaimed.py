"""Messages for which no handler is registered yet: each is kept until ``claim_timeout`` has passed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from topicwright.mqtt.message import Incoming

ONE_MOMENT: Final = 0.001
"""Seconds within which messages count as due together."""
MOST_BYTES: Final = 1 << 26
"""At most as many bytes the payloads of QoS 0 have that wait; a single one may have more."""


class Unclaimed:
    """Messages that wait for a handler. ``limit`` and ``MOST_BYTES`` bound those of QoS 0, back-pressure the others."""

    def __init__(self, limit: int, expired: Callable[[Incoming], None]) -> None:
        """Take the function that is called with each message for which no handler came in time."""
        self._limit = limit
        self._expired = expired
        self._timers: dict[Incoming, asyncio.TimerHandle] = {}
        self._unreliable = 0
        """How many of them are of QoS 0."""
        self._bytes = 0
        """How many bytes the payloads of these have."""

    def __len__(self) -> int:
        return len(self._timers)

    def add(self, incoming: Incoming, until: float) -> None:
        """Keep a message until that time of the event loop; with too many of QoS 0, the oldest of these expires."""
        self._timers[incoming] = asyncio.get_running_loop().call_at(until, self._on_timer)
        if incoming.qos == 0:
            self._unreliable += 1
            self._bytes += len(incoming.payload)
            while self._unreliable > self._limit or (self._bytes > MOST_BYTES and self._unreliable > 1):
                self._expire(next(item for item in self._timers if item.qos == 0))

    def offer(self, deliver: Callable[[Incoming], bool]) -> None:
        """Remove every message that ``deliver`` takes."""
        for incoming in list(self._timers):
            if deliver(incoming):
                self._remove(incoming)

    def clear(self) -> None:
        """Forget all messages."""
        for incoming in list(self._timers):
            self._remove(incoming)

    def _on_timer(self) -> None:
        """Let the messages whose time has come expire in their order, in which timers of one moment do not fire."""
        until = asyncio.get_running_loop().time() + ONE_MOMENT
        for incoming in [item for item, timer in self._timers.items() if timer.when() <= until]:
            if incoming in self._timers:
                self._expire(incoming)

    def _expire(self, incoming: Incoming) -> None:
        self._remove(incoming)
        self._expired(incoming)

    def _remove(self, incoming: Incoming) -> None:
        self._timers.pop(incoming).cancel()
        if incoming.qos == 0:
            self._unreliable -= 1
            self._bytes -= len(incoming.payload)
