"""Going on, step by step, with a coroutine that waits for something: each step is taken by whoever wants to see it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

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
