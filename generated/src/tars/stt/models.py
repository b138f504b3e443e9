"""Payloads of the ``stt`` topics. Made by topicwright from schema/channels/stt.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from topicwright import Model, new_id, now


class FinalTranscript(Model):
    """The text of a finished utterance."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    text: str
    """What was said."""
    lang: str = "en"
    """Language of the text, as an ISO 639-1 code."""
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """How sure the recogniser is, 0..1; null where the backend does not say."""
    utt_id: str | None = None
    """Id of the utterance, shared with its partial transcripts."""
    ts: float = Field(default_factory=now)
    """When the transcript was made, in unix seconds."""
    is_final: bool = True
    """Tells a final transcript from a partial one where both go to one handler."""


class PartialTranscript(Model):
    """The text of an utterance that is not over yet."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    text: str
    """What seems to be said so far."""
    lang: str = "en"
    """Language of the text, as an ISO 639-1 code."""
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """How sure the recogniser is, 0..1; null where the backend does not say."""
    utt_id: str | None = None
    """Id of the utterance, shared with its final transcript."""
    ts: float = Field(default_factory=now)
    """When the guess was made, in unix seconds."""
    is_final: bool = False
    """Tells a partial transcript from a final one where both go to one handler."""


class AudioFFTData(Model):
    """One spectrum of the microphone signal."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    fft_data: list[float]
    """Loudness of each frequency band from low to high, 0..1; 64 bands by default."""
    sample_rate: Annotated[int, Field(ge=1)]
    """Sample rate of the audio behind the spectrum, in Hz."""
    ts: float = Field(default_factory=now)
    """When the audio was taken, in unix seconds."""
