"""The ``ping`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import circular_calls.ping as _ping

if TYPE_CHECKING:
    from circular_calls.ping.models import Ping as Ping
    from circular_calls.ping.topics import PING as PING
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class PingTopics(MQTTClient):
    """Publish to and subscribe to the ``ping`` topics; service clients take single methods from here."""

    async def publish_ping(self: MQTTClient, data: Ping, *, correlation_id: str | None = None) -> str:
        """Publish ``ping``. Ping asks. ``ping/ask``, QoS 1; from game to game."""
        return await self.publish(_ping.PING, data, correlation_id=correlation_id)

    async def on_ping(self: MQTTClient, handler: Handler[Ping], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``ping``. Ping asks. ``ping/ask``, QoS 1; from game to game."""
        return await self.on(_ping.PING, handler, concurrency=concurrency)
