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


LAMP_SET: Final[Topic[LampSet, LampSetParams]] = Topic(
    address="lamp/{room}/set", event_type="lamp.set", model=LampSet, params=LampSetParams
)
"""LampSet."""
LAMP_STATE: Final[Topic[LampState]] = Topic(address="lamp/state", event_type="lamp.state", model=LampState)
"""What the lamp does."""
LAMP_FAILED: Final[Topic[LampState, NoParams, LampFailedHeaders]] = Topic(
    address="lamp/state", event_type="lamp.failed", model=LampState, headers=LampFailedHeaders
)
LAMP_ASK: Final[Topic[LampAsk]] = Topic(address="lamp/ask", event_type="lamp.ask", model=LampAsk)
"""LampAsk."""
LAMP_ASK_CALL: Final[Call[LampAsk, LampState]] = Call(request=LAMP_ASK, replies=(LAMP_STATE,))
