"""Topics of the ``event`` domain. Made by topicwright from catalog/game.yaml; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import Topic

from circular_calls.event.models import Event_


@dataclass(frozen=True, slots=True)
class EventParams:
    """Parameters of ``event/{topic}``."""

    topic: str
    """What it is about."""


EVENT_: Final[Topic[Event_, EventParams]] = Topic("event/{topic}", "event", Event_, params=EventParams)
"""Something happened."""
