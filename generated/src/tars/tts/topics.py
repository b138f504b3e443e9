"""Topics of the ``tts`` domain. Made by topicwright from schema/channels/tts.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from tars.tts.models import TtsControlCommand, TtsSay, TtsStatus

TTS_SAY: Final[Topic[TtsSay]] = Topic(address="tts/say", event_type="tts.say", model=TtsSay, wire="tars", expiry=120)
"""Speak this text."""
TTS_STATUS: Final[Topic[TtsStatus]] = Topic(
    address="tts/status", event_type="tts.status", model=TtsStatus, wire="tars", expiry=120
)
"""Speech has started, ended, paused, resumed or been stopped."""
TTS_CONTROL: Final[Topic[TtsControlCommand]] = Topic(
    address="tts/control", event_type="tts.control", model=TtsControlCommand, wire="tars", expiry=30
)
"""Pause, resume, stop, mute or unmute."""
