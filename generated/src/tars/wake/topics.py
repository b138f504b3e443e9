"""Topics of the ``wake`` domain. Made by topicwright from schema/channels/wake.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from tars.wake.models import WakeEvent, WakeMicCommand

WAKE_EVENT: Final[Topic[WakeEvent]] = Topic("wake/event", "wake.event", WakeEvent, wire="tars", expiry=30)
"""The wake word was heard, or a listening session has changed."""
WAKE_MIC: Final[Topic[WakeMicCommand]] = Topic(
    "wake/mic", "wake.mic", WakeMicCommand, wire="tars", expiry=30, former_types=("mic.control",)
)
"""Mute or unmute the microphone."""
