"""The descriptors of hostile_texts. Made by topicwright from catalog/hostile.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("hostile_texts", "bad")
"""Every topic of the catalog, for code that works on all of them."""
