"""What the robot hears, as text while someone speaks and when the utterance is over. Made by topicwright from
schema/channels/stt.yaml; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topicwright import Handler, MQTTClient, Subscription, lazy_exports

import tars.stt as _stt

if TYPE_CHECKING:
    from tars.stt.models import AudioFFTData as AudioFFTData
    from tars.stt.models import FinalTranscript as FinalTranscript
    from tars.stt.models import PartialTranscript as PartialTranscript
    from tars.stt.topics import STT_AUDIO_FFT as STT_AUDIO_FFT
    from tars.stt.topics import STT_FINAL as STT_FINAL
    from tars.stt.topics import STT_PARTIAL as STT_PARTIAL
else:
    __getattr__, __dir__ = lazy_exports(__name__, "models", "topics")


class SttTopics(MQTTClient):
    """Publish to and subscribe to the ``stt`` topics; service clients take single methods from here."""

    async def publish_stt_final(self: MQTTClient, data: FinalTranscript, *, correlation_id: str | None = None) -> str:
        """Publish ``stt.final``. An utterance is over, and this is what was said. ``stt/final``, QoS 1; from
        stt-worker to memory-worker, router, ui, ui-eink-display, ui-web, wake-activation."""
        return await self.publish(_stt.STT_FINAL, data, correlation_id=correlation_id)

    async def on_stt_final(
        self: MQTTClient, handler: Handler[FinalTranscript], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``stt.final``. An utterance is over, and this is what was said. ``stt/final``,
        QoS 1; from stt-worker to memory-worker, router, ui, ui-eink-display, ui-web, wake-activation."""
        return await self.on(_stt.STT_FINAL, handler, concurrency=concurrency)

    async def publish_stt_partial(
        self: MQTTClient, data: PartialTranscript, *, correlation_id: str | None = None
    ) -> str:
        """Publish ``stt.partial``. What seems to be said so far. ``stt/partial``, QoS 0; from stt-worker to ui,
        ui-web."""
        return await self.publish(_stt.STT_PARTIAL, data, correlation_id=correlation_id)

    async def on_stt_partial(
        self: MQTTClient, handler: Handler[PartialTranscript], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``stt.partial``. What seems to be said so far. ``stt/partial``, QoS 0; from
        stt-worker to ui, ui-web."""
        return await self.on(_stt.STT_PARTIAL, handler, concurrency=concurrency)

    async def publish_stt_audio_fft(self: MQTTClient, data: AudioFFTData, *, correlation_id: str | None = None) -> str:
        """Publish ``stt.audio_fft``. The loudness of each frequency band right now. ``stt/audio_fft``, QoS 0; from
        stt-worker to ui, ui-web."""
        return await self.publish(_stt.STT_AUDIO_FFT, data, correlation_id=correlation_id)

    async def on_stt_audio_fft(
        self: MQTTClient, handler: Handler[AudioFFTData], *, concurrency: int = 1
    ) -> Subscription:
        """Call ``handler`` for each ``stt.audio_fft``. The loudness of each frequency band right now.
        ``stt/audio_fft``, QoS 0; from stt-worker to ui, ui-web."""
        return await self.on(_stt.STT_AUDIO_FFT, handler, concurrency=concurrency)
