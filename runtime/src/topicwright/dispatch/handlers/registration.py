"""A registered handler: its filter, its queue, and the contexts in which it may run."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from typing import Final, Protocol

from topicwright.dispatch.handlers.crowd import LARGE, MOST_LARGE, Crowd
from topicwright.dispatch.handlers.loop_share import LoopShare
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.queues import FifoQueue, KeyedQueue
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.subscription_options import RETAIN_AS_PUBLISHED
from topicwright.mqtt.topic_filters import LONGEST_REMEMBERED
from topicwright.telemetry.stats import FilterStats

MAX_SEEN_TOPICS: Final = 10_000
"""At most this many topics of one filter are recorded; beyond that a retained message may reach a handler twice."""

Work = Callable[[Incoming], Awaitable[None]]
Inline = Callable[[Incoming], None]

_numbers = itertools.count()


def remembered(topic: str) -> str:
    """Return what stands for a topic that is remembered: the digest of a long one."""
    if len(topic) <= LONGEST_REMEMBERED:
        return topic
    return hashlib.blake2b(topic.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Answering(Protocol):
    """Answers requests where the handler does not."""

    def failed(self, incoming: Incoming, error: BaseException) -> None:
        """Take that the handler failed on a request for the last time, or that it is invalid."""
        ...

    def repeated(self, key: Hashable) -> None:
        """Take that a request came again that was handled."""
        ...


class Registration:
    """A registered handler and its queue."""

    # fmt: off
    __slots__ = (
        "_bursts", "alone", "answers", "closed", "closing", "concurrency", "counts", "crowd", "detached", "free",
        "idle", "inline", "loop_share", "number", "on_error", "options", "place", "put", "queue", "seen",
        "topic_filter", "work",
    )
    # fmt: on

    def __init__(
        self,
        topic_filter: str,
        options: int,
        work: Work | Inline,
        counts: FilterStats,
        *,
        inline: bool,
        on_error: OnError = IGNORE,
        concurrency: int = 1,
        key: Callable[[Incoming], Hashable] | None = None,
        bursts: set[Registration] | None = None,
        answers: Answering | None = None,
    ) -> None:
        """Take the set that it joins when a burst fills its queue."""
        if concurrency < 1:
            raise ValueError(f"concurrency must be 1 or more, not {concurrency!r}")
        self.number = next(_numbers)
        self.place = 0
        """Its number among the handlers of its filter: the same in the next process."""
        self.topic_filter = topic_filter
        self.options = options
        """QoS and options of its subscription (MQTT 5, section 3.8.3.1)."""
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
        self.closing = False
        """Whether its subscription is being closed."""
        self.detached = False
        """Whether it gets no more messages."""
        self.closed = False
        """Whether it has finished."""
        self.idle: asyncio.Event | None = None
        """Set when it has handled a message, where somebody waits for its last one."""
        self._bursts = set[Registration]() if bursts is None else bursts
        self.crowd = Crowd()
        """What tells a burst from a handler that is behind."""
        self.loop_share = LoopShare(topic_filter)
        """How long it has kept the event loop lately."""
        self.seen: dict[str, bool] = {}
        """The topics of which it has had a message, in the order of the first; true with one that was not retained."""
        self.alone = (self,)
        """``Incoming.waiting`` of a message that no other handler gets."""
        self.queue = FifoQueue() if concurrency == 1 else KeyedQueue(key)
        """The messages that wait for it."""
        self.put = self.queue.append
        """Add a message to the queue; offer the handler to the workers afterwards."""

    def expects(self, incoming: Incoming) -> bool:
        """Return whether the handler is to get a message, and remember its topic.

        A broker sends retained messages for each SUBSCRIBE, also for that of another handler of the same filter. Where
        the flag may be the publisher's, because of this subscription or another that the message is sent for, it does
        not tell these from others, and none is left out.
        """
        seen, topic = self.seen, remembered(incoming.topic)
        published = self.options & RETAIN_AS_PUBLISHED or len(incoming.subscriptions) > 1
        if incoming.retain and topic in seen and not published:
            return False
        if topic not in seen and len(seen) >= MAX_SEEN_TOPICS:
            del seen[next(iter(seen))]
        seen[topic] = not incoming.retain or seen.get(topic, False)
        return True

    def has_had(self, topic: str) -> bool:
        """Return whether it has had a message of a topic that was not retained."""
        return self.seen.get(remembered(topic), False)

    def put_unreliable(self, incoming: Incoming, limit: int) -> Sequence[Incoming]:
        """Add a QoS 0 message to the queue; return those that are dropped because the handler is behind.

        That is where more than ``limit`` messages wait, and not only because of a burst (see ``Crowd``).
        """
        waiting = len(self.queue)
        if not waiting:
            self.crowd.first = incoming
        elif waiting >= limit:
            behind = self.crowd.exceeds(incoming, self.queue, limit, self.concurrency)
            self.put(incoming)
            if behind:
                return self._drop_down_to(limit)
            self._bursts.add(self)
            return ()
        elif len(incoming.payload) > LARGE:
            self.put(incoming)
            return self._drop_large()
        self.put(incoming)
        return ()

    def _drop_down_to(self, limit: int) -> list[Incoming]:
        dropped: list[Incoming] = []
        while len(self.queue) > limit and (victim := self.queue.drop_unreliable()) is not None:
            dropped.append(victim)
        self.crowd.dropped(next(iter(self.queue), None))
        return dropped

    def _drop_large(self) -> list[Incoming]:
        dropped: list[Incoming] = []
        size = sum(len(incoming.payload) for incoming in self.queue)
        while size > MOST_LARGE and len(self.queue) > 1 and (victim := self.queue.drop_unreliable()) is not None:
            size -= len(victim.payload)
            dropped.append(victim)
        return dropped

    def release(self, incoming: Incoming) -> None:
        """Allow messages with the same key, which waited for this one."""
        if isinstance(self.queue, KeyedQueue):
            self.queue.release(incoming)

    @property
    def has_work(self) -> bool:
        """Whether messages are in its queue or being handled, while it is connected."""
        return bool(self.queue) or (not self.inline and len(self.free) < self.concurrency)

    def close(self) -> list[Incoming]:
        """Take no more messages; return those in the queue. A running handler finishes."""
        self.closed = True
        return self.queue.drain()

    def halt(self) -> None:
        """Forget the messages in the queue: they are redelivered on the next connection."""
        self.free = []
        self.queue.drain()
        if self.idle is not None:
            self.idle.set()
