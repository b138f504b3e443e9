"""The tasks in which handlers run: one for all that finish without waiting, and one of its own for each that waits."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, Final

from topicwright.dispatch.handlers.registration import Entry
from topicwright.dispatch.handlers.stepping import go_on
from topicwright.mqtt.message import NOBODY, Incoming

log = logging.getLogger("topicwright")

LET_GO: Final = 3.0
"""Seconds that a handler which was cancelled at shutdown has for its ``finally``; then it is left alone."""
RELAUNCH: Final = 0.1
"""Seconds until the work of a task that was cancelled from outside goes on; a loop that ends is gone by then."""
NAME: Final = "handlers"

Handle = Callable[[Entry, Incoming], Coroutine[Any, Any, bool] | None]
"""Runs a handler; returns None where that is all, else what goes on and says whether the message was for it."""
Through = Callable[[Entry, Incoming, bool], None]
"""Takes a message that was handled, and whether it was for the handler."""
Finish = Callable[[Incoming], None]
"""Takes a message that needs nothing but its acknowledgement."""


class Worker:
    """A task, and what it is at."""

    __slots__ = ("awake", "context", "delivery", "engaged", "entry", "owned", "sleeper", "task")

    task: asyncio.Task[None]
    entry: Entry
    """The handler that it runs, or ran last."""
    context: Context

    def __init__(self, sleeper: asyncio.Future[None]) -> None:
        self.sleeper = sleeper
        """Resolves when there is something to do."""
        self.owned = False
        """Whether it runs no other handler any more."""
        self.awake = False
        """Whether it takes what is ready, sooner or later in this turn of the loop: it neither sleeps nor is owned."""
        self.engaged = False
        """Whether it has a handler to run, and one of its contexts."""
        self.delivery: Incoming | None = None


class Workers:
    """Runs the handlers that have something to do, from one connect to its disconnect.

    A handler's first step is taken in the task that looks after everything that is ready. If the handler then waits for
    something, the task is its own from then on, and another one looks after the rest: all of a handler runs in one
    task, and who cancels that task later meets no other handler. A handler's code runs in a context of its own.
    """

    def __init__(self, handle: Handle, through: Through, finish: Finish) -> None:
        """Take what runs a handler, and what is told of a message that is through.

        Where no other handler has the message, and it was for this one, ``finish`` alone is told.
        """
        self._handle = handle
        self._through = through
        self._finish = finish
        self._all: dict[asyncio.Task[None], Worker] = {}
        self._ready: deque[tuple[Entry, Context]] = deque()
        self._asleep: list[Worker] = []
        """Those that are not owned."""
        self._awake = 0
        self._draining = False
        self._over = False
        self._leaving: tuple[Entry, Incoming] | None = None
        self._idle = asyncio.Event()

    # -- work ----------------------------------------------------------------------------------------------------

    def offer(self, entry: Entry) -> None:
        """Let a handler that is free have what waits for it."""
        context = entry.free.pop()
        while entry.own:
            worker = entry.own.pop()
            if not worker.sleeper.done():  # else it is cancelled
                worker.context, worker.engaged = context, True
                worker.sleeper.set_result(None)
                return
        self._ready.append((entry, context))
        if not self._awake:
            self._wake()

    def dismiss(self, entry: Entry) -> None:
        """End the tasks of a handler that is closed."""
        while entry.own:
            worker = entry.own.pop()
            if not worker.sleeper.done():
                worker.sleeper.set_result(None)

    def _wake(self, wanted: int = 1) -> None:
        """Let so many tasks look after what is ready, where there is anything."""
        while len(self._ready) > self._awake < wanted and not self._over:
            if not self._asleep:
                self._spawn()
            worker = self._asleep.pop()
            if not worker.sleeper.done():  # else it is cancelled
                worker.sleeper.set_result(None)
                self._rouse(worker)

    def _spawn(self) -> None:
        loop = asyncio.get_running_loop()
        # It sleeps at first, so that no handler begins in here where tasks start eagerly.
        worker = Worker(loop.create_future())
        self._asleep.append(worker)
        worker.task = loop.create_task(self._work(worker), name=NAME, context=Context())
        self._all[worker.task] = worker
        worker.task.add_done_callback(self._ended)

    def _rouse(self, worker: Worker) -> None:
        worker.awake = True
        self._awake += 1

    def _rest(self, worker: Worker) -> None:
        worker.awake = False
        self._awake -= 1

    async def _work(self, worker: Worker) -> None:
        await worker.sleeper
        # One that was cancelled and has not heard of it yet would hear of it in somebody else's handler.
        while not self._over and not worker.task.cancelling():
            if worker.owned:
                await self._serve(worker, worker.entry, worker.context)
            elif self._ready:
                await self._serve(worker, *self._ready.popleft())
                if not worker.owned:
                    continue
            if self._over or (worker.owned and worker.entry.closed):
                return
            # A bare future, since an event costs several times as much for each message that comes alone.
            worker.sleeper = worker.task.get_loop().create_future()
            if worker.owned:
                worker.entry.own.append(worker)
            else:
                self._asleep.append(worker)
                self._rest(worker)
            self._look()
            await worker.sleeper

    async def _serve(self, worker: Worker, entry: Entry, context: Context) -> None:
        """Give a handler what waits for it, one message after the other."""
        worker.entry, worker.context, worker.engaged, run = entry, context, True, context.run
        while (rest := run(self._begin, worker, entry)) is not None:
            if not worker.owned:
                worker.owned = True
                worker.task.set_name(f"handler of {entry.topic_filter}")
                self._rest(worker)
                self._wake(self._awake + 2)  # the others may wait too, and one after the other would take many turns
            taken = await go_on(*rest, run)
            assert worker.delivery is not None
            self._through(entry, worker.delivery, taken)
            entry.release(worker.delivery)
        worker.delivery, worker.engaged = None, False
        if not self._over:
            entry.free.append(context)

    def _begin(self, worker: Worker, entry: Entry) -> tuple[Coroutine[Any, Any, bool], Any] | None:
        """Call a handler with one message after the other; return what goes on where it waits, and for what."""
        queue, handle, finish = entry.queue, self._handle, self._finish
        while queue and not self._over:
            try:
                delivery = worker.delivery = queue.popleft()
            except IndexError:  # the rest waits for the end of another message
                break
            rest, taken = handle(entry, delivery), True
            if rest is not None:
                try:
                    return rest, rest.send(None)
                except StopIteration as end:
                    taken = end.value
            if taken and delivery.waiting is entry.alone:  # as most are, the short way
                delivery.waiting = NOBODY
                finish(delivery)
            else:
                self._through(entry, delivery, taken)
            if entry.concurrency > 1:
                entry.release(delivery)
        return None

    # -- tasks that end ------------------------------------------------------------------------------------------

    def _ended(self, task: asyncio.Task[None]) -> None:
        worker = self._all.pop(task)
        if worker.awake:
            self._rest(worker)
        for asleep in (worker.entry.own if worker.owned else self._asleep,):
            if worker in asleep:
                asleep.remove(worker)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("the handler of %s ended its task", worker.entry.topic_filter, exc_info=error)
        if task.cancelled() or error is not None:
            task.get_loop().call_later(RELAUNCH, self._do_without, worker)
        else:
            self._do_without(worker)
        if not task.cancelled():
            self._wake()
        self._look()

    def _do_without(self, worker: Worker) -> None:
        """Go on without a task that has ended."""
        entry, delivery = worker.entry if worker.engaged else None, worker.delivery
        if self._over or (delivery is not None and self._draining):  # its message is to come again
            return
        if entry is not None:
            if delivery is not None:
                log.error("the handler of %s was stopped: it goes on with the next message", entry.topic_filter)
                entry.counts.failed += 1
                self._through(entry, delivery, True)
                entry.release(delivery)
            entry.free.append(worker.context)
            if entry.queue:
                self.offer(entry)
        self._wake()

    # -- the end -------------------------------------------------------------------------------------------------

    def __contains__(self, task: asyncio.Task[Any] | None) -> bool:
        """Return whether it runs handlers."""
        return task in self._all

    def at(self, task: asyncio.Task[Any] | None) -> tuple[Entry, Incoming] | None:
        """Return the handler that a task runs, and its message."""
        worker = None if task is None else self._all.get(task)
        return None if worker is None or worker.delivery is None else (worker.entry, worker.delivery)

    def busy(self) -> list[Entry]:
        """Return the handlers that are at a message, one with several of them as often."""
        return [worker.entry for worker in list(self._all.values()) if worker.delivery is not None]

    def _look(self) -> None:
        if self._draining and not self._ready and not any(map(self._is_waited_for, self._all.values())):
            self._idle.set()

    def _is_waited_for(self, worker: Worker) -> bool:
        return worker.engaged and (worker.delivery is None or (worker.entry, worker.delivery) != self._leaving)

    async def finish(self, timeout: float, leaving: tuple[Entry, Incoming] | None) -> None:
        """Return when the handlers are through with all that waits, or after ``timeout`` seconds.

        Nobody waits for ``leaving``, a handler with its message that waits for this itself.
        """
        self._draining, self._leaving = True, leaving
        self._look()
        try:
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        except TimeoutError:
            log.debug("handlers are still running")

    async def end(self, leaving: asyncio.Task[Any] | None) -> None:
        """Cancel all tasks but ``leaving``, and wait for their ends, but not for ever: others are left and named."""
        self.stop()
        others = [worker for worker in self._all.values() if worker.task is not leaving]
        for worker in others:
            worker.task.cancel()
        if not others:
            return
        _, left = await asyncio.wait([worker.task for worker in others], timeout=LET_GO)
        for worker in others:
            if worker.task in left:
                name = worker.entry.topic_filter
                log.error("the handler of %s did not end although it was cancelled: left running", name)

    def stop(self) -> None:
        """Begin nothing more."""
        self._over = True
        self._ready.clear()
