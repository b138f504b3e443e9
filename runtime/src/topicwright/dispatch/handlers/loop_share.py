"""Finds handlers that keep the event loop for themselves, with one message or with many together."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Final

log = logging.getLogger("topicwright")

NOTICEABLE: Final = 0.0001
"""Seconds from which on a step of a handler is counted at all."""
BLOCKED_AFTER: Final = 1.0
"""Seconds that a handler may keep the event loop before a warning names it: in one step, or together in a window."""
WINDOW: Final = 2.0
"""Seconds in which steps count together."""
INTERVAL: Final = 60.0
"""Seconds between two warnings about the messages of one handler together."""


class LoopShare:
    """How long the steps of one handler have kept the event loop lately."""

    __slots__ = ("_longest", "_name", "_since", "_steps", "_told_at", "_total")

    def __init__(self, name: str) -> None:
        """Take the topic filter of the handler."""
        self._name = name
        self._told_at = -INTERVAL
        self._begin(-WINDOW)

    def _begin(self, since: float) -> None:
        self._since, self._total, self._steps, self._longest = since, 0.0, 0, 0.0

    def add(self, seconds: float) -> None:
        """Count a step that took ``seconds``, and warn where that is too much."""
        if seconds >= BLOCKED_AFTER:
            log.warning("the handler of %s blocked the event loop for %.1f s", self._name, seconds)
            return
        now = perf_counter()
        if now - self._since > WINDOW:
            self._begin(now - seconds)
        self._total += seconds
        self._steps += 1
        self._longest = max(self._longest, seconds)
        if self._total >= BLOCKED_AFTER and now - self._told_at >= INTERVAL:
            self._told_at = now
            log.warning(
                "the handler of %s kept the event loop for %.1f of %.1f s, in %d steps of at most %.0f ms:"
                " all else waits meanwhile, so move such work to a thread",
                self._name,
                self._total,
                now - self._since,
                self._steps,
                self._longest * 1000,
            )
            self._begin(now)
