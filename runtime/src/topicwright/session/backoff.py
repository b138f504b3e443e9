"""Delays between attempts to connect: exponential backoff with full jitter."""

from __future__ import annotations

import logging
import random
from typing import Final

from topicwright.config.settings import Settings

log = logging.getLogger("topicwright")

MAX_FLAPS: Final = 3
"""How many connections in a row must end early to suspect another client with the same id."""


class Backoff:
    """Delays from ``reconnect_min_delay`` up to ``reconnect_max_delay``.

    The first is random too, up to twice the minimum: all clients of a broker lose it at the same time.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first = min(settings.reconnect_min_delay * 2, settings.reconnect_max_delay)
        self._delay = self._first
        self._flaps = 0

    def next(self) -> float:
        """Return the delay before the next attempt, in seconds."""
        delay = random.uniform(self._settings.reconnect_min_delay, self._delay)
        self._delay = min(self._delay * 2, self._settings.reconnect_max_delay)
        return delay

    def judge(self, seconds: float, *, explained: bool = False) -> None:
        """Reset the delays after a connection that lasted ``seconds``, if that is long enough.

        A takeover by another client ends connections early, and not every broker reports it. ``explained`` says that
        there is a better explanation: a message or a filter is suspected.
        """
        if seconds >= self._settings.reconnect_max_delay:
            self._delay, self._flaps = self._first, 0
            return
        self._flaps += 1
        if self._flaps == MAX_FLAPS and not explained:
            text = "%d connections in a row ended early: does another client use the client id %r?"
            log.error(text, MAX_FLAPS, self._settings.client_id)
