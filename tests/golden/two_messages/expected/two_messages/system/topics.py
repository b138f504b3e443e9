"""Topics of the ``system`` domain. Made by topicwright from catalog/character.yaml; do not edit."""

from __future__ import annotations

from typing import Final

from topicwright import Topic

from two_messages.system.models import Report

MORNING_REPORT: Final[Topic[Report]] = Topic("system/report/morning", "report", Report, wire="cloudevents")
"""How the day was."""
EVENING_REPORT: Final[Topic[Report]] = Topic("system/report/evening", "report", Report)
"""How the day was."""
