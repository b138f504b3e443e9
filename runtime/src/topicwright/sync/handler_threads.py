"""The threads in which blocking handlers run."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from topicwright.sync.loop_thread import settle

R = TypeVar("R")


class _Work(NamedTuple):
    call: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


class HandlerThreads:
    """A few threads that take calls in their order.

    They end with the process, unlike those of ``concurrent.futures``, which refuse work before the client has left.
    """

    def __init__(self, count: int, name: str) -> None:
        """Start ``count`` threads."""
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"mqtt {name} handler {number}", daemon=True)
            for number in range(1, count + 1)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def here(self) -> bool:
        """Whether the caller is in one of the threads."""
        return threading.current_thread() in self._threads

    async def call(self, function: Callable[..., R], *args: object) -> R:
        """Return what the function returns, or raise its error; called in a thread, with the caller's context."""
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        done: asyncio.Future[R] = loop.create_future()
        self._queue.put(_Work(lambda: context.run(function, *args), loop, done))
        return await done

    def stop(self) -> None:
        """Let each thread end after the call that it is in."""
        for _ in self._threads:
            self._queue.put(None)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            if work.done.cancelled():
                continue
            try:
                result = work.call()
            except BaseException as error:  # the caller gets it
                settle(work.loop, _fail, work.done, error)
            else:
                settle(work.loop, _finish, work.done, result)
            del work


def _finish(done: asyncio.Future[Any], result: object) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        # What ends a thread or a process must not end the event loop; and a future takes no StopIteration.
        odd = not isinstance(error, Exception) or isinstance(error, StopIteration)
        done.set_exception(RuntimeError(f"the handler raised {error!r}") if odd else error)
