"""Topics of the ``tts`` domain. Made by topicwright from schema/channels/tts.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from tars.tts.models import TtsControlCommand, TtsSay, TtsStatus

TTS_SAY: Final[Topic[TtsSay]] = Topic("tts/say", "tts.say", TtsSay, wire="tars", expiry=120)
"""Speak this text."""
TTS_STATUS: Final[Topic[TtsStatus]] = Topic("tts/status", "tts.status", TtsStatus, wire="tars", expiry=120)
"""Speech has started, ended, paused, resumed or been stopped."""
TTS_CONTROL: Final[Topic[TtsControlCommand]] = Topic(
    "tts/control", "tts.control", TtsControlCommand, wire="tars", expiry=30
)
"""Pause, resume, stop, mute or unmute."""
