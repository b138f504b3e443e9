"""Back-pressure for a broker that sends more than the receive maximum allows, as mosquitto 2.0.11 does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

RECEIVE_MAXIMUM_FACTOR: Final = 2
"""How many times the receive maximum may wait for handlers before reading stops."""
MIN_LIMIT: Final = 1000
"""How many messages may wait in any case."""
LARGE: Final = 1 << 16
"""Payloads above this many bytes count by their bytes too; as many of the smaller ones take little memory."""
MOST_BYTES: Final = 1 << 26
"""How many bytes the large payloads may have together before reading stops."""
MAX_DELAY: Final = 0.005
"""Seconds between two reads of a paused connection on which an answer is expected.

It grows with the square of the messages that wait, so that their number is bounded.
"""


class Backpressure:
    """Stops reading from a connection while too many of its messages are unacknowledged, or too large ones.

    Answers arrive over the same connection, and a handler may wait for one. So where one is expected, a little is read
    from time to time.
    """

    def __init__(
        self,
        receive_maximum: int,
        set_reading: Callable[[bool], None],
        read_once: Callable[[], None],
        expecting: Callable[[], bool],
    ) -> None:
        """Take functions: to start and stop reading, to read once, and to return whether an answer is expected."""
        self.limit = max(receive_maximum * RECEIVE_MAXIMUM_FACTOR, MIN_LIMIT)
        """How many messages may be unacknowledged."""
        self._set_reading = set_reading
        self._read_once = read_once
        self._expecting = expecting
        self.unacknowledged = 0
        """How many are; fast paths count here themselves."""
        self.bytes = 0
        """How many bytes the unacknowledged payloads above ``LARGE`` have."""
        self.paused = False
        """Whether reading has stopped."""
        self._timer: asyncio.TimerHandle | None = None

    def arrived(self, size: int = 0) -> None:
        """Count a message that needs an acknowledgement, with a payload of ``size`` bytes."""
        self.unacknowledged += 1
        if size > LARGE:
            self.arrived_large(size)
        if self.unacknowledged >= self.limit:
            self.pause()

    def arrived_large(self, size: int) -> None:
        """Count the bytes of a payload above ``LARGE``."""
        self.bytes += size
        if self.bytes >= MOST_BYTES:
            self.pause()

    def acknowledged(self, size: int = 0) -> None:
        """Count an acknowledgement of a message with a payload of ``size`` bytes."""
        self.unacknowledged -= 1
        if size > LARGE:
            self.bytes -= size
        if self.paused:
            self.resume()

    def pause(self) -> None:
        """Stop reading: what is unacknowledged has reached a limit."""
        if not self.paused:
            self.paused = True
            self._set_reading(False)
            self._schedule()

    def resume(self) -> None:
        """Read again if what is unacknowledged has fallen to half of its limits."""
        if self.unacknowledged <= self.limit / 2 and self.bytes <= MOST_BYTES / 2:
            self.close()
            self._set_reading(True)

    def close(self) -> None:
        """Stop the timer."""
        self.paused = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        delay = MAX_DELAY * max(self.unacknowledged / self.limit, self.bytes / MOST_BYTES) ** 2
        self._timer = asyncio.get_running_loop().call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self._schedule()
        if self._expecting():
            self._read_once()
