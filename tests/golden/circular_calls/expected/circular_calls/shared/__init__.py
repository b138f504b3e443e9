"""The ``shared`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import MQTTClient, Responder, Subscription, lazy_exports

import circular_calls.shared as _shared

if TYPE_CHECKING:
    from circular_calls.ping.models import Ping as Ping
    from circular_calls.pong.models import Pong as Pong
    from circular_calls.shared.topics import PING_CALL as PING_CALL
    from circular_calls.shared.topics import PONG_CALL as PONG_CALL
else:
    __getattr__, __dir__ = lazy_exports(__name__, "topics")


class SharedTopics(MQTTClient):
    """Publish to and subscribe to the ``shared`` topics; service clients take single methods from here."""

    async def request_ping(self: MQTTClient, data: Ping, *, timeout: float = 30.0) -> Pong:
        """Send ``ping`` and wait for ``pong``. Ping asks. ``ping/ask``, QoS 1; from game to game."""
        return await self.request(_shared.PING_CALL, data, timeout=timeout)

    async def serve_ping(self: MQTTClient, responder: Responder[Ping, Pong], *, concurrency: int = 1) -> Subscription:
        """Answer each ``ping`` with ``pong``. Ping asks. ``ping/ask``, QoS 1; from game to game."""
        return await self.serve(_shared.PING_CALL, responder, concurrency=concurrency)

    async def request_pong(self: MQTTClient, data: Pong, *, timeout: float = 30.0) -> Ping:
        """Send ``pong`` and wait for ``ping``. Pong asks. ``pong/ask``, QoS 1; from game to game."""
        return await self.request(_shared.PONG_CALL, data, timeout=timeout)

    async def serve_pong(self: MQTTClient, responder: Responder[Pong, Ping], *, concurrency: int = 1) -> Subscription:
        """Answer each ``pong`` with ``ping``. Pong asks. ``pong/ask``, QoS 1; from game to game."""
        return await self.serve(_shared.PONG_CALL, responder, concurrency=concurrency)
