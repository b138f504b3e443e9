"""When the robot starts and stops listening. Made by topicwright from schema/channels/wake.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import tars.wake as _wake

if TYPE_CHECKING:
    from tars.wake.models import WakeEvent as WakeEvent
    from tars.wake.models import WakeMicCommand as WakeMicCommand
    from tars.wake.topics import WAKE_EVENT as WAKE_EVENT
    from tars.wake.topics import WAKE_MIC as WAKE_MIC
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class WakeTopics(MQTTClient):
    """Publish to and subscribe to the ``wake`` topics; service clients take single methods from here."""

    async def publish_wake_event(self: MQTTClient, data: WakeEvent, *, correlation_id: str | None = None) -> str:
        """Publish ``wake.event``. The wake word was heard, or a listening session has changed. ``wake/event``, QoS
        1, expires after 30 s; from wake-activation to router, stt-worker, ui-eink-display."""
        return await self.publish(_wake.WAKE_EVENT, data, correlation_id=correlation_id)

    async def on_wake_event(self: MQTTClient, handler: Handler[WakeEvent], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``wake.event``. The wake word was heard, or a listening session has changed.
        ``wake/event``, QoS 1, expires after 30 s; from wake-activation to router, stt-worker, ui-eink-display."""
        return await self.on(_wake.WAKE_EVENT, handler, concurrency=concurrency)

    async def publish_wake_mic(self: MQTTClient, data: WakeMicCommand, *, correlation_id: str | None = None) -> str:
        """Publish ``wake.mic``. Mute or unmute the microphone. ``wake/mic``, QoS 1, expires after 30 s; from
        wake-activation to stt-worker."""
        return await self.publish(_wake.WAKE_MIC, data, correlation_id=correlation_id)

    async def on_wake_mic(self: MQTTClient, handler: Handler[WakeMicCommand], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``wake.mic``. Mute or unmute the microphone. ``wake/mic``, QoS 1, expires after
        30 s; from wake-activation to stt-worker."""
        return await self.on(_wake.WAKE_MIC, handler, concurrency=concurrency)
