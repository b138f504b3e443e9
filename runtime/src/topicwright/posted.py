"""What becomes of a message for which nobody waits: told by a call, which costs a part of a future and its callback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

log = logging.getLogger("topicwright")

Told: TypeAlias = Callable[[int, BaseException | None], None]
"""Takes the reason code of an acknowledgement, or the error that a publish ended with."""


class Posted:
    """Stands where a future does that resolves with a reason code; whoever is told must not wait."""

    __slots__ = ("_done", "_told", "_waiting")

    def __init__(self, told: Told) -> None:
        self._told = told
        self._done = False
        self._waiting: asyncio.Future[None] | None = None

    def done(self) -> bool:
        """Return whether it is over."""
        return self._done

    def set_result(self, code: int) -> None:
        """End with the broker's answer."""
        self._end(code, None)

    def set_exception(self, error: BaseException) -> None:
        """End without an answer."""
        self._end(0, error)

    def cancel(self) -> None:
        """End because nobody is interested any more."""
        if not self._done:
            self._end(0, asyncio.CancelledError())

    def _end(self, code: int, error: BaseException | None) -> None:
        self._done = True
        try:
            self._told(code, error)
        except Exception:  # it is called in the middle of reading, where nothing may fail
            log.exception("a publish that nobody waited for could not be ended")
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def ended(self) -> asyncio.Future[None]:
        """Return what resolves at the end."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
            if self._done:
                self._waiting.set_result(None)
        return self._waiting
