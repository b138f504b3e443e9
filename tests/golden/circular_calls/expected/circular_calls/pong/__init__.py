"""The ``pong`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import circular_calls.pong as _pong

if TYPE_CHECKING:
    from circular_calls.pong.models import Pong as Pong
    from circular_calls.pong.topics import PONG as PONG
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class PongTopics(MQTTClient):
    """Publish to and subscribe to the ``pong`` topics; service clients take single methods from here."""

    async def publish_pong(self: MQTTClient, data: Pong, *, correlation_id: str | None = None) -> str:
        """Publish ``pong``. Pong asks. ``pong/ask``, QoS 1; from game to game."""
        return await self.publish(_pong.PONG, data, correlation_id=correlation_id)

    async def on_pong(self: MQTTClient, handler: Handler[Pong], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``pong``. Pong asks. ``pong/ask``, QoS 1; from game to game."""
        return await self.on(_pong.PONG, handler, concurrency=concurrency)
