"""One registered handler: its filter, its queue, and the task that empties the queue in order."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from .delivery import Delivery
from .policy import IGNORE, OnError
from .stats import FilterStats
from .transport import Incoming

SEEN: Final = 10_000
"""How many topics of one filter are remembered; past that a retained message may reach a handler twice."""

Work = Callable[[Delivery], Awaitable[None]]
Inline = Callable[[Delivery], None]


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
    ) -> None:
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
        self.task: asyncio.Task[None] | None = None
        """What runs it; None while the client is not connected."""
        self.current: Delivery | None = None
        """What the handler is busy with."""
        self.closed = False
        self._seen: dict[str, None] = {}
        self._queue: deque[Delivery] = deque()
        self._wakeup = asyncio.Event()
        self._idle = asyncio.Event()

    def expects(self, incoming: Incoming) -> bool:
        """Return whether the handler is to get a message, and remember its topic.

        A broker sends retained messages for each SUBSCRIBE, also for that of another handler of the same filter.
        """
        if incoming.retain and incoming.topic in self._seen:
            return False
        self._seen[incoming.topic] = None
        if len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        return True

    @property
    def in_flight(self) -> int:
        """How many messages it has: those that wait, and the one that is handled."""
        return len(self._queue) + (self.current is not None)

    def forget_seen(self) -> None:
        """Expect retained messages again: there is a new SUBSCRIBE for this handler."""
        self._seen.clear()

    def put(self, delivery: Delivery, limit: int) -> Delivery | None:
        """Queue a message; return the QoS 0 message that had to go because ``limit`` of them wait already."""
        victim = None
        if delivery.incoming.qos == 0 and len(self._queue) >= limit:
            victim = next((item for item in self._queue if item.incoming.qos == 0), delivery)
            if victim is delivery:
                return victim
            self._queue.remove(victim)
        self._queue.append(delivery)
        self._idle.clear()
        self._wakeup.set()
        return victim

    def launch(self, handle: Callable[[Entry, Delivery], Awaitable[None]]) -> asyncio.Task[None]:
        """Start to hand messages to the handler. The events are new: they belong to one event loop."""
        self._wakeup, self._idle = asyncio.Event(), asyncio.Event()
        self.task = asyncio.get_running_loop().create_task(self._run(handle), name=f"handler of {self.topic_filter}")
        return self.task

    async def _run(self, handle: Callable[[Entry, Delivery], Awaitable[None]]) -> None:
        me = asyncio.current_task()
        while self.task is me and not self.closed:
            if self._queue:
                self.current = self._queue.popleft()
                await handle(self, self.current)
                self.current = None
            else:
                self._idle.set()
                self._wakeup.clear()
                await self._wakeup.wait()
        self._idle.set()

    async def finish(self) -> None:
        """Return when the queue is empty and the handler is through."""
        await self._idle.wait()

    def close(self) -> list[Delivery]:
        """Let the running handler finish and return what still waits."""
        self.closed = True
        self._wakeup.set()
        return self._empty()

    def halt(self) -> None:
        """Forget what waits: it comes again on the next connection."""
        self.task = None
        self._empty()
        self._idle.set()

    def _empty(self) -> list[Delivery]:
        waiting = list(self._queue)
        self._queue.clear()
        return waiting
