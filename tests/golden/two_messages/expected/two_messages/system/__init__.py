"""The ``system`` domain. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import two_messages.system as _system

if TYPE_CHECKING:
    from two_messages.system.models import Report as Report
    from two_messages.system.topics import EVENING_REPORT as EVENING_REPORT
    from two_messages.system.topics import MORNING_REPORT as MORNING_REPORT
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class SystemTopics(MQTTClient):
    """Publish to and subscribe to the ``system`` topics; service clients take single methods from here."""

    async def publish_morning_report(self: MQTTClient, data: Report, *, correlation_id: str | None = None) -> str:
        """Publish ``report``. How the day was. ``system/report/morning``, QoS 1."""
        return await self.publish(_system.MORNING_REPORT, data, correlation_id=correlation_id)

    async def on_morning_report(self: MQTTClient, handler: Handler[Report], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``report``. How the day was. ``system/report/morning``, QoS 1."""
        return await self.on(_system.MORNING_REPORT, handler, concurrency=concurrency)

    async def publish_evening_report(self: MQTTClient, data: Report, *, correlation_id: str | None = None) -> str:
        """Publish ``report``. How the day was. ``system/report/evening``, QoS 1."""
        return await self.publish(_system.EVENING_REPORT, data, correlation_id=correlation_id)

    async def on_evening_report(self: MQTTClient, handler: Handler[Report], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``report``. How the day was. ``system/report/evening``, QoS 1."""
        return await self.on(_system.EVENING_REPORT, handler, concurrency=concurrency)
