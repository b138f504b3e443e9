"""One registered handler: its filter, and what waits for it."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from typing import TYPE_CHECKING, Final

from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.queues import Lanes, Line
from topicwright.mqtt.message import Incoming
from topicwright.telemetry.stats import FilterStats

if TYPE_CHECKING:
    from topicwright.dispatch.handlers.workers import Worker

SEEN: Final = 10_000
"""How many topics of one filter are remembered; past that a retained message may reach a handler twice."""

Work = Callable[[Incoming], Awaitable[None]]
Inline = Callable[[Incoming], None]

_numbers = itertools.count()


class Entry:
    """A handler and what waits for it."""

    # fmt: off
    __slots__ = (
        "alone", "closed", "concurrency", "counts", "free", "inline", "number", "on_error", "own", "place", "put",
        "qos", "queue", "seen", "topic_filter", "work",
    )
    # fmt: on

    def __init__(
        self,
        topic_filter: str,
        qos: int,
        work: Work | Inline,
        counts: FilterStats,
        *,
        inline: bool,
        on_error: OnError = IGNORE,
        concurrency: int = 1,
        key: Callable[[Incoming], Hashable] | None = None,
    ) -> None:
        if concurrency < 1:
            raise ValueError(f"concurrency must be 1 or more, not {concurrency!r}")
        self.number = next(_numbers)
        self.place = 0
        """Which of the handlers of its filter it is: the same in the next process."""
        self.topic_filter = topic_filter
        self.qos = qos
        self.work = work
        self.counts = counts
        self.inline = inline
        """Whether ``work`` never waits and is called at once: it takes replies."""
        self.on_error = on_error
        """What becomes of a message that ``work`` fails on."""
        self.concurrency = concurrency
        """How many messages it handles at once, those with one key one after the other."""
        self.free: list[Context] = []
        """The contexts in which it may run now: none while it has as much to do as it may, or is not connected."""
        self.own: list[Worker] = []
        """The tasks that run it alone and have nothing to do: it has waited in them."""
        self.closed = False
        self.seen: dict[str, None] = {}
        """The topics of which messages came."""
        self.alone = (self,)
        """What a message waits for that no other handler gets."""
        self.queue = Line() if concurrency == 1 else Lanes(key)
        """What waits for it."""
        self.put = self.queue.append
        """Queue a message; offer the handler to the workers afterwards."""

    def expects(self, incoming: Incoming) -> bool:
        """Return whether the handler is to get a message, and remember its topic.

        A broker sends retained messages for each SUBSCRIBE, also for that of another handler of the same filter.
        """
        if incoming.retain and incoming.topic in self.seen:
            return False
        self.remember(incoming.topic)
        return True

    def remember(self, topic: str) -> None:
        """Remember that a message of a topic came."""
        seen = self.seen
        if topic not in seen:
            seen[topic] = None
            if len(seen) > SEEN:
                del seen[next(iter(seen))]

    def put_unreliable(self, delivery: Incoming, limit: int) -> Incoming | None:
        """Queue a QoS 0 message; return the one that had to go because ``limit`` messages wait already."""
        victim = None
        if len(self.queue) >= limit:
            victim = self.queue.drop_unreliable()
            if victim is None:
                return delivery
        self.put(delivery)
        return victim

    def release(self, delivery: Incoming) -> None:
        """Let messages that had to wait for the end of this one go."""
        if isinstance(self.queue, Lanes):
            self.queue.release(delivery)

    def close(self) -> list[Incoming]:
        """Let the running handler finish and return what still waits."""
        self.closed = True
        return self.queue.drain()

    def halt(self) -> None:
        """Forget what waits: it comes again on the next connection."""
        self.free, self.own = [], []
        self.queue.drain()
