"""A registered handler: its filter, its queue, and the contexts in which it may run."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from typing import Final, Protocol

from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.queues import FifoQueue, KeyedQueue
from topicwright.mqtt.message import Incoming
from topicwright.telemetry.stats import FilterStats

MAX_SEEN_TOPICS: Final = 10_000
"""At most this many topics of one filter are recorded; beyond that a retained message may reach a handler twice."""

Work = Callable[[Incoming], Awaitable[None]]
Inline = Callable[[Incoming], None]

_numbers = itertools.count()


class Answering(Protocol):
    """Answers requests where the handler does not."""

    async def failed(self, incoming: Incoming, error: BaseException) -> None:
        """Take that the handler failed on a request for the last time, or that it is invalid."""
        ...

    def repeated(self, key: Hashable) -> None:
        """Take that a request came again that was handled."""
        ...


class Registration:
    """A registered handler and its queue."""

    # fmt: off
    __slots__ = (
        "alone", "answers", "closed", "concurrency", "counts", "free", "inline", "number", "on_error", "place", "put",
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
        answers: Answering | None = None,
    ) -> None:
        if concurrency < 1:
            raise ValueError(f"concurrency must be 1 or more, not {concurrency!r}")
        self.number = next(_numbers)
        self.place = 0
        """Its number among the handlers of its filter: the same in the next process."""
        self.topic_filter = topic_filter
        self.qos = qos
        self.work = work
        self.counts = counts
        self.inline = inline
        """Whether ``work`` never waits and is called at once, as the reader of replies is."""
        self.on_error = on_error
        """The error policy."""
        self.concurrency = concurrency
        """How many messages it handles at once; those with the same key one after the other."""
        self.answers = answers
        """What answers requests beside the handler; None where it handles events."""
        self.free: list[Context] = []
        """The contexts not in use; none while ``concurrency`` messages are handled, or while not connected."""
        self.closed = False
        self.seen: dict[str, None] = {}
        """The topics of which it has had a message, in the order of the first."""
        self.alone = (self,)
        """``Incoming.waiting`` of a message that no other handler gets."""
        self.queue = FifoQueue() if concurrency == 1 else KeyedQueue(key)
        """The messages that wait for it."""
        self.put = self.queue.append
        """Add a message to the queue; offer the handler to the workers afterwards."""

    def expects(self, incoming: Incoming) -> bool:
        """Return whether the handler is to get a message, and remember its topic.

        A broker sends retained messages for each SUBSCRIBE, also for that of another handler of the same filter.
        """
        if incoming.retain and incoming.topic in self.seen:
            return False
        self.remember(incoming.topic)
        return True

    def remember(self, topic: str) -> None:
        """Record that it has had a message of a topic."""
        seen = self.seen
        if topic not in seen:
            seen[topic] = None
            if len(seen) > MAX_SEEN_TOPICS:
                del seen[next(iter(seen))]

    def put_unreliable(self, incoming: Incoming, limit: int) -> Incoming | None:
        """Add a QoS 0 message to the queue; return the one that is dropped if ``limit`` messages wait already."""
        victim = None
        if len(self.queue) >= limit:
            victim = self.queue.drop_unreliable()
            if victim is None:
                return incoming
        self.put(incoming)
        return victim

    def release(self, incoming: Incoming) -> None:
        """Allow messages with the same key, which waited for this one."""
        if isinstance(self.queue, KeyedQueue):
            self.queue.release(incoming)

    def close(self) -> list[Incoming]:
        """Take no more messages; return those in the queue. A running handler finishes."""
        self.closed = True
        return self.queue.drain()

    def halt(self) -> None:
        """Forget the messages in the queue: they are redelivered on the next connection."""
        self.free = []
        self.queue.drain()
