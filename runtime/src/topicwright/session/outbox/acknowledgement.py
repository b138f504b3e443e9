"""How the outcome of a publish that is not awaited is reported: as a value, to one object."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol

from typing_extensions import override

log = logging.getLogger("topicwright")


class Outcome:
    """How a publish ended: with the reason code of the broker's answer, or with an error."""

    __slots__ = ("code", "error")

    def __init__(self, code: int, error: BaseException | None = None) -> None:
        self.code = code
        self.error = error


class Recipient(Protocol):
    """Takes the outcome of a publish that is not awaited."""

    def ended(self, outcome: Outcome) -> None:
        """Take the outcome. It is called while packets are read, so it must not block."""
        ...


class Acknowledgement:
    """A cheap stand-in for a future that resolves with a reason code; what ``ended`` does must not block."""

    __slots__ = ("_done", "_waiter", "error")

    def __init__(self) -> None:
        self._done = False
        self._waiter: asyncio.Future[None] | None = None
        self.error: BaseException | None = None
        """The error that it ended with; None where the broker answered."""

    def ended(self, outcome: Outcome) -> None:
        """Take the outcome; called once."""
        raise NotImplementedError

    def done(self) -> bool:
        """Return whether it has ended."""
        return self._done

    def set_result(self, code: int) -> None:
        """End with the reason code of the broker's answer."""
        self._end(Outcome(code))

    def set_exception(self, error: BaseException) -> None:
        """End without an answer."""
        self._end(Outcome(0, error))

    def cancel(self) -> None:
        """End because the outcome does not matter any more. Idempotent."""
        if not self._done:
            self._end(Outcome(0, asyncio.CancelledError()))

    def _end(self, outcome: Outcome) -> None:
        self._done, self.error = True, outcome.error
        try:
            self.ended(outcome)
        except Exception:  # the connection is reading packets, and must continue
            log.exception("the outcome of a publish could not be reported")
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def end(self) -> asyncio.Future[None]:
        """Return a future that resolves when it has ended."""
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
            if self._done:
                self._waiter.set_result(None)
        return self._waiter


def end_of(answered: asyncio.Future[int] | Acknowledgement) -> asyncio.Future[Any]:
    """Return a future that resolves when a publish has ended."""
    return answered.end() if isinstance(answered, Acknowledgement) else answered


class _NoWaiter(Acknowledgement):
    """Does nothing with an outcome."""

    @override
    def ended(self, outcome: Outcome) -> None:
        """Ignore the outcome."""


NO_WAITER: Final = _NoWaiter()
"""Placeholder until the waiter of a publish is attached."""
