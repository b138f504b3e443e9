"""Messages of a resumed session for which no handler is registered yet: each waits for one, for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from topicwright.mqtt.message import Incoming


class Held:
    """Messages that wait for a handler. Those of QoS 0 are bounded, the others by ``receive_maximum``."""

    def __init__(self, limit: int, give_up: Callable[[Incoming], None]) -> None:
        self._limit = limit
        self._give_up = give_up
        self._timers: dict[Incoming, asyncio.TimerHandle] = {}
        self._unreliable = 0

    def add(self, delivery: Incoming, seconds: float) -> None:
        """Keep a message for ``seconds``; the oldest of QoS 0 goes when there are too many."""
        self._timers[delivery] = asyncio.get_running_loop().call_later(seconds, self._expire, delivery)
        self._unreliable += delivery.qos == 0
        if self._unreliable > self._limit:
            self._expire(next(item for item in self._timers if item.qos == 0))

    def offer(self, deliver: Callable[[Incoming], bool]) -> None:
        """Let go of every message that ``deliver`` takes."""
        for delivery in list(self._timers):
            if deliver(delivery):
                self._drop(delivery)

    def clear(self) -> None:
        """Forget everything."""
        for delivery in list(self._timers):
            self._drop(delivery)

    def _expire(self, delivery: Incoming) -> None:
        self._drop(delivery)
        self._give_up(delivery)

    def _drop(self, delivery: Incoming) -> None:
        self._timers.pop(delivery).cancel()
        self._unreliable -= delivery.qos == 0
