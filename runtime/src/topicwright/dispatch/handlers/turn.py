"""How much handlers may do in one turn of the event loop, before everybody else has a turn too."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator
from time import perf_counter
from types import coroutine
from typing import Final

MESSAGES_PER_TURN: Final = 8
"""At most about this many messages are handled in one turn, where each takes no time worth mentioning."""
MESSAGES_OF_A_BACKLOG: Final = 64
"""As many are handled in one turn once ``TURNS_OF_A_BACKLOG`` were not enough: a turn costs as much as a message."""
TURNS_OF_A_BACKLOG: Final = 32
PAUSE: Final = 0.05
"""A backlog ends where no message waited for this many seconds: messages are read in portions, with gaps."""
SECONDS_PER_TURN: Final = 0.005
"""At most about this long handlers keep one turn; a message that takes longer has a turn of its own."""


class Turn:
    """What is left of the present turn, shared by all tasks that run handlers.

    It is counted in messages: one that takes noticeable time counts as many. A count that is not used up stays for the
    next turn, so handlers that have little to do never wait here.
    """

    __slots__ = ("_alone", "_done_at", "_first", "_in_a_row", "_renewing", "_size", "_waiting", "left")

    def __init__(self) -> None:
        self.left: float = MESSAGES_PER_TURN
        """How many more messages may be handled in this turn; tasks that handle some count here themselves."""
        self._size = MESSAGES_PER_TURN
        self._in_a_row = 0
        """How many turns were not enough, since no message waited for some time."""
        self._done_at = 0.0
        """When all messages were handled; 0 while some wait."""
        self._alone = False
        """Whether one task waits for the next turn, and no other one does."""
        self._first: deque[asyncio.Future[None]] = deque()
        """The tasks that had no part of the last turn; they come before those in ``_waiting``."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._renewing = False

    @property
    def awaited(self) -> bool:
        """Whether a task waits for the next turn."""
        return self._alone or bool(self._first or self._waiting)

    def spend(self, seconds: float) -> None:
        """Count a step of a handler that took noticeable time."""
        self.left -= seconds / SECONDS_PER_TURN * self._size

    def give_back(self) -> None:
        """Take that a handler has waited for something: it has left a turn to others already."""
        if self.left < MESSAGES_PER_TURN:
            self.left += 1

    def all_done(self) -> None:
        """Take that no message waits: what comes now is for another turn."""
        self.left = self._size
        self._done_at = perf_counter()

    def _begin(self) -> None:
        if self._done_at:
            if perf_counter() - self._done_at > PAUSE:
                self._size, self._in_a_row = MESSAGES_PER_TURN, 0
            self._done_at = 0.0
        self._in_a_row += 1
        if self._in_a_row == TURNS_OF_A_BACKLOG:
            self._size = MESSAGES_OF_A_BACKLOG
        self.left = self._size

    async def next(self, *, used: bool) -> None:
        """Wait for another turn, because nothing is left of this one; ``used`` tells whether the task had a part of it.

        Tasks come one after the other, and those that had no part first.
        """
        if not self.awaited:
            self._alone = True
            try:
                await _pass()
            finally:
                self._alone = False
                self._begin()
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        (self._waiting if used else self._first).append(turn)
        if not self._renewing:
            self._renewing = True
            loop.call_soon(self._renew, loop)
        await turn

    def _renew(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin a turn: as many tasks as have a part of it go on."""
        self._begin()
        for _ in range(min(len(self._first) + len(self._waiting), MESSAGES_PER_TURN)):
            turn = (self._first or self._waiting).popleft()
            if not turn.done():  # else it is cancelled
                turn.set_result(None)
        self._renewing = bool(self._first or self._waiting)
        if self._renewing:
            loop.call_soon(self._renew, loop)


@coroutine
def _pass() -> Generator[None, None, None]:
    """Let the event loop have a turn: ``asyncio.sleep(0)`` without its checks."""
    yield
