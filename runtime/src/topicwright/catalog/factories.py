"""Default values of models: message ids and the time."""

from __future__ import annotations

import os
import time
from typing import Final

IDS_AT_ONCE: Final = 64
"""How many ids one call of the system makes, since the call costs more than an id."""
message_ids: list[str] = []
"""Ids that are made already."""


def new_id() -> str:
    """Return a new message id: 32 lower-case hexadecimal digits."""
    try:
        return message_ids.pop()
    except IndexError:
        text = os.urandom(IDS_AT_ONCE * 16).hex()
        message_ids.extend(text[start : start + 32] for start in range(32, len(text), 32))
        return text[:32]


def now() -> float:
    """Return the current time in unix seconds."""
    return time.time()
