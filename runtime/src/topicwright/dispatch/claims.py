"""Messages that no handler takes when they come: they wait for one, and in the end their topic decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from topicwright.config.settings import Settings
from topicwright.dispatch.former_subscriptions import FormerSubscriptions
from topicwright.dispatch.handlers.registration import Registration
from topicwright.dispatch.retired import Retired
from topicwright.dispatch.routes import Routes
from topicwright.dispatch.unclaimed import Unclaimed
from topicwright.mqtt.message import Incoming
from topicwright.telemetry.stats import Stats
from topicwright.telemetry.throttled_log import ThrottledLog


class Claims:
    """Keeps messages while the program may still be registering their handlers, and then gives them up."""

    def __init__(
        self,
        settings: Settings,
        stats: Stats,
        routes: Routes,
        give: Callable[[Sequence[Registration], Incoming], None],
        finish: Callable[[Incoming], None],
    ) -> None:
        """Take the functions that give a message to handlers, and that let it be acknowledged."""
        self._stats = stats
        self._timeout = settings.claim_timeout
        self._give = give
        self._finish = finish
        self._unclaimed = Unclaimed(settings.queue_size, self._give_up)
        self._former = FormerSubscriptions(routes)
        self._retired = Retired()
        self._throttled_log = ThrottledLog()
        self._until = 0.0
        self._open = False

    # -- handlers ------------------------------------------------------------------------------------------------

    def added(self, topic_filter: str, deliver: Callable[[Incoming], bool]) -> None:
        """Take that a filter has a handler, and offer it the messages that wait."""
        self._retired.discard(topic_filter)
        self._unclaimed.offer(deliver)

    def removed(self, topic_filter: str) -> None:
        """Take that a filter has no handler any more."""
        forgotten = self._retired.add(topic_filter)
        if forgotten is not None:
            self._stats.give_up(forgotten)

    # -- the connection ------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Keep messages from now on, for ``claim_timeout``."""
        self._open = True
        self._until = asyncio.get_running_loop().time() + self._timeout

    def close(self) -> None:
        """Keep no more messages."""
        self._open = False

    def session_lost(self) -> None:
        """Take that the broker has queued nothing for handlers that are still to come."""
        self._until = 0.0

    def clear(self) -> None:
        """Forget all messages: none of them will be acknowledged."""
        self._unclaimed.clear()

    # -- messages ------------------------------------------------------------------------------------------------

    def came(self, incoming: Incoming) -> None:
        """Take a message that no handler takes."""
        incoming.former = self._former.is_former(incoming) and not self._retired.brought(incoming)
        self.keep(incoming, self._timeout)

    def came_back(self, incoming: Incoming) -> None:
        """Take a message back from a handler that was removed before it began with it."""
        self.keep(incoming, self._timeout)

    def keep(self, incoming: Incoming, seconds: float) -> None:
        """Keep a message for at most ``seconds``; give it up at once if no handler is still to come."""
        now = asyncio.get_running_loop().time()
        late = now >= self._until and not self._unclaimed  # else one that is due now would overtake others
        if late or not self._open or self._retired.cover(incoming.topic):
            self._give_up(incoming)
        else:
            self._unclaimed.add(incoming, min(now + seconds, self._until))

    def _give_up(self, incoming: Incoming) -> None:
        topic = incoming.topic
        if incoming.former and not incoming.tried and (handlers := self._former.handlers(incoming)):
            self._throttled_log.warn(
                f"{handlers[0].topic_filter} gets, by their topic, messages of a subscription that this program lacks"
            )
            self._give(handlers, incoming)
            return
        if incoming.tried:
            next(iter(incoming.tried)).counts.unexpected += 1
            self._throttled_log.warn(f"no handler accepts the event type of a message on {topic}")
        else:
            self._stats.unclaimed += 1
            why = (
                "its subscription was closed"
                if self._retired.cover(topic)
                else ("the session has a subscription that this program does not make")
            )
            self._throttled_log.warn(f"no handler for {topic}: {why}")
        self._finish(incoming)
