"""The ``names`` domain. Made by topicwright from catalog/names.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import names.names as _names

if TYPE_CHECKING:
    from names.names.models import Event_ as Event_
    from names.names.models import Health as Health
    from names.names.models import Type2faCode as Type2faCode
    from names.names.models import Type2faCode2 as Type2faCode2
    from names.names.topics import HEALTH_ as HEALTH_
    from names.names.topics import SVC0001_EVENT as SVC0001_EVENT
    from names.names.topics import SVC0002_EVENT as SVC0002_EVENT
    from names.names.topics import TOPIC_2FA_CODE as TOPIC_2FA_CODE
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class NamesTopics(MQTTClient):
    """Publish to and subscribe to the ``names`` topics; service clients take single methods from here."""

    async def publish_svc0001_event(self: MQTTClient, data: Event_, *, correlation_id: str | None = None) -> str:
        """Publish ``Svc0001Event``. Named like a class of the runtime. ``names/0001``, QoS 1."""
        return await self.publish(_names.SVC0001_EVENT, data, correlation_id=correlation_id)

    async def on_svc0001_event(self: MQTTClient, handler: Handler[Event_], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``Svc0001Event``. Named like a class of the runtime. ``names/0001``, QoS 1."""
        return await self.on(_names.SVC0001_EVENT, handler, concurrency=concurrency)

    async def publish_svc0002_event(self: MQTTClient, data: Type2faCode, *, correlation_id: str | None = None) -> str:
        """Publish ``Svc0002Event``. ``names/0002``, QoS 1."""
        return await self.publish(_names.SVC0002_EVENT, data, correlation_id=correlation_id)

    async def on_svc0002_event(
        self: MQTTClient, handler: Handler[Type2faCode], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``Svc0002Event``. ``names/0002``, QoS 1."""
        return await self.on(_names.SVC0002_EVENT, handler, concurrency=concurrency)

    async def publish_2fa_code(self: MQTTClient, data: Type2faCode2, *, correlation_id: str | None = None) -> str:
        """Publish ``2fa.code``. ``names/digits``, QoS 1."""
        return await self.publish(_names.TOPIC_2FA_CODE, data, correlation_id=correlation_id)

    async def on_2fa_code(self: MQTTClient, handler: Handler[Type2faCode2], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``2fa.code``. ``names/digits``, QoS 1."""
        return await self.on(_names.TOPIC_2FA_CODE, handler, concurrency=concurrency)

    async def publish_health_(self: MQTTClient, data: Health, *, correlation_id: str | None = None) -> str:
        """Publish ``health``. ``names/health``, QoS 1."""
        return await self.publish(_names.HEALTH_, data, correlation_id=correlation_id)

    async def on_health_(self: MQTTClient, handler: Handler[Health], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``health``. ``names/health``, QoS 1."""
        return await self.on(_names.HEALTH_, handler, concurrency=concurrency)
