"""The handlers of each topic: found by their filters once, and cached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from topicwright.dispatch.handlers.registration import Registration
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.topic_filters import LONGEST_REMEMBERED, FilterIndex, subscription_identifier

MAX_ROUTES: Final = 10_000
"""At most this many routes are cached."""
MOST_IDENTIFIERS: Final = 16
"""Routes with more subscriptions are not cached: how many there are is the broker's choice."""
Route: TypeAlias = tuple[str, tuple[int, ...]]
"""The topic of a message, and the identifiers of its subscriptions (MQTT 5, section 3.8.2.1.2)."""


class Routes:
    """The handlers by their filters."""

    def __init__(self) -> None:
        self._index: FilterIndex[Registration] = FilterIndex()
        self._cached: dict[Route, Sequence[Registration]] = {}
        self.direct: dict[Route, Registration] = {}
        """Fast path: the routes of one handler, as most are, whose messages may go to it directly."""

    def add(self, registration: Registration) -> None:
        """Add a handler."""
        self._index.add(registration.topic_filter, registration)
        self._forget()

    def remove(self, registration: Registration) -> None:
        """Remove a handler."""
        self._index.remove(registration.topic_filter, registration)
        self._forget()

    def _forget(self) -> None:
        self._cached.clear()
        self.direct.clear()

    def of(self, incoming: Incoming, *, directly: bool) -> Sequence[Registration]:
        """Return the handlers of a message; ``directly`` lets later messages of the route take the fast path."""
        route = (incoming.topic, incoming.subscriptions)
        if (only := self.direct.get(route)) is not None:
            return (only,)
        registrations = self._cached.get(route)
        if registrations is None:
            registrations = self._find(*route)
            if len(incoming.topic) > LONGEST_REMEMBERED or len(incoming.subscriptions) > MOST_IDENTIFIERS:
                return registrations
            if len(self._cached) + len(self.direct) >= MAX_ROUTES:
                self._forget()
            self._cached[route] = registrations
        if directly and len(registrations) == 1:
            del self._cached[route]
            self.direct[route] = registrations[0]
        return registrations

    def by_topic(self, topic: str) -> Sequence[Registration]:
        """Return the handlers whose filters match a topic."""
        return self._index.match(topic)

    def _find(self, topic: str, subscriptions: tuple[int, ...]) -> Sequence[Registration]:
        registrations = self._index.match(topic)
        if not subscriptions:
            return registrations
        # A broker may send one copy for each of several overlapping subscriptions: each copy to its handlers.
        return [item for item in registrations if subscription_identifier(item.topic_filter) in subscriptions]
