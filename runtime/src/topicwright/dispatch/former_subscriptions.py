"""Messages by subscriptions that this program does not make: the broker queued them for an earlier version of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from topicwright.dispatch.handlers.registration import Registration, remembered
from topicwright.dispatch.routes import Routes
from topicwright.mqtt.message import Incoming

MAX_TOPICS: Final = 10_000
"""At most this many topics are remembered."""


class FormerSubscriptions:
    """Finds handlers for such messages by their topics.

    The subscription of an earlier version stays in the session, so each message that is published from now on comes
    twice: by it, and by that of the handler. Only what was published before the handler's subscription was made comes
    by the former one alone. A broker keeps the order of a topic (MQTT 5, section 4.6). So a message counts as one of
    these until the first one of its topic has come by a subscription of this program.
    """

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._of_topic: dict[str, tuple[int, ...]] = {}
        """For each topic the former subscription whose messages are handled, where there were several."""

    def is_former(self, incoming: Incoming) -> bool:
        """Return, when a message comes that no handler takes, whether its topic will decide."""
        if not incoming.subscriptions:  # then its topic has decided
            return False
        return not any(item.has_had(incoming.topic) for item in self._routes.by_topic(incoming.topic))

    def handlers(self, incoming: Incoming) -> Sequence[Registration]:
        """Return the handlers of a former message; none for a copy of it by another former subscription."""
        found = [item for item in self._routes.by_topic(incoming.topic) if not item.inline]
        if not found:
            return ()
        topic = remembered(incoming.topic)
        if len(self._of_topic) >= MAX_TOPICS and topic not in self._of_topic:
            self._of_topic.clear()
        return found if self._of_topic.setdefault(topic, incoming.subscriptions) == incoming.subscriptions else ()
