"""Topics of the ``lamp`` domain. Made by topicwright from catalog/; do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from topicwright import Call, NoParams, Topic

from sunset.lamp.models import LampAsk, LampFailedHeaders, LampSet, LampState


@dataclass(frozen=True, slots=True)
class LampSetParams:
    """Parameters of ``lamp/{room}/set``."""

    room: str
    """Where the lamp is."""


LAMP_SET: Final[Topic[LampSet, LampSetParams]] = Topic("lamp/{room}/set", "lamp.set", LampSet, params=LampSetParams)
"""LampSet."""
LAMP_STATE: Final[Topic[LampState]] = Topic("lamp/state", "lamp.state", LampState)
"""What the lamp does."""
LAMP_FAILED: Final[Topic[LampState, NoParams, LampFailedHeaders]] = Topic(
    "lamp/state", "lamp.failed", LampState, headers=LampFailedHeaders
)
LAMP_ASK: Final[Topic[LampAsk]] = Topic("lamp/ask", "lamp.ask", LampAsk)
"""LampAsk."""
LAMP_ASK_CALL: Final[Call[LampAsk, LampState]] = Call(LAMP_ASK, (LAMP_STATE,))
