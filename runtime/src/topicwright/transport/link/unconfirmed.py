"""QoS 0 messages that a broker may never have read: nothing acknowledges them, but a PINGRESP comes after them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

ASK_EVERY: Final = 1.0
"""Seconds between two PINGREQ packets while QoS 0 messages are written."""


class Unconfirmed:
    """Counts what was written since the last PINGREQ that was answered: a broker reads packets in their order.

    When the connection ends, so many messages at most are lost on the way.
    """

    def __init__(self, ping: Callable[[], None]) -> None:
        """Take how to send PINGREQ."""
        self._ping = ping
        self.count_written = 0
        """How many messages were written; who counts one itself calls ``watch`` where it is ``idle``."""
        self.idle = True
        """Whether no PINGREQ is planned, although the connection lives."""
        self._proven = 0
        self._marks: deque[int] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._over = False

    @property
    def count(self) -> int:
        """How many messages are not proven to have been read."""
        return self.count_written - self._proven

    def written(self) -> None:
        """Count a QoS 0 message."""
        self.count_written += 1
        if self.idle:
            self.watch()

    def watch(self) -> None:
        """Ask in a while whether the broker has read what was written."""
        self.idle = False
        self._timer = asyncio.get_running_loop().call_later(ASK_EVERY, self._ask)

    def asked(self) -> None:
        """Note that a PINGREQ goes out, whoever wants it."""
        self._marks.append(self.count_written)

    def answered(self) -> None:
        """Take a PINGRESP: what was written before its PINGREQ has been read."""
        if self._marks:
            self._proven = self._marks.popleft()

    def end(self) -> None:
        """Stop the clock."""
        self._over, self.idle = True, False
        if self._timer is not None:
            self._timer.cancel()

    def _ask(self) -> None:
        self._timer, self.idle = None, not self._over
        if not self._marks:  # else one is on its way, and tells soon enough
            self._ping()
        if self.count and self.idle:
            self.watch()
