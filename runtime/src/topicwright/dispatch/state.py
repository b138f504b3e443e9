"""How a dispatcher treats messages."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """How the dispatcher treats messages."""

    STOPPED = auto()
    RUNNING = auto()
    DRAINING = auto()
    """Handlers finish their queues; of the new messages only replies are delivered: handlers may wait for them."""
