"""The ``event`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, Subscription, lazy_exports

import circular_calls.event as _event

if TYPE_CHECKING:
    from circular_calls.event.models import Event_ as Event_
    from circular_calls.event.models import EventEvent as EventEvent
    from circular_calls.event.topics import EVENT_ as EVENT_
    from circular_calls.event.topics import EventParams as EventParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class EventTopics(MQTTClient):
    """Publish to and subscribe to the ``event`` topics; service clients take single methods from here."""

    async def publish_event_(self: MQTTClient, data: Event_, *, topic: str, correlation_id: str | None = None) -> str:
        """Publish ``event``. Something happened. ``event/{topic}``, QoS 1; to game."""
        return await self.publish(
            _event.EVENT_, data, params=_event.EventParams(topic=topic), correlation_id=correlation_id
        )

    async def on_event_(
        self: MQTTClient, handler: Handler[Event_, EventParams], *, topic: str | AnyValue = ANY, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``event``. Something happened. ``event/{topic}``, QoS 1; to game."""
        return await self.on(_event.EVENT_, handler, match={"topic": topic}, concurrency=concurrency)
