"""Payloads of the ``wake`` topics. Made by topicwright from schema/channels/wake.yaml; do not edit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from topicwright import Model, new_id


class WakeEvent(Model):
    """A change of the listening session."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    type: Literal["wake", "interrupt", "timeout", "resume", "cancelled", "error"]
    """What happened."""
    tts_id: str | None = None
    """Id of the utterance that was being spoken, where the wake word interrupted it."""
    confidence: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """How sure the detector is, 0..1."""
    energy: Annotated[float, Field(ge=0.0)] | None = None
    """Loudness of the audio that the wake word was found in, as root mean square of the samples."""
    cause: str | None = None
    """Why, in a word, such as wake_phrase or silence."""
    ts: float | None = None
    """When it happened, in unix seconds."""


class WakeMicCommand(Model):
    """A command to the microphone."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    action: Literal["mute", "unmute"]
    """What to do."""
    reason: str = "wake"
    """Why, for the log."""
    ttl_ms: Annotated[int, Field(ge=0)] | None = None
    """After how many milliseconds the command undoes itself; null for never. Unit: ms."""
