"""How many publishes may be under way, and until when: both without a timer or a task for each."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable


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


class Deadlines:
    """One timer for many deadlines, of which few are ever reached."""

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[float], float]) -> None:
        """Take what ends everything that is due, and returns the deadline after that, or infinity."""
        self._loop = loop
        self._expire = expire
        self.next = math.inf
        """When ``expire`` is called next; a deadline after that needs no ``add``."""
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: float) -> None:
        """See to it that ``expire`` is called then."""
        if deadline < self.next:
            self._set(deadline)

    def stop(self) -> None:
        """Expire nothing any more."""
        self._set(math.inf)

    def _set(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.next = deadline
        self._timer = None if deadline == math.inf else self._loop.call_at(deadline, self._due)

    def _due(self) -> None:
        # The loop may call a little early, by the resolution of its clock.
        self._set(self._expire(max(self._loop.time(), self.next)))
