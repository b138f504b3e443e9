"""How many publishes may be under way, and until when: both without a timer or a task for each."""

from __future__ import annotations

import asyncio
from collections import deque


class Room:
    """So many at a time; the others wait in order."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[asyncio.Future[None]] = deque()

    def enter(self) -> bool:
        """Take a place if there is one; whoever took one has to ``leave``."""
        if self._free == 0:
            return False
        self._free -= 1
        return True

    async def wait(self, deadline: float) -> None:
        """Wait for a place and take it.

        Raises:
            TimeoutError: there was none until ``deadline``, a time of the event loop.
        """
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout_at(deadline):
                await place
        except BaseException:
            if place.done() and not place.cancelled():
                self.leave()  # it came too late, for another to have
            elif place in self._waiting:
                self._waiting.remove(place)
            raise

    def leave(self) -> None:
        """Give a place back, to the one who has waited longest."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
