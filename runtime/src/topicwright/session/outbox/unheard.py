"""Messages that had no subscribers: counted, and published again where they must be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from topicwright.session.outbox.pending import Pending
from topicwright.telemetry.stats import Stats

RETRY_DELAY: Final = 0.25
"""Seconds until a message without subscribers is published again."""


class Unheard:
    """What one outbox does with the answer that a message had no subscribers."""

    def __init__(self, stats: Stats, must_be_heard: bool, transmit: Callable[[Pending], None]) -> None:
        self._stats = stats
        self._transmit = transmit
        self.must_be_heard = must_be_heard
        """Whether such a message is published again."""

    def count(self) -> None:
        """Count a message whose publish ends with this answer."""
        self._stats.unheard += 1

    def take(self, pending: Pending) -> bool:
        """Take the answer to a transmission; return whether the message is published again."""
        self._stats.unheard += not pending.unheard
        pending.unheard = True
        if self.must_be_heard and not pending.waits_to_be_heard:
            pending.waits_to_be_heard = True
            asyncio.get_running_loop().call_later(RETRY_DELAY, self._try_again, pending)
        return self.must_be_heard

    def _try_again(self, pending: Pending) -> None:
        pending.waits_to_be_heard = False
        if pending.transmission is None or pending.transmission.done():  # else a new connection has sent it
            self._transmit(pending)
