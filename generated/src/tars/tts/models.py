"""Payloads of the ``tts`` topics. Made by topicwright from schema/channels/tts.yaml; do not edit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from topicwright import Model, new_id, now


class TtsSay(Model):
    """A text to speak."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    text: str
    """What to say."""
    voice: str | None = None
    """Name of the voice; null for the configured one."""
    lang: str | None = None
    """Language of the text, as an ISO 639-1 code; null for the voice's own."""
    utt_id: str | None = None
    """Id of the utterance that this answers; comes back in the speech status."""
    style: str | None = None
    """Speaking style, where the voice has several."""
    stt_ts: float | None = None
    """When the answered transcript was made, in unix seconds, to measure the time to the first word."""
    wake_ack: bool | None = None
    """True for the short acknowledgement of the wake word."""
    system_announce: bool | None = None
    """True for an announcement of the system itself, such as "online"."""


class TtsStatus(Model):
    """A change of the speech output."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    event: Literal["speaking_start", "speaking_end", "paused", "resumed", "stopped"]
    """What happened."""
    text: str = ""
    """The text that is being spoken."""
    timestamp: float = Field(default_factory=now)
    """When it happened, in unix seconds."""
    utt_id: str | None = None
    """Id of the utterance, from the request to speak."""
    reason: str | None = None
    """Why speech was paused or stopped."""
    wake_ack: bool | None = None
    """True where the text is the acknowledgement of the wake word."""
    system_announce: bool | None = None
    """True where the text is an announcement of the system itself."""


class TtsControlCommand(Model):
    """A command to the speech output."""

    message_id: str = Field(default_factory=new_id)
    """Unique id of this message, 32 hexadecimal digits."""
    action: Literal["pause", "resume", "stop", "mute", "unmute"]
    """What to do."""
    reason: str | None = None
    """Why, for the log."""
    utt_id: str | None = None
    """Id of the utterance to act on; null for whatever is being said."""
    ts: float = Field(default_factory=now)
    """When the command was given, in unix seconds."""
