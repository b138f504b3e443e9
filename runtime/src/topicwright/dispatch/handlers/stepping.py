"""Drives a started coroutine step by step through a callable, which can time each step or run it in a context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from time import perf_counter
from types import coroutine
from typing import Any, TypeVar

from topicwright.dispatch.handlers.loop_share import NOTICEABLE, LoopShare


def watched(work: Coroutine[Any, Any, None], waiting: Any, share: LoopShare) -> Awaitable[None]:
    """Drive a handler that waits for something, and count each step that takes noticeable time."""

    def take(step: Callable[[Any], Any], value: Any) -> Any:
        since = perf_counter()
        try:
            return step(value)
        finally:
            if (took := perf_counter() - since) >= NOTICEABLE:
                share.add(took)

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
