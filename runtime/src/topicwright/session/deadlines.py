"""One timer for many deadlines, of which few are ever reached."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable


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
