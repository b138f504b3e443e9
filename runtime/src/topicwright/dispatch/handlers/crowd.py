"""Tells a burst of QoS 0 messages from a handler that is behind, whose oldest messages are dropped."""

from __future__ import annotations

from time import monotonic
from typing import Final

from topicwright.dispatch.handlers.queues import FifoQueue, KeyedQueue
from topicwright.mqtt.message import Incoming

PATIENCE: Final = 10.0
"""Seconds after which a queue that was never empty meanwhile is no burst any more."""
MOST_BYTES: Final = 1 << 24
"""At most about as many bytes a burst may have above ``queue_size``."""
EACH: Final = 500
"""About how many bytes a message takes beside its payload and its topic."""
LARGE: Final = 1 << 16
"""Payloads above this count by their bytes, so that a few large ones count as many small ones."""
MOST_LARGE: Final = 1 << 26
"""At most as many bytes the payloads in a queue have, where a QoS 0 message above ``LARGE`` comes; it stays itself."""


class Crowd:
    """The QoS 0 messages in the queue of one handler, above its limit.

    A handler is behind if it has not emptied its queue for long, if a burst is too large to wait, or if it waits for
    something itself and has begun no message since its queue was empty. Otherwise it only had no turn yet.
    """

    __slots__ = ("_bytes", "_since", "behind", "first", "suspended")

    def __init__(self) -> None:
        self.first: Incoming | None = None
        """The message that came when the queue was empty last."""
        self._since: tuple[Incoming | None, float] = (None, 0.0)
        """The first message of this burst, and when the queue became too long."""
        self._bytes = 0
        self.behind = False
        """Whether the queue was too long for too long, when the last message came."""
        self.suspended = 0
        """How many messages of the handler wait for something."""

    def exceeds(self, incoming: Incoming, queue: FifoQueue | KeyedQueue, limit: int, concurrency: int) -> bool:
        """Return whether the handler is behind, now that a message comes and ``limit`` others are in the queue."""
        now = monotonic()
        if self._since[0] is not self.first:
            self._since, self._bytes, self.behind = (self.first, now), 0, False
        self._bytes += len(incoming.payload) + len(incoming.topic) + EACH
        self.behind = self.behind or self._bytes > MOST_BYTES or now - self._since[1] > PATIENCE
        waits = self.suspended >= concurrency or queue.parked >= limit
        return self.behind or (waits and self.first is not None and queue.holds(self.first))

    def dropped(self, first: Incoming | None) -> None:
        """Take the message that is the first one now, since those before it were dropped: the burst is the same."""
        self.first, self._since = first, (first, self._since[1])

    def goes_on(self) -> bool:
        """Return whether there is a burst, and the handler works on it: then the rest of it may wait."""
        return not self.behind and self._since[0] is self.first and self.first is not None
