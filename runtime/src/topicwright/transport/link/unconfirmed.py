"""QoS 0 messages not yet confirmed by a later PINGRESP: nothing acknowledges them themselves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

PING_EVERY: Final = 1.0
"""Seconds between two PINGREQ packets while QoS 0 messages are written."""


class Unconfirmed:
    """Counts the QoS 0 messages written since the last PINGREQ that was answered: a broker reads packets in order.

    When the connection ends, ``count`` is an upper bound on the messages lost in transit.
    """

    def __init__(self, ping: Callable[[], None]) -> None:
        """Take the function that sends PINGREQ."""
        self._ping = ping
        self.count_written = 0
        """How many messages were written; a fast path that counts here calls ``watch`` if ``idle``."""
        self.idle = True
        """Whether the connection is open and no PINGREQ is planned."""
        self._count_confirmed = 0
        self._counts_at_ping: deque[int] = deque()
        self._probes: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._pings_sent = self._pings_answered = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False

    @property
    def count(self) -> int:
        """How many messages the broker may not have read."""
        return self.count_written - self._count_confirmed

    def written(self) -> None:
        """Count a QoS 0 message."""
        self.count_written += 1
        if self.idle:
            self.watch()

    def watch(self) -> None:
        """Plan a PINGREQ, which confirms what is written until then."""
        self.idle = False
        self._timer = asyncio.get_running_loop().call_later(PING_EVERY, self._on_timer)

    def ping_sent(self) -> None:
        """Record that a PINGREQ is sent, whatever the reason."""
        self._pings_sent += 1
        self._counts_at_ping.append(self.count_written)

    def probe(self) -> asyncio.Future[None]:
        """Send PINGREQ; return what its answer resolves, or the end of the connection."""
        probe: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._ended:
            probe.set_result(None)
            return probe
        self._ping()
        self._probes.append((self._pings_sent, probe))
        return probe

    def ping_answered(self) -> None:
        """Take a PINGRESP: the broker has read what was written before its PINGREQ."""
        if self._counts_at_ping:
            self._count_confirmed = self._counts_at_ping.popleft()
        self._pings_answered += 1
        while self._probes and self._probes[0][0] <= self._pings_answered:
            _resolve(self._probes.popleft()[1])

    def end(self) -> None:
        """Stop the timer, and end the probes."""
        self._ended, self.idle = True, False
        for _, probe in self._probes:
            _resolve(probe)
        self._probes.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _on_timer(self) -> None:
        self._timer, self.idle = None, not self._ended
        if not self._counts_at_ping:  # else a PINGREQ is in flight, and its answer confirms soon enough
            self._ping()
        if self.count and self.idle:
            self.watch()


def _resolve(probe: asyncio.Future[None]) -> None:
    if not probe.done():
        probe.set_result(None)
