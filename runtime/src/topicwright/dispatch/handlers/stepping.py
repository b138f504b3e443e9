"""Going on, step by step, with a coroutine that waits for something: each step is taken by whoever wants to see it."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, TypeVar

log = logging.getLogger("topicwright")

BLOCKED: Final = 1.0
"""Seconds that one step of a handler may keep the event loop before a warning names it."""


def judge(took: float, name: str) -> None:
    """Warn of a step of a handler that blocked the event loop for ``took`` seconds."""
    if took >= BLOCKED:
        log.warning("the handler of %s blocked the event loop for %.1f s", name, took)


def watched(work: Coroutine[Any, Any, None], waiting: Any, name: str) -> Awaitable[None]:
    """Go on with a handler that waits for something, and judge each of its steps."""

    def take(step: Callable[[Any], Any], given: Any) -> Any:
        since = time.monotonic()
        try:
            return step(given)
        finally:
            if (took := time.monotonic() - since) >= BLOCKED:
                judge(took, name)

    return go_on(work, waiting, take)


T = TypeVar("T")
Take = Callable[..., Any]
"""Calls its first argument with the second."""


@coroutine
def go_on(work: Coroutine[Any, Any, T], waiting: Any, take: Take) -> Generator[Any, Any, T]:
    """Return, when awaited, what ``work`` returns, which has begun and waits for ``waiting``."""
    step: Callable[[Any], Any]
    while True:
        try:
            given = yield waiting
        except BaseException as error:  # such as a cancellation: the coroutine's to take or to pass on
            step, given = work.throw, error
        else:
            step = work.send
        try:
            waiting = take(step, given)
        except StopIteration as end:
            result: T = end.value
            return result
