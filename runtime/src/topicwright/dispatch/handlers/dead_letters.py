"""Messages that cannot be handled: passed to ``on_invalid``, and published unchanged on dead-letter topics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from topicwright.config.settings import Settings
from topicwright.errors import InvalidMessage
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing, Properties

REASON_LENGTH = 1000
"""At most this many characters of an exception are in a dead letter."""

OnInvalid = Callable[[InvalidMessage], Awaitable[None]]


class DeadLetters:
    """Publishes received messages again, with their topic and the reason in user properties."""

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

    async def send_invalid(self, message: InvalidMessage) -> None:
        """Pass on a message whose payload does not match the catalog."""
        if self._on_invalid is not None:
            await self._on_invalid(message)
        topic = self._settings.dead_letter_topic
        if topic is not None:
            await self._send(topic, message.topic, message.payload, str(message.error))

    async def send_failed(self, incoming: Incoming, topic: str, error: BaseException) -> None:
        """Publish a message whose handler failed at its last attempt on ``topic``."""
        text = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
        await self._send(topic, incoming.topic, incoming.payload, text)

    async def _send(self, topic: str, origin: str, payload: bytes, reason: str) -> None:
        user = (("topic", origin), ("reason", reason), ("client", self._settings.client_id))
        properties = Properties(user=user) if self._version() == 5 else EMPTY
        await self._publish(Outgoing(topic=topic, payload=payload, qos=1, properties=properties))
