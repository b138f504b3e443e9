"""The session's subscriptions: wanted, granted by the broker, and to be removed."""

from __future__ import annotations

import logging

from topicwright.errors import SubscribeRejectedError
from topicwright.mqtt.reason_codes import FAILURE
from topicwright.mqtt.topic_filters import subscription_identifier
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")


class Subscriptions:
    """Topic filters over more than one connection: each is subscribed again on a connection that lacks it."""

    def __init__(self) -> None:
        self._wanted: dict[str, int] = {}
        self._granted: set[str] = set()
        self._unwanted: set[str] = set()

    def want(self, topic_filter: str, qos: int) -> None:
        """Subscribe to ``topic_filter`` on each new connection that lacks it."""
        self._wanted[topic_filter] = max(qos, self._wanted.get(topic_filter, 0))
        self._unwanted.discard(topic_filter)

    def unwant(self, topic_filter: str) -> None:
        """Unsubscribe from ``topic_filter`` on the next connection, unless ``end`` does it before."""
        self._wanted.pop(topic_filter, None)
        self._granted.discard(topic_filter)
        self._unwanted.add(topic_filter)

    async def make(self, connection: Connection, topic_filter: str) -> None:
        """Subscribe, and wait until the broker has granted it.

        Raises:
            SubscribeRejectedError: the broker refused.
        """
        qos = self._wanted[topic_filter]
        code = await connection.subscribe(topic_filter, qos, subscription_identifier(topic_filter))
        if code >= FAILURE:
            self._wanted.pop(topic_filter, None)
            raise SubscribeRejectedError(topic_filter, code)
        self._granted.add(topic_filter)

    async def end(self, connection: Connection, topic_filter: str) -> None:
        """Unsubscribe, and wait for the broker's answer."""
        await connection.unsubscribe(topic_filter)
        self._unwanted.discard(topic_filter)

    async def restore(self, connection: Connection) -> None:
        """Make the subscriptions that a new connection lacks, and end those that are no longer wanted."""
        if not connection.session_present:
            self._granted.clear()
            self._unwanted.clear()
        for topic_filter in list(self._unwanted):
            # Only once: not every broker answers for a subscription that it does not have.
            self._unwanted.discard(topic_filter)
            await connection.unsubscribe(topic_filter)
        for topic_filter in [name for name in self._wanted if name not in self._granted]:
            try:
                await self.make(connection, topic_filter)
            except SubscribeRejectedError as error:
                log.error("%s", error)
