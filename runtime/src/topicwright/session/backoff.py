"""How long to wait before the next attempt to connect: full jitter, longer each time."""

from __future__ import annotations

import logging
import random
from typing import Final

from topicwright.config.settings import Settings

log = logging.getLogger("topicwright")

FLAPS: Final = 3
"""How many connections in a row must end at once to suspect another client with the same id."""


class Backoff:
    """The delays between attempts, from ``reconnect_min_delay`` to ``reconnect_max_delay``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._delay = settings.reconnect_min_delay
        self._flaps = 0

    def next(self) -> float:
        """Return the seconds to wait now."""
        delay = random.uniform(self._settings.reconnect_min_delay, self._delay)
        self._delay = min(self._delay * 2, self._settings.reconnect_max_delay)
        return delay

    def judge(self, lived: float) -> None:
        """Start the delays anew only after a connection that lasted: not every broker says that it was taken over."""
        if lived >= self._settings.reconnect_max_delay:
            self._delay, self._flaps = self._settings.reconnect_min_delay, 0
            return
        self._flaps += 1
        if self._flaps == FLAPS:
            text = "%d connections in a row ended at once: does another client use the client id %r?"
            log.error(text, FLAPS, self._settings.client_id)
