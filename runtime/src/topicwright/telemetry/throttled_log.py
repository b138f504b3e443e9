"""Rate-limited warnings: the same text at most once a minute."""

from __future__ import annotations

import logging
import time
from typing import Final

from topicwright.mqtt.printable import printable

log = logging.getLogger("topicwright")

INTERVAL: Final = 60.0
"""Seconds between two warnings with the same text."""
MAX_TEXTS: Final = 1000
"""At most this many texts are remembered."""
LONGEST_TEXT: Final = 500
"""At most this many bytes each of them has: most name a topic."""


class ThrottledLog:
    """Logs warnings, and remembers the time of each text."""

    def __init__(self) -> None:
        self._logged_at: dict[str, float] = {}

    def warn(self, text: str) -> None:
        """Log a warning, unless the same text was logged within the last minute."""
        text = printable(text, LONGEST_TEXT)
        now = time.monotonic()
        if now - self._logged_at.get(text, -INTERVAL) >= INTERVAL:
            if len(self._logged_at) >= MAX_TEXTS:
                self._logged_at.clear()
            self._logged_at[text] = now
            log.warning("%s", text)
