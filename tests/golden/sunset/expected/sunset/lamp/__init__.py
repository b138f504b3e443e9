"""The ``lamp`` domain. Made by topicwright from catalog/; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import ANY, AnyValue, Handler, MQTTClient, NoParams, Responder, Subscription, deprecated, lazy_exports

import sunset.lamp as _lamp

if TYPE_CHECKING:
    from sunset.lamp.models import LampAsk as LampAsk
    from sunset.lamp.models import LampFailedHeaders as LampFailedHeaders
    from sunset.lamp.models import LampSet as LampSet
    from sunset.lamp.models import LampState as LampState
    from sunset.lamp.topics import LAMP_ASK as LAMP_ASK
    from sunset.lamp.topics import LAMP_ASK_CALL as LAMP_ASK_CALL
    from sunset.lamp.topics import LAMP_FAILED as LAMP_FAILED
    from sunset.lamp.topics import LAMP_SET as LAMP_SET
    from sunset.lamp.topics import LAMP_STATE as LAMP_STATE
    from sunset.lamp.topics import LampSetParams as LampSetParams
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class LampTopics(MQTTClient):
    """Publish to and subscribe to the ``lamp`` topics; service clients take single methods from here."""

    @deprecated("lamp.set is deprecated; it goes away after 2027-06-30")
    async def publish_lamp_set(self: MQTTClient, data: LampSet, *, room: str, correlation_id: str | None = None) -> str:
        """Publish ``lamp.set``. LampSet. ``lamp/{room}/set``, QoS 1; to lamp-driver. Deprecated; it goes away after
        2027-06-30."""
        return await self.publish(
            _lamp.LAMP_SET, data, params=_lamp.LampSetParams(room=room), correlation_id=correlation_id
        )

    @deprecated("lamp.set is deprecated; it goes away after 2027-06-30")
    async def on_lamp_set(
        self: MQTTClient, handler: Handler[LampSet, LampSetParams], *, room: str | AnyValue = ANY, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``lamp.set``. LampSet. ``lamp/{room}/set``, QoS 1; to lamp-driver. Deprecated;
        it goes away after 2027-06-30."""
        return await self.on(_lamp.LAMP_SET, handler, match={"room": room}, concurrency=concurrency)

    async def publish_lamp_state(self: MQTTClient, data: LampState, *, correlation_id: str | None = None) -> str:
        """Publish ``lamp.state``. What the lamp does. ``lamp/state``, QoS 1; from lamp-driver."""
        return await self.publish(_lamp.LAMP_STATE, data, correlation_id=correlation_id)

    async def on_lamp_state(self: MQTTClient, handler: Handler[LampState], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``lamp.state``. What the lamp does. ``lamp/state``, QoS 1; from lamp-driver."""
        return await self.on(_lamp.LAMP_STATE, handler, concurrency=concurrency)

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
            headers=headers or _lamp.LampFailedHeaders(),
            correlation_id=correlation_id,
        )

    @deprecated("lamp.failed is deprecated")
    async def on_lamp_failed(
        self: MQTTClient, handler: Handler[LampState, NoParams, LampFailedHeaders], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``lamp.failed``. ``lamp/state``, QoS 1; from lamp-driver. Deprecated."""
        return await self.on(_lamp.LAMP_FAILED, handler, concurrency=concurrency)

    async def publish_lamp_ask(self: MQTTClient, data: LampAsk, *, correlation_id: str | None = None) -> str:
        """Publish ``lamp.ask``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.publish(_lamp.LAMP_ASK, data, correlation_id=correlation_id)

    @deprecated("lamp.ask is deprecated; it goes away after 2028-01-31")
    async def on_lamp_ask(self: MQTTClient, handler: Handler[LampAsk], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``lamp.ask``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.on(_lamp.LAMP_ASK, handler, concurrency=concurrency)

    async def request_lamp_ask(self: MQTTClient, data: LampAsk, *, timeout: float = 30.0) -> LampState:
        """Send ``lamp.ask`` and wait for ``lamp.state``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.request(_lamp.LAMP_ASK_CALL, data, timeout=timeout)

    @deprecated("lamp.ask is deprecated; it goes away after 2028-01-31")
    async def serve_lamp_ask(
        self: MQTTClient, responder: Responder[LampAsk, LampState], *, concurrency: int = 1
    ) -> Subscription:
        """Answer each ``lamp.ask`` with ``lamp.state``. LampAsk. ``lamp/ask``, QoS 1; to lamp-driver."""
        return await self.serve(_lamp.LAMP_ASK_CALL, responder, concurrency=concurrency)
