"""Messages that cannot be handled: passed to ``on_invalid``, and published unchanged on dead-letter topics."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from topicwright.config.settings import Settings
from topicwright.errors import DecodeError, InvalidMessage, PayloadTooLargeError, TopicwrightError
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing, Properties
from topicwright.mqtt.printable import printable

log = logging.getLogger("topicwright")

LONGEST_REASON: Final = 1000
"""At most this many bytes of the text of an exception are in a dead letter."""
MOST_HOPS: Final = 10
"""A message that was a dead letter this many times is not published again."""

OnInvalid = Callable[[InvalidMessage], Awaitable[None]]


class DeadLetters:
    """Publishes received messages again, with their topic and the reason in user properties.

    A message is published at most once on each dead-letter topic. Without that, a client that subscribes to its own
    dead letters, or two that subscribe to each other's, would publish one message again and again.
    """

    def __init__(
        self,
        settings: Settings,
        on_invalid: OnInvalid | None,
        send: Callable[[Outgoing], Awaitable[object]],
        version: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._on_invalid = on_invalid
        self._publish = send
        self._version = version
        self._used: set[str] = set()
        """The dead-letter topics of this client that had a letter."""

    async def send_invalid(self, incoming: Incoming, error: DecodeError) -> None:
        """Pass on a message whose payload does not match the catalog."""
        if self._on_invalid is not None:
            try:
                await self._on_invalid(InvalidMessage(incoming.topic, incoming.payload, error))
            except Exception:  # the letter is sent all the same
                log.exception("on_invalid failed for a message of %s", incoming.topic)
        topic = self._settings.dead_letter_topic
        if topic is not None:
            await self._send(topic, incoming, str(error))

    async def send_failed(self, incoming: Incoming, topic: str, error: BaseException) -> bool:
        """Publish a message whose handler failed at its last attempt on ``topic``; return whether that was done."""
        return await self._send(topic, incoming, f"{type(error).__name__}: {error}")

    async def send_unsent(self, message: Outgoing, error: TopicwrightError) -> None:
        """Publish a message that this client could not publish, and whose publisher has gone."""
        topic = self._settings.dead_letter_topic
        if topic is not None:
            unsent = Incoming(message.topic, message.payload)
            unsent.properties = message.properties
            await self._send(topic, unsent, str(error))

    async def _send(self, topic: str, incoming: Incoming, reason: str) -> bool:
        trail = self._trail(incoming)
        if topic in trail or len(trail) > MOST_HOPS or (incoming.topic in self._used and self._version() != 5):
            log.warning("a message of %s is a dead letter already: not published on %s again", incoming.topic, topic)
            return False
        self._used.add(topic)
        # The newest pair of a name is the last: readers that want one pair take that.
        earlier = tuple(("topic", name) for name in trail if name != incoming.topic)
        reason, client_id = printable(reason, LONGEST_REASON), self._settings.client_id
        user = (*earlier, ("topic", incoming.topic), ("reason", reason), ("client", client_id))
        letter = Outgoing(topic=topic, payload=incoming.payload, qos=1, properties=Properties(user=user))
        if self._version() != 5:
            letter.properties = EMPTY
        try:
            await self._publish(letter)
        except PayloadTooLargeError:
            if letter.properties is EMPTY:
                raise
            await self._publish(Outgoing(topic=topic, payload=incoming.payload, qos=1))  # as it came, it may fit
        return True

    def _trail(self, incoming: Incoming) -> list[str]:
        """Return the topics that a message was published on, the last one at the end."""
        user = incoming.properties.user
        is_letter = {"topic", "reason", "client"} <= {name for name, _ in user}
        return [*(value for name, value in user if name == "topic" and is_letter), incoming.topic]
