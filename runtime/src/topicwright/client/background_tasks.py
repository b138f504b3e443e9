"""Tasks in the background: kept while they run, logged when they fail, cancelled at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

log = logging.getLogger("topicwright")


class BackgroundTasks:
    """The tasks of one client."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[None]) -> None:
        """Run ``work`` in a task; what it raises is logged."""
        task = asyncio.get_running_loop().create_task(_run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def clear(self) -> None:
        """Forget tasks of an event loop that has ended."""
        self._tasks.clear()

    async def end(self, caller: asyncio.Task[Any] | None) -> None:
        """Cancel all tasks except the running one and ``caller``, and wait for them."""
        tasks = self._tasks - {caller, asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a background task failed")
