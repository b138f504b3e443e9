"""Topics of the ``system`` domain. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from two_messages.system.models import Report

MORNING_REPORT: Final[Topic[Report]] = Topic(
    address="system/report/morning", event_type="report", model=Report, wire="cloudevents"
)
"""How the day was."""
EVENING_REPORT: Final[Topic[Report]] = Topic(address="system/report/evening", event_type="report", model=Report)
"""How the day was."""
