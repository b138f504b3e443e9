"""Topics of the ``stt`` domain. Made by topicwright from schema/channels/stt.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from tars.stt.models import AudioFFTData, FinalTranscript, PartialTranscript

STT_FINAL: Final[Topic[FinalTranscript]] = Topic(
    address="stt/final", event_type="stt.final", model=FinalTranscript, wire="tars"
)
"""An utterance is over, and this is what was said."""
STT_PARTIAL: Final[Topic[PartialTranscript]] = Topic(
    address="stt/partial", event_type="stt.partial", model=PartialTranscript, wire="tars", qos=0
)
"""What seems to be said so far."""
STT_AUDIO_FFT: Final[Topic[AudioFFTData]] = Topic(
    address="stt/audio_fft", event_type="stt.audio_fft", model=AudioFFTData, qos=0
)
"""The loudness of each frequency band right now."""
