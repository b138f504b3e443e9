"""The descriptors of TARS. Made by topicwright from schema/; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of(
    "tars", "camera", "character", "config", "health", "llm", "memory", "movement", "stt", "tts", "wake"
)
"""Every topic of the catalog, for code that works on all of them."""
