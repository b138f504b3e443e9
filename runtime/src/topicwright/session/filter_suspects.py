"""Topic filters for which a broker ends the connection: found, tried alone, and asked for seldom."""

from __future__ import annotations

from typing import Final

from topicwright.errors import ConnectError, SubscribeEndsConnectionError
from topicwright.mqtt.reason_codes import ABOUT_A_FILTER, FAULT_OF_A_PACKET
from topicwright.session.outbox.suspects import is_blamed_on_packets
from topicwright.transport.base import Connection

FIRST_REST: Final = 60.0
"""Seconds until a filter is asked for again that was found to end connections; doubled each time."""
LONGEST_REST: Final = 3600.0


class FilterSuspects:
    """The filters of one session that are suspected of ending connections; see ``outbox.suspects``."""

    def __init__(self, limit: int) -> None:
        """Take how many ended connections convict a filter."""
        self._limit = limit
        self._ends: dict[str, int] = {}
        self._convicted: dict[str, tuple[SubscribeEndsConnectionError, float, float]] = {}
        self.unanswered: dict[str, None] = {}
        """The filters that were sent over this connection and are not answered yet."""

    def __bool__(self) -> bool:
        return bool(self._ends)

    def suspected(self, name: str) -> bool:
        """Return whether a filter must not be sent together with others."""
        return self._ends.get(name, 0) >= self._limit - 1

    def resting(self, name: str, now: float) -> SubscribeEndsConnectionError | None:
        """Return why a filter is not asked for at all now, if it is not."""
        error, until, _ = self._convicted.get(name, (None, 0.0, 0.0))
        return error if until > now else None

    def sent(self, name: str) -> None:
        """Take a filter that is sent."""
        self.unanswered[name] = None

    def answered(self, name: str) -> None:
        """Take the broker's answer, whatever it is."""
        self.unanswered.pop(name, None)
        self.forget(name)

    def forget(self, name: str) -> None:
        """Forget a filter that is not wanted any more."""
        self._ends.pop(name, None)
        self._convicted.pop(name, None)

    def lost(
        self, connection: Connection, error: ConnectError | None, now: float
    ) -> SubscribeEndsConnectionError | None:
        """Judge the filters that were unanswered when the connection ended; return the error of a convicted one."""
        names, self.unanswered = list(self.unanswered), {}
        if error is None or not is_blamed_on_packets(error):
            return None
        for name in names:
            ends = self._ends.get(name, 0) + 1
            self._ends[name] = max(ends, self._limit - 1) if error.reason in FAULT_OF_A_PACKET else ends
        if len(names) != 1 or connection.unanswered() or connection.unconfirmed:
            return None
        name = names[0]
        if self._ends[name] < self._limit and error.reason not in ABOUT_A_FILTER:
            return None
        _, _, rest = self._convicted.get(name, (None, 0.0, FIRST_REST / 2))
        rest = min(rest * 2, LONGEST_REST)
        convicted = SubscribeEndsConnectionError(name, self._ends[name], error.reason)
        self._convicted[name] = (convicted, now + rest, rest)
        return convicted
