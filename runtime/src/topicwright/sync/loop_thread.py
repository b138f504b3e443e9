"""An event loop in a thread of its own, and calls into it from other threads."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

from topicwright.errors import NotConnectedError

P = ParamSpec("P")
R = TypeVar("R")
_lock = threading.Lock()
_shared: LoopThread | None = None


class LoopThread:
    """Runs coroutines of one client. It belongs to the process that has started it."""

    _users = 1

    def __init__(self, name: str) -> None:
        """Start the thread; it does not keep the process alive."""
        self._process = os.getpid()
        self._stop = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name=f"mqtt {name}", daemon=True)
        self._thread.start()
        started.result()

    def _run(self, started: Future[None]) -> None:
        asyncio.run(self._wait(started))

    async def _wait(self, started: Future[None]) -> None:
        self.loop = asyncio.get_running_loop()
        started.set_result(None)
        await self._stop.wait()

    @property
    def here(self) -> bool:
        """Whether the caller is in the thread of the loop."""
        return threading.current_thread() is self._thread

    @property
    def elsewhere(self) -> bool:
        """Whether this process is a fork of the one that has the thread."""
        return os.getpid() != self._process

    def start(self, function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Begin a call in the loop; return its future.

        Raises:
            NotConnectedError: the process has forked since; a connection stays with the process that has made it.
        """
        if self.elsewhere:
            text = f"this client was connected by process {self._process}: make one in each process, after the fork"
            raise NotConnectedError(text)

        async def call() -> R:
            return await function(*args, **kwargs)

        return asyncio.run_coroutine_threadsafe(call(), self.loop)

    def call(self, function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what a call in the loop returns, or raise its error. An interrupt cancels the call.

        Raises:
            RuntimeError: the caller is in the thread of the loop, which would wait for itself.
        """
        if self.here:
            raise RuntimeError("a blocking call in the thread of the event loop would wait for itself")
        future = self.start(function, *args, **kwargs)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    @classmethod
    def shared(cls) -> LoopThread:
        """Return the one thread of all clients of brokers in memory, which share an event loop."""
        global _shared
        with _lock:
            if _shared is None or _shared.elsewhere or not _shared._users:
                _shared = cls("in memory")
            else:
                _shared._users += 1
            return _shared

    def stop(self) -> None:
        """End the loop, unless another client has it too, and wait for its thread."""
        with _lock:
            self._users -= 1
        if not self._users:
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()


def settle(loop: asyncio.AbstractEventLoop, function: Callable[..., Any], *args: Any) -> None:
    """Call a function in a loop soon; do nothing where the loop has ended, since nobody waits any more."""
    try:
        loop.call_soon_threadsafe(function, *args)
    except RuntimeError:
        if not loop.is_closed():
            raise
