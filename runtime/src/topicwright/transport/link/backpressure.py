"""Back-pressure for a broker that sends more than the receive maximum allows, as mosquitto 2.0.11 does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 2
"""How many receive maximums may wait for their handlers before reading stops."""
FEW: Final = 1000
"""So many messages may wait in any case."""
SIP: Final = 0.005
"""Seconds between two looks at a connection that is not read, where an answer is expected on it; more when more
messages wait, by the square, so that their number finds a bound."""


class Backpressure:
    """Stops reading from a connection while too much of it is unacknowledged.

    Answers come over the same connection, and a handler may wait for one. So where one is expected, a little is read
    from time to time.
    """

    def __init__(
        self, allowed: int, reading: Callable[[bool], None], sip: Callable[[], None], expecting: Callable[[], bool]
    ) -> None:
        """Take how to start and stop reading, to read once, and whether an answer is expected."""
        self.most = max(allowed * PATIENCE, FEW)
        """How many messages may wait for their acknowledgement."""
        self._reading = reading
        self._sip = sip
        self._expecting = expecting
        self.waiting = 0
        """How many do; ``Inbound`` counts itself, since a call for each message costs."""
        self.stopped = False
        """Whether reading has stopped."""
        self._timer: asyncio.TimerHandle | None = None

    def arrived(self) -> None:
        """Count a message that wants an acknowledgement."""
        self.waiting += 1
        if self.waiting >= self.most:
            self.stop()

    def acknowledged(self) -> None:
        """Count an acknowledgement."""
        self.waiting -= 1
        if self.stopped:
            self.go_on()

    def stop(self) -> None:
        """Stop reading: ``waiting`` has reached ``most``."""
        if not self.stopped:
            self.stopped = True
            self._reading(False)
            self._schedule()

    def go_on(self) -> None:
        """Read again, where ``waiting`` has fallen far enough."""
        if self.waiting <= self.most / 2:
            self.close()
            self._reading(True)

    def close(self) -> None:
        """Stop the clock."""
        self.stopped = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SIP * (self.waiting / self.most) ** 2, self._look)

    def _look(self) -> None:
        self._schedule()
        if self._expecting():
            self._sip()
