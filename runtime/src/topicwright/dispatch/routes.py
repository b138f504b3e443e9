"""Which handlers the messages of a topic go to: found by their filters once, and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from topicwright.dispatch.handlers.registration import Registration
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.topic_filters import FilterIndex, subscription_identifier

MOST: Final = 10_000
"""For how many topics it is remembered."""
Route: TypeAlias = tuple[str, tuple[int, ...]]
"""The topic of a message, and the identifiers of the subscriptions that it is sent for."""


class Routes:
    """The handlers by their filters."""

    def __init__(self) -> None:
        self._index: FilterIndex[Registration] = FilterIndex()
        self._found: dict[Route, Sequence[Registration]] = {}
        self.direct: dict[Route, Registration] = {}
        """The routes that lead to one handler, as most do, and that a message may take without another look."""

    def add(self, registration: Registration) -> None:
        """Take a handler in."""
        self._index.add(registration.topic_filter, registration)
        self._forget()

    def remove(self, registration: Registration) -> None:
        """Take a handler away."""
        self._index.remove(registration.topic_filter, registration)
        self._forget()

    def _forget(self) -> None:
        self._found.clear()
        self.direct.clear()

    def of(self, incoming: Incoming, *, directly: bool) -> Sequence[Registration]:
        """Return the handlers of a message; ``directly``: the next one of its route may go to a lone one at once."""
        route = (incoming.topic, incoming.subscriptions)
        if (only := self.direct.get(route)) is not None:
            return (only,)
        registrations = self._found.get(route)
        if registrations is None:
            registrations = self._find(*route)
            if len(self._found) + len(self.direct) >= MOST:
                self._forget()
            self._found[route] = registrations
        if directly and len(registrations) == 1:
            del self._found[route]
            self.direct[route] = registrations[0]
        return registrations

    def _find(self, topic: str, subscriptions: tuple[int, ...]) -> Sequence[Registration]:
        registrations = self._index.match(topic)
        if not subscriptions:
            return registrations
        # A broker may send one copy for each of several overlapping subscriptions: each copy to its handlers.
        return [item for item in registrations if subscription_identifier(item.topic_filter) in subscriptions]
