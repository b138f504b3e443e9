"""Values that a model fills in by itself: message ids and the time."""

from __future__ import annotations

import os
import time
from typing import Final


def new_id() -> str:
    """Return a new message id: 32 lower-case hexadecimal digits."""
    try:
        return message_ids.pop()
    except IndexError:
        text = os.urandom(AT_ONCE * 16).hex()
        message_ids.extend(text[start : start + 32] for start in range(32, len(text), 32))
        return text[:32]


AT_ONCE: Final = 64
"""For how many ids the system is asked at once, since asking costs more than an id."""
message_ids: list[str] = []


def now() -> float:
    """Return the current time in unix seconds."""
    return time.time()
