"""One shared timer for many deadlines."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable


class Deadlines:
    """One timer for many deadlines; it is cheap if few of them are ever reached."""

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[float], float]) -> None:
        """Take ``expire``: called with the time, it ends everything due and returns the next deadline, or infinity."""
        self._loop = loop
        self._expire = expire
        self.next = math.inf
        """The time at which ``expire`` is called next; a later deadline needs no ``add``."""
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: float) -> None:
        """Call ``expire`` at ``deadline``, unless it is called earlier."""
        if deadline < self.next:
            self._set(deadline)

    def stop(self) -> None:
        """Stop the timer."""
        self._set(math.inf)

    def _set(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.next = deadline
        self._timer = None if deadline == math.inf else self._loop.call_at(deadline, self._due)

    def _due(self) -> None:
        # The loop may fire early by up to its clock resolution.
        self._set(self._expire(max(self._loop.time(), self.next)))
