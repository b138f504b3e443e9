"""The tasks in which handlers run: a shared one for handlers that do not wait, a task of its own for each that does."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from enum import Enum
from typing import Any, Final

from topicwright.dispatch.handlers.registration import Registration
from topicwright.dispatch.handlers.stepping import drive
from topicwright.dispatch.handlers.turn import Turn
from topicwright.mqtt.message import NO_HANDLERS, Incoming

log = logging.getLogger("topicwright")

CANCEL_TIMEOUT: Final = 3.0
"""Seconds that a handler which was cancelled at shutdown has for its ``finally``; after that it keeps running."""
RELAUNCH_DELAY: Final = 0.1
"""Seconds until the work of a task that was cancelled from outside continues; by then a loop that ends has ended."""
TASK_NAME: Final = "handlers"

Handle = Callable[[Registration, Incoming], Coroutine[Any, Any, bool] | None]
"""Calls a handler; returns None if it has finished, else a coroutine that returns whether it accepted the message."""
Handled = Callable[[Registration, Incoming, bool], None]
"""Takes a message that a handler has finished with, and whether the handler accepted it."""
Finish = Callable[[Incoming], None]
"""Takes a message that needs nothing but its acknowledgement."""


class State(Enum):
    """The states of a worker.

    | state    | its task                               | it belongs to | next state                                  |
    |----------|----------------------------------------|---------------|---------------------------------------------|
    | IDLE     | sleeps                                 | all handlers  | AWAKE when a handler is ready               |
    | AWAKE    | takes the next ready handler this turn | all handlers  | RUNNING; IDLE if no handler is ready        |
    | RUNNING  | calls a handler that has not waited    | all handlers  | AWAKE after its queue; OWNED when it waits  |
    | OWNED    | runs a handler that has waited         | that handler  | RESERVED after its queue                    |
    | RESERVED | sleeps                                 | that handler  | OWNED when a message comes for this handler |

    A worker that belongs to a handler never runs another one. It ends when that handler is closed.
    """

    IDLE = "idle"
    AWAKE = "awake"
    RUNNING = "running"
    OWNED = "owned"
    RESERVED = "reserved"


IDLE, AWAKE, RUNNING, OWNED, RESERVED = State  # a global is faster to read than a member


class Worker:
    """A task, and what it is doing."""

    __slots__ = ("context", "incoming", "registration", "sleeper", "started", "state", "task")

    task: asyncio.Task[None]
    registration: Registration
    """The handler that it runs, or ran last."""
    context: Context

    def __init__(self, sleeper: asyncio.Future[None]) -> None:
        self.state = IDLE
        self.sleeper = sleeper
        """Resolves when there is something to do."""
        self.incoming: Incoming | None = None
        """The message that the handler has."""
        self.started = False
        """Whether it has given a message to a handler since it last waited for a turn."""

    @property
    def shared(self) -> bool:
        """Whether it may run any handler."""
        return self.state is not OWNED and self.state is not RESERVED

    @property
    def awake(self) -> bool:
        """Whether it looks for ready handlers in this turn of the event loop."""
        return self.state is AWAKE or self.state is RUNNING

    @property
    def busy(self) -> bool:
        """Whether it has a handler to run, and one of its contexts."""
        return self.state is RUNNING or self.state is OWNED


class Workers:
    """Runs the handlers that have messages, from one connect to its disconnect.

    A shared task calls the handlers that are ready. If a handler then waits for something, the task belongs to this
    handler from then on, and another one calls the rest: all of a handler runs in one task, so cancelling that task
    later affects no other handler. A handler's code runs in a context of its own.
    """

    def __init__(self, handle: Handle, handled: Handled, finish: Finish, turn: Turn) -> None:
        """Take the function that calls a handler, and the one that takes a message when the handler has finished.

        Where no other handler has the message, and this one accepted it, ``finish`` is called instead.
        """
        self._turn = turn
        self._handle = handle
        self._handled = handled
        self._finish = finish
        self._all: dict[asyncio.Task[None], Worker] = {}
        self._ready: deque[tuple[Registration, Context]] = deque()
        self._idle: list[Worker] = []
        self._reserved: dict[Registration, list[Worker]] = {}
        self._awake = 0
        """How many workers are awake."""
        self._draining = False
        self._over = False
        self._leaving: tuple[Registration, Incoming] | None = None
        self._drained = asyncio.Event()

    # -- work ----------------------------------------------------------------------------------------------------

    def offer(self, registration: Registration) -> None:
        """Let a handler with a free context have the messages in its queue."""
        context = registration.free.pop()
        reserved = self._reserved.get(registration)
        while reserved:
            worker = reserved.pop()
            if not worker.sleeper.done():  # else it is cancelled
                worker.context, worker.state = context, OWNED
                worker.sleeper.set_result(None)
                return
        self._ready.append((registration, context))
        if not self._awake:
            self._wake()

    def busy(self) -> bool:
        """Return whether a handler has messages that it could begin."""
        return bool(self._ready) or self._turn.awaited

    def dismiss(self, registration: Registration) -> None:
        """End the tasks of a handler that is closed."""
        for worker in self._reserved.pop(registration, ()):
            if not worker.sleeper.done():
                worker.sleeper.set_result(None)

    def _wake(self, count: int = 1) -> None:
        """Wake workers until ``count`` are awake, as far as handlers are ready for them."""
        while len(self._ready) > self._awake < count and not self._over:
            if not self._idle:
                self._spawn()
            worker = self._idle.pop()
            if not worker.sleeper.done():  # else it is cancelled
                worker.sleeper.set_result(None)
                worker.state = AWAKE
                self._awake += 1

    def _spawn(self) -> None:
        loop = asyncio.get_running_loop()
        # It sleeps first, so that no handler is called in here where tasks start eagerly.
        worker = Worker(loop.create_future())
        self._idle.append(worker)
        worker.task = loop.create_task(self._work(worker), name=TASK_NAME, context=Context())
        self._all[worker.task] = worker
        worker.task.add_done_callback(self._ended)

    async def _work(self, worker: Worker) -> None:
        await worker.sleeper
        # A cancellation that has not reached this task yet would reach it in another's handler.
        while not self._over and not worker.task.cancelling():
            if worker.state is AWAKE and self._ready:
                if self._turn.left <= 0:
                    await self._turn.next(used=worker.started)
                    worker.started = False
                    continue
                worker.registration, worker.context = self._ready.popleft()
                worker.state = RUNNING
                await self._serve(worker, worker.registration)
                if worker.state is AWAKE:
                    continue
            elif worker.state is OWNED:
                await self._serve(worker, worker.registration)
            if self._over or (worker.state is RESERVED and worker.registration.closed):
                return
            # A bare future, since an event costs several times as much for each message that comes alone.
            worker.sleeper = worker.task.get_loop().create_future()
            if worker.state is RESERVED:
                self._reserved.setdefault(worker.registration, []).append(worker)
            else:
                worker.state = IDLE
                self._awake -= 1
                if not self._awake:
                    self._turn.all_done()
                self._idle.append(worker)
            self._check_drained()
            await worker.sleeper

    async def _serve(self, worker: Worker, registration: Registration) -> None:
        """Give a handler the messages in its queue, one after the other, for as long as its turn lasts."""
        context = worker.context
        run = context.run
        while True:
            rest = run(self._call, worker, registration)
            if rest is None:
                if not (registration.queue and self._turn.left <= 0) or worker.state is RUNNING or self._over:
                    break
                worker.incoming = None
                await self._turn.next(used=worker.started)
                worker.started = False
                continue
            if worker.state is RUNNING:
                worker.state = OWNED
                worker.task.set_name(f"handler of {registration.topic_filter}")
                self._awake -= 1
                self._wake(
                    self._awake + 2
                )  # the other handlers may wait too, and waking one a turn would take many turns
            registration.crowd.suspended += 1
            try:
                accepted = await drive(*rest, run)
            finally:
                registration.crowd.suspended -= 1
                self._turn.give_back()
            assert worker.incoming is not None
            self._handled(registration, worker.incoming, accepted)
            registration.release(worker.incoming)
        worker.incoming = None
        worker.state = RESERVED if worker.state is OWNED else AWAKE
        if self._over:
            return
        if worker.state is AWAKE and registration.queue and self._turn.left <= 0:
            self._ready.append((registration, context))  # it goes on behind the others that are ready
        else:
            registration.free.append(context)  # fast path of _free
            if registration.idle is not None:
                registration.idle.set()

    def _free(self, registration: Registration, context: Context) -> None:
        registration.free.append(context)
        if registration.idle is not None:
            registration.idle.set()

    def _call(self, worker: Worker, registration: Registration) -> tuple[Coroutine[Any, Any, bool], Any] | None:
        """Call a handler with one message after the other; if it waits, return its coroutine, and for what."""
        queue, handle, finish, turn = registration.queue, self._handle, self._finish, self._turn
        worker.started |= turn.left > 0
        while queue and turn.left > 0 and not self._over:
            turn.left -= 1
            try:
                incoming = worker.incoming = queue.popleft()
            except IndexError:  # the others wait until a message with their key is handled
                break
            rest, accepted = handle(registration, incoming), True
            if rest is not None:
                try:
                    return rest, rest.send(None)
                except StopIteration as end:
                    accepted = end.value
            if accepted and incoming.waiting is registration.alone:  # fast path of Dispatcher._handled
                incoming.waiting = NO_HANDLERS
                finish(incoming)
            else:
                self._handled(registration, incoming, accepted)
            if registration.concurrency > 1:
                registration.release(incoming)
        return None

    # -- tasks that end ------------------------------------------------------------------------------------------

    def _ended(self, task: asyncio.Task[None]) -> None:
        worker = self._all.pop(task)
        self._awake -= worker.awake
        sleeping = self._idle if worker.shared else self._reserved.get(worker.registration, [])
        if worker in sleeping:
            sleeping.remove(worker)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("the handler of %s ended its task", worker.registration.topic_filter, exc_info=error)
        if task.cancelled() or error is not None:
            task.get_loop().call_later(RELAUNCH_DELAY, self._continue_without, worker)
        else:
            self._continue_without(worker)
        if not task.cancelled():
            self._wake()
        self._check_drained()

    def _continue_without(self, worker: Worker) -> None:
        """Continue the work of a task that has ended in another one."""
        incoming = worker.incoming
        if self._over or (incoming is not None and self._draining):  # its message is to be redelivered
            return
        if worker.busy:
            registration = worker.registration
            if incoming is not None:
                name = registration.topic_filter
                log.error("the handler of %s was stopped: it continues with the next message", name)
                registration.counts.failed += 1
                self._handled(registration, incoming, True)
                registration.release(incoming)
            self._free(registration, worker.context)
            if registration.queue:
                self.offer(registration)
        self._wake()

    # -- the end -------------------------------------------------------------------------------------------------

    def __contains__(self, task: asyncio.Task[Any] | None) -> bool:
        """Return whether a task runs handlers."""
        return task in self._all

    def at(self, task: asyncio.Task[Any] | None) -> tuple[Registration, Incoming] | None:
        """Return the handler that a task runs, and its message."""
        worker = None if task is None else self._all.get(task)
        return None if worker is None or worker.incoming is None else (worker.registration, worker.incoming)

    def running(self) -> list[Registration]:
        """Return the handler of each message that is being handled."""
        return [worker.registration for worker in list(self._all.values()) if worker.incoming is not None]

    def _check_drained(self) -> None:
        if self._draining and not self._ready and not any(map(self._is_awaited, self._all.values())):
            self._drained.set()

    def _is_awaited(self, worker: Worker) -> bool:
        return worker.busy and (worker.incoming is None or (worker.registration, worker.incoming) != self._leaving)

    async def drain(self, timeout: float, leaving: tuple[Registration, Incoming] | None) -> bool:
        """Return whether the handlers have finished all queued messages within ``timeout`` seconds.

        ``leaving`` is a handler with its message that waits for this call itself, so it is not awaited.
        """
        self._draining, self._leaving = True, leaving
        self._check_drained()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._drained.wait()
        return self._drained.is_set()

    async def end(self, leaving: asyncio.Task[Any] | None) -> None:
        """Cancel all tasks but ``leaving`` and wait ``CANCEL_TIMEOUT`` for their ends; log those that still run."""
        self.stop()
        cancelled = [worker for worker in self._all.values() if worker.task is not leaving]
        for worker in cancelled:
            worker.task.cancel()
        if not cancelled:
            return
        _, running = await asyncio.wait([worker.task for worker in cancelled], timeout=CANCEL_TIMEOUT)
        for worker in cancelled:
            if worker.task in running:
                name = worker.registration.topic_filter
                log.error("the handler of %s did not end although it was cancelled: it keeps running", name)

    def stop(self) -> None:
        """Call no more handlers."""
        self._over = True
        self._ready.clear()
        self._reserved.clear()  # their event loop may have ended
