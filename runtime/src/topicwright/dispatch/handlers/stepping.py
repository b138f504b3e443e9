"""Drives a started coroutine step by step through a callable, which can time each step or run it in a context."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, TypeVar

log = logging.getLogger("topicwright")

BLOCKED_AFTER: Final = 1.0
"""Seconds that one step of a handler may keep the event loop before a warning names it."""


def warn_if_blocked(took: float, name: str) -> None:
    """Warn of a step of a handler that blocked the event loop for ``took`` seconds."""
    if took >= BLOCKED_AFTER:
        log.warning("the handler of %s blocked the event loop for %.1f s", name, took)


def watched(work: Coroutine[Any, Any, None], waiting: Any, name: str) -> Awaitable[None]:
    """Drive a handler that waits for something, and warn of each step that blocks the event loop."""

    def take(step: Callable[[Any], Any], value: Any) -> Any:
        since = time.monotonic()
        try:
            return step(value)
        finally:
            if (took := time.monotonic() - since) >= BLOCKED_AFTER:
                warn_if_blocked(took, name)

    return drive(work, waiting, take)


T = TypeVar("T")
Take = Callable[..., Any]
"""Calls its first argument with the second."""


@coroutine
def drive(work: Coroutine[Any, Any, T], waiting: Any, take: Take) -> Generator[Any, Any, T]:
    """Drive ``work``, which has started and waits for ``waiting``; return, when awaited, its result."""
    step: Callable[[Any], Any]
    while True:
        try:
            value = yield waiting
        except BaseException as error:  # such as a cancellation: the coroutine handles it or passes it on
            step, value = work.throw, error
        else:
            step = work.send
        try:
            waiting = take(step, value)
        except StopIteration as end:
            result: T = end.value
            return result
