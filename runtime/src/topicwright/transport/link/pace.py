"""The pace of reading: handlers have their turns between two portions of what a broker sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PACKETS_PER_TURN: Final = 256
"""How many packets are taken in one turn of the event loop: of the smallest, one read has tens of thousands."""
TURNS: Final = 64
"""For so many turns of the event loop it looks at each whether handlers are still at work; then every millisecond."""
PATIENCE: Final = 0.02
"""Seconds that a portion waits for handlers at most: behind the messages there may be an answer that one waits for."""


class Pace:
    """Divides what was read into portions, and lets the next one wait while handlers are at work.

    So a burst is not taken for overload: without it, thousands of small messages would fill a queue before its handler
    had one turn.
    """

    def __init__(self, busy: Callable[[], bool], go_on: Callable[[], None]) -> None:
        """Take what returns whether handlers are at work, and what is called when the next portion may be taken."""
        self._busy = busy
        self._go_on = go_on
        self._loop = asyncio.get_running_loop()
        self._since = 0.0
        self._looks = 0
        self.left = PACKETS_PER_TURN
        """How many packets of the portion are left; readers count here themselves."""
        self.resting = False
        """Whether nothing is to be taken until ``go_on`` is called."""

    def rest(self) -> None:
        """Take nothing until handlers have had their turns: the portion is used up."""
        self.resting = True
        self._since, self._looks = self._loop.time(), 0
        self._loop.call_soon(self._look)

    def _look(self) -> None:
        if self._busy() and self._loop.time() - self._since < PATIENCE:
            self._looks += 1
            if self._looks < TURNS:
                self._loop.call_soon(self._look)
            else:  # a handler waits for something, and looking all the time would keep the processor busy
                self._loop.call_later(0.001, self._look)
            return
        self.left, self.resting = PACKETS_PER_TURN, False
        self._go_on()
