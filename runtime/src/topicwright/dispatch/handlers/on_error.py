"""Error policies of handlers: ``ignore``, ``retry``, ``dead_letter``."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from topicwright.mqtt.topic_filters import check_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class OnError:
    """How often a handler is tried with one message, and where the message goes after the last failure."""

    retries: int = 0
    """Further attempts after the first."""
    backoff: float = 0.5
    """Seconds before the first further attempt; each wait is twice the one before, with jitter."""
    max_backoff: float = 30.0
    topic: str | None = None
    """Where the message is published when all attempts have failed; None to log the failure only."""

    def __post_init__(self) -> None:
        if self.retries < 0 or self.backoff < 0 or self.max_backoff < 0:
            raise ValueError("retries and backoff must not be negative")
        if self.topic is not None:
            check_topic(self.topic)

    def delay(self, attempt: int) -> float:
        """Return the seconds to wait before further attempt number ``attempt``, the first is 1."""
        longest: float = self.backoff * 2.0 ** (attempt - 1)
        return min(longest, self.max_backoff) * random.uniform(0.5, 1.0)


IGNORE: Final = OnError()


def ignore() -> OnError:
    """Log and count the failure, and continue with the next message: the default."""
    return IGNORE


def retry(attempts: int, backoff: float = 0.5, *, then: OnError = IGNORE) -> OnError:
    """Call the handler again, up to ``attempts`` more times; ``then`` is ``ignore()`` or ``dead_letter(...)``.

    Later messages wait until then, so that their order is kept.
    """
    return OnError(retries=attempts, backoff=backoff, topic=then.topic)


def dead_letter(topic: str) -> OnError:
    """Publish the message unchanged on ``topic``, with the reason in user properties, and continue."""
    return OnError(topic=topic)
