"""The descriptors of sunset. Made by topicwright from catalog/; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("sunset", "lamp")
"""Every topic of the catalog, for code that works on all of them."""
