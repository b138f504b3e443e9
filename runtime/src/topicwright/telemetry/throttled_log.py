"""Warnings that come again and again are logged at most once a minute."""

from __future__ import annotations

import logging
import time
from typing import Final

log = logging.getLogger("topicwright")

EVERY: Final = 60.0
"""Seconds between two warnings with the same text."""
MOST: Final = 1000
"""How many texts are remembered."""


class ThrottledLog:
    """Remembers what was said, and when."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def warn(self, text: str) -> None:
        """Log a warning, the same one at most once a minute."""
        now = time.monotonic()
        if now - self._said.get(text, -EVERY) >= EVERY:
            if len(self._said) >= MOST:
                self._said.clear()
            self._said[text] = now
            log.warning("%s", text)
