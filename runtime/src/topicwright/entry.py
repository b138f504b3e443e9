"""One registered handler: its filter, its queue, and the task that empties the queue in order."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, TypeAlias

from .delivery import Delivery
from .lanes import Lanes
from .policy import IGNORE, OnError
from .stats import FilterStats
from .transport import Incoming

SEEN: Final = 10_000
"""How many topics of one filter are remembered; past that a retained message may reach a handler twice."""

Work = Callable[[Delivery], Awaitable[None]]
Inline = Callable[[Delivery], None]
Handle: TypeAlias = "Callable[[Entry, Delivery], Awaitable[bool]]"
"""Runs a handler; returns whether the message was for it."""
Through: TypeAlias = "Callable[[Entry, Delivery, bool], None]"
"""Takes what ``Handle`` returned."""


_numbers = itertools.count()


def check_async(handler: object, what: str, *, arguments: tuple[int, ...] = (1,)) -> None:
    """Raise ``TypeError`` where ``handler`` is not an ``async def`` that takes one of these numbers of arguments.

    Otherwise its work would be lost without a word, or every message would fail in it.
    """
    call: object = inspect.getattr_static(type(handler), "__call__", None)
    name = getattr(handler, "__qualname__", repr(handler))
    if inspect.isasyncgenfunction(handler):
        raise TypeError(f"the handler of {what} must be an 'async def' without 'yield'; {name} is a generator")
    if not inspect.iscoroutinefunction(handler) and not inspect.iscoroutinefunction(call):
        raise TypeError(f"the handler of {what} must be an 'async def' function; {name} is not")
    if callable(handler) and not any(_takes(handler, number) for number in arguments):
        wanted = " or ".join(map(str, arguments))
        raise TypeError(
            f"the handler of {what} is called with {wanted} positional argument(s); {name} is not like that"
        )


def _takes(handler: Callable[..., object], number: int) -> bool:
    try:
        inspect.signature(handler).bind(*range(number))
    except TypeError:
        return False
    return True


class Entry:
    """A handler and what waits for it."""

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
        key: Callable[[Delivery], Hashable] | None = None,
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
        self.tasks: dict[asyncio.Task[None], Delivery | None] = {}
        """What runs it, each with what it is busy with; none while the client is not connected."""
        self.closed = False
        self._leaving: asyncio.Task[Any] | None = None
        self._seen: dict[str, None] = {}
        self._queue = Lanes(key if concurrency > 1 else None)
        self._wakeup = asyncio.Event()
        self._idle = asyncio.Event()

    def expects(self, incoming: Incoming) -> bool:
        """Return whether the handler is to get a message, and remember its topic.

        A broker sends retained messages for each SUBSCRIBE, also for that of another handler of the same filter.
        """
        if incoming.retain and incoming.topic in self._seen:
            return False
        self.remember(incoming.topic)
        return True

    def remember(self, topic: str) -> None:
        """Remember that a message of a topic came."""
        seen = self._seen
        if topic not in seen:
            seen[topic] = None
            if len(seen) > SEEN:
                del seen[next(iter(seen))]

    @property
    def in_flight(self) -> int:
        """How many messages it has: those that wait, and the one that is handled."""
        return len(self._queue) + sum(delivery is not None for delivery in self.tasks.values())

    def forget_seen(self) -> None:
        """Expect retained messages again: there is a new SUBSCRIBE for this handler."""
        self._seen.clear()

    def put(self, delivery: Delivery, limit: int) -> Delivery | None:
        """Queue a message; return the QoS 0 message that had to go because ``limit`` of them wait already."""
        victim = None
        if delivery.incoming.qos == 0 and len(self._queue) >= limit:
            victim = self._queue.drop_unreliable()
            if victim is None:
                return delivery
        self._queue.put(delivery)
        self._idle.clear()
        self._wakeup.set()
        return victim

    def prepare(self) -> None:
        """Make the events anew: they belong to one event loop."""
        self._wakeup, self._idle = asyncio.Event(), asyncio.Event()
        self.tasks.clear()
        self._leaving = None

    def launch(self, handle: Handle, through: Through) -> asyncio.Task[None]:
        """Start a task that hands messages to the handler, and tells of each when it is through."""
        task = asyncio.get_running_loop().create_task(
            self._run(handle, through), name=f"handler of {self.topic_filter}"
        )
        self.tasks[task] = None
        return task

    async def _run(self, handle: Handle, through: Through) -> None:
        me = asyncio.current_task()
        assert me is not None
        while me in self.tasks and not self.closed:
            delivery = self._queue.take()
            if delivery is not None:
                self.tasks[me] = delivery
                through(self, delivery, await handle(self, delivery))
                self.release(me)
            else:
                self._rest()
                self._wakeup.clear()
                await self._wakeup.wait()
        self._rest()

    def release(self, task: asyncio.Task[None]) -> None:
        """Note that a task is through with its message."""
        delivery = self.tasks.get(task)
        if delivery is not None:
            self.tasks[task] = None
            self._queue.release(delivery)
            if self.concurrency > 1:
                self._wakeup.set()

    def _rest(self) -> None:
        if all(delivery is None or task is self._leaving for task, delivery in self.tasks.items()):
            self._idle.set()

    async def finish(self, leaving: asyncio.Task[Any] | None) -> None:
        """Return when the queue is empty and the handler is through, but for a task that waits for this itself."""
        self._leaving = leaving
        if not self._queue:
            self._rest()
        await self._idle.wait()

    def close(self) -> list[Delivery]:
        """Let the running handler finish and return what still waits."""
        self.closed = True
        self._wakeup.set()
        return self._queue.clear()

    def halt(self) -> None:
        """Forget what waits: it comes again on the next connection."""
        self.tasks.clear()
        self._queue.clear()
        self._idle.set()
