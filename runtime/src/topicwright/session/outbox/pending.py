"""A publish that has not ended yet, and what is told of its end: a future, or a call where nobody waits."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from typing import Final, TypeAlias

from topicwright.mqtt.message import Outgoing, Window

log = logging.getLogger("topicwright")

Told: TypeAlias = Callable[[int, BaseException | None], None]
"""Takes the reason code of an acknowledgement, or the error that a publish ended with."""


class Posted:
    """Stands where a future does that resolves with a reason code, at a part of its cost; who is told must not wait."""

    __slots__ = ("_done", "_told", "_waiting", "error")

    def __init__(self, told: Told) -> None:
        self._told = told
        self._done = False
        self.error: BaseException | None = None
        """What it ended with, if that was no answer of the broker's."""
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
        self._done, self.error = True, error
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


NOBODY: Final = Posted(lambda code, error: None)
"""Whom the end of a publish concerns, before that is known."""


class Pending:
    """A publish that waits for its end. What most have alike stands in the class, which is for speed."""

    plain = False
    """Whether an acknowledgement is the end of the matter, whatever it says."""
    row: int | None = None
    """Where it stands in the file; None where there is none, or where it is not kept."""
    number: int | None = None
    """Its place in the replay window, where it has been there."""
    in_room = False
    """Whether it takes one of the places that ``outbox_size`` allows."""
    sent = False
    unheard = False
    waits = False
    """Whether it is about to be published again because nobody heard it."""
    under_way: Posted | None = None
    """The acknowledgement that was last asked for, where it is not the end of the matter."""

    def __init__(
        self, message: Outgoing, future: asyncio.Future[int] | Posted, window: Window, deadline: float = math.inf
    ) -> None:
        self.message = message
        self.future = future
        self.window = window
        self.deadline = deadline
