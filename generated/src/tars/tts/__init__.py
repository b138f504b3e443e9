"""What the robot says, how far it has come, and how to interrupt it. Made by topicwright from
schema/channels/tts.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import tars.tts as _tts

if TYPE_CHECKING:
    from tars.tts.models import TtsControlCommand as TtsControlCommand
    from tars.tts.models import TtsSay as TtsSay
    from tars.tts.models import TtsStatus as TtsStatus
    from tars.tts.topics import TTS_CONTROL as TTS_CONTROL
    from tars.tts.topics import TTS_SAY as TTS_SAY
    from tars.tts.topics import TTS_STATUS as TTS_STATUS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class TtsTopics(MQTTClient):
    """Publish to and subscribe to the ``tts`` topics; service clients take single methods from here."""

    async def publish_tts_say(self: MQTTClient, data: TtsSay, *, correlation_id: str | None = None) -> str:
        """Publish ``tts.say``. Speak this text. ``tts/say``, QoS 1, expires after 120 s; from llm-worker, router to
        memory-worker, stt-worker, tts-worker, ui-web."""
        return await self.publish(_tts.TTS_SAY, data, correlation_id=correlation_id)

    async def on_tts_say(self: MQTTClient, handler: Handler[TtsSay], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``tts.say``. Speak this text. ``tts/say``, QoS 1, expires after 120 s; from
        llm-worker, router to memory-worker, stt-worker, tts-worker, ui-web."""
        return await self.on(_tts.TTS_SAY, handler, concurrency=concurrency)

    async def publish_tts_status(self: MQTTClient, data: TtsStatus, *, correlation_id: str | None = None) -> str:
        """Publish ``tts.status``. Speech has started, ended, paused, resumed or been stopped. ``tts/status``, QoS 1,
        expires after 120 s; from tts-worker to router, stt-worker, ui, ui-web, wake-activation."""
        return await self.publish(_tts.TTS_STATUS, data, correlation_id=correlation_id)

    async def on_tts_status(self: MQTTClient, handler: Handler[TtsStatus], *, concurrency: int = 1) -> Subscription:
        """Call ``handler`` for each ``tts.status``. Speech has started, ended, paused, resumed or been stopped.
        ``tts/status``, QoS 1, expires after 120 s; from tts-worker to router, stt-worker, ui, ui-web,
        wake-activation."""
        return await self.on(_tts.TTS_STATUS, handler, concurrency=concurrency)

    async def publish_tts_control(
        self: MQTTClient, data: TtsControlCommand, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``tts.control``. Pause, resume, stop, mute or unmute. ``tts/control``, QoS 1, expires after 30 s;
        from wake-activation to tts-worker."""
        return await self.publish(_tts.TTS_CONTROL, data, correlation_id=correlation_id)

    async def on_tts_control(
        self: MQTTClient, handler: Handler[TtsControlCommand], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``tts.control``. Pause, resume, stop, mute or unmute. ``tts/control``, QoS 1,
        expires after 30 s; from wake-activation to tts-worker."""
        return await self.on(_tts.TTS_CONTROL, handler, concurrency=concurrency)
