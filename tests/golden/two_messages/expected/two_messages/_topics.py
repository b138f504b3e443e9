"""The descriptors of two_messages. Made by topicwright from catalog/character.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("two_messages", "character", "system")
"""Every topic of the catalog, for code that works on all of them."""
