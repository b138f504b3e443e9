"""The descriptors of circular_calls. Made by topicwright from catalog/game.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("circular_calls", "event", "ping", "pong")
"""Every topic of the catalog, for code that works on all of them."""
