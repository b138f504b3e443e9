"""Topics of the ``stt`` domain. Made by topicwright from schema/channels/stt.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from tars.stt.models import AudioFFTData, FinalTranscript, PartialTranscript

STT_FINAL: Final[Topic[FinalTranscript]] = Topic("stt/final", "stt.final", FinalTranscript, wire="tars")
"""An utterance is over, and this is what was said."""
STT_PARTIAL: Final[Topic[PartialTranscript]] = Topic(
    "stt/partial", "stt.partial", PartialTranscript, wire="tars", qos=0
)
"""What seems to be said so far."""
STT_AUDIO_FFT: Final[Topic[AudioFFTData]] = Topic("stt/audio_fft", "stt.audio_fft", AudioFFTData, qos=0)
"""The loudness of each frequency band right now."""
