"""Work that blocks in a thread of its own: asyncio's default executor belongs to the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


def in_thread(work: Callable[[], None]) -> asyncio.Future[None]:
    """Run ``work`` in a new thread, which does not keep the process alive; return what takes its end."""
    loop = asyncio.get_running_loop()
    end: asyncio.Future[None] = loop.create_future()

    def resolve(error: BaseException | None) -> None:
        if end.done():
            return
        if error is None:
            end.set_result(None)
        else:
            end.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as problem:
            error = problem
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(resolve, error)

    threading.Thread(target=run, name="topicwright-connect", daemon=True).start()
    return end
