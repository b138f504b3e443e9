"""Limits the number of publishes in flight."""

from __future__ import annotations

import asyncio
from collections import deque


class Slots:
    """A first-in, first-out limiter."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Take a slot and return True, or return False if none is free; ``give_back`` it afterwards."""
        if self._free == 0:
            return False
        self._free -= 1
        return True

    async def wait(self, deadline: float) -> None:
        """Wait for a slot and take it.

        Raises:
            TimeoutError: no slot was free by ``deadline``, a time of the event loop.
        """
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(slot)
        try:
            async with asyncio.timeout_at(deadline):
                await slot
        except BaseException:
            if slot.done() and not slot.cancelled():
                self.give_back()  # too late for this waiter: the next one gets it
            elif slot in self._waiting:
                self._waiting.remove(slot)
            raise

    def give_back(self) -> None:
        """Give a slot to the longest waiting publish, or make it free."""
        while self._waiting:
            slot = self._waiting.popleft()
            if not slot.done():
                slot.set_result(None)
                return
        self._free += 1
