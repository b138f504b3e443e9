"""The client of lamp-driver. Made by topicwright from catalog/services/lamp-driver.yaml; do not edit."""

from topicwright import ANY, AnyValue, Handler, MQTTClient, NoParams, Responder, Subscription, deprecated

import sunset.lamp as _lamp
from sunset import lamp
from sunset.lamp.models import LampAsk, LampFailedHeaders, LampSet, LampState


class LampDriver(MQTTClient):
    """Lamp driver."""

    publish_lamp_state = lamp.LampTopics.publish_lamp_state

    @deprecated("lamp.failed is deprecated")
    async def publish_lamp_failed(
        self: MQTTClient,
        data: LampState,
        *,
        headers: LampFailedHeaders | None = None,
        correlation_id: str | None = None,
    ) -> str:
        """Publish ``lamp.failed``. ``lamp/state``, QoS 1; from lamp-driver. Deprecated."""
        return await self.publish(
            _lamp.LAMP_FAILED,
            data,
            params=NoParams(),
            headers=headers or LampFailedHeaders(),
            correlation_id=correlation_id,
        )

    @deprecated("lamp.set is deprecated; it goes away after 2027-06-30")
    async def on_lamp_set(
        self: MQTTClient,
        handler: Handler[LampSet, _lamp.LampSetParams],
        *,
        room: str | AnyValue = ANY,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for each ``lamp.set``. LampSet. ``lamp/{room}/set``, QoS 1; to lamp-driver. Deprecated;
        it goes away after 2027-06-30."""
        return await self.on(_lamp.LAMP_SET, handler, match={"room": room}, concurrency=concurrency)

    @deprecated("lamp.ask is deprecated; it goes away after 2028-01-31")
    async def on_lamp_ask(self: MQTTClient, handler: Handler[LampAsk], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``lamp.ask``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.on(_lamp.LAMP_ASK, handler, concurrency=concurrency)

    @deprecated("lamp.ask is deprecated; it goes away after 2028-01-31")
    async def serve_lamp_ask(
        self: MQTTClient, responder: Responder[LampAsk, LampState], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``lamp.ask`` with ``lamp.state``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.serve(_lamp.LAMP_ASK_CALL, responder, concurrency=concurrency)
