"""One registered handler: its filter, its queue, and the task that empties the queue in order."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from typing import Any, Final, TypeAlias

from .lanes import Lanes
from .policy import IGNORE, OnError
from .stats import FilterStats
from .transport import NOBODY, Incoming

SEEN: Final = 10_000
"""How many topics of one filter are remembered; past that a retained message may reach a handler twice."""

Work = Callable[[Incoming], Awaitable[None]]
Inline = Callable[[Incoming], None]
Handle: TypeAlias = "Callable[[Entry, Incoming], Awaitable[bool] | None]"
"""Runs a handler; returns None where that is all, else what goes on and says whether the message was for it."""
Through: TypeAlias = "Callable[[Entry, Incoming, bool], None]"
"""Takes a message that was handled, and whether it was for the handler."""
Finish = Callable[[Incoming], None]
"""Takes a message that needs nothing but its acknowledgement."""


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

    # fmt: off
    __slots__ = (
        "_idle", "_leaving", "_queue", "alone", "asleep", "closed", "concurrency", "counts", "inline", "number",
        "on_error", "place", "put", "qos", "seen", "tasks", "topic_filter", "work",
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
        self.tasks: dict[asyncio.Task[None], Incoming | None] = {}
        """What runs it, each with what it is busy with; none while the client is not connected."""
        self.closed = False
        self._leaving: asyncio.Task[Any] | None = None
        self.seen: dict[str, None] = {}
        """The topics of which messages came."""
        self.alone = frozenset((self,))
        self._queue = Lanes(key if concurrency > 1 else None)
        self.put = self._queue.put
        """Queue a message; ``wake`` the tasks afterwards."""
        self.asleep: list[asyncio.Future[None]] = []
        """What the tasks wait for that have nothing to do."""
        self._idle: asyncio.Event | None = None
        """Set when there is nothing to do any more, where somebody waits for that."""

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

    @property
    def in_flight(self) -> int:
        """How many messages it has: those that wait, and the one that is handled."""
        return len(self._queue) + sum(delivery is not None for delivery in self.tasks.values())

    def put_unreliable(self, delivery: Incoming, limit: int) -> Incoming | None:
        """Queue a QoS 0 message; return the one that had to go because ``limit`` messages wait already."""
        victim = None
        if len(self._queue) >= limit:
            victim = self._queue.drop_unreliable()
            if victim is None:
                return delivery
        self.put(delivery)
        self.wake()
        return victim

    def wake(self) -> None:
        """Let the tasks look at the queue."""
        asleep = self.asleep
        while asleep:
            sleeper = asleep.pop()
            if not sleeper.done():
                sleeper.set_result(None)

    def prepare(self) -> None:
        """Make anew what belongs to one event loop."""
        self.asleep, self._idle = [], None
        self.tasks.clear()
        self._leaving = None

    def launch(self, handle: Handle, through: Through, finish: Finish, context: Context) -> asyncio.Task[None]:
        """Start a task that hands messages to the handler, and tells of each when it is through.

        Where nobody else has the message, and it was for this handler, ``finish`` alone is told.
        """
        task = asyncio.get_running_loop().create_task(
            self._run(handle, through, finish), name=f"handler of {self.topic_filter}", context=context
        )
        self.tasks[task] = None
        return task

    async def _run(self, handle: Handle, through: Through, finish: Finish) -> None:
        me, loop, tasks, take = asyncio.current_task(), asyncio.get_running_loop(), self.tasks, self._queue.take
        assert me is not None
        while me in tasks and not self.closed:
            try:
                delivery = take()
            except IndexError:  # there is nothing to do
                tasks[me] = None
                self._rest()
                # A bare future, since an event costs several times as much for each message that comes alone.
                self.asleep.append(sleeper := loop.create_future())
                await sleeper
                continue
            tasks[me] = delivery
            going_on = handle(self, delivery)
            if going_on is None and delivery.waiting is self.alone:  # as most are, the short way
                delivery.waiting = NOBODY
                finish(delivery)
            else:
                through(self, delivery, True if going_on is None else await going_on)
            if self.concurrency > 1:
                self.release(me)
        if me in tasks:
            tasks[me] = None
        self._rest()

    def release(self, task: asyncio.Task[None]) -> None:
        """Note that a task is through with its message."""
        delivery = self.tasks.get(task)
        if delivery is not None:
            self.tasks[task] = None
            self._queue.release(delivery)
            self.wake()

    def _rest(self) -> None:
        if self._idle is not None and self._is_idle():
            self._idle.set()

    def _is_idle(self) -> bool:
        return all(delivery is None or task is self._leaving for task, delivery in self.tasks.items())

    async def finish(self, leaving: asyncio.Task[Any] | None) -> None:
        """Return when the queue is empty and the handler is through.

        But for a task that waits for this itself, and for what waits for that.
        """
        self._leaving = leaving
        while self._queue.available or not self._is_idle():
            self._idle = asyncio.Event()
            await self._idle.wait()

    def close(self) -> list[Incoming]:
        """Let the running handler finish and return what still waits."""
        self.closed = True
        self.wake()
        return self._queue.clear()

    def halt(self) -> None:
        """Forget what waits: it comes again on the next connection."""
        self.tasks.clear()
        self._queue.clear()
        if self._idle is not None:
            self._idle.set()
