"""The descriptors of request_reply. Made by topicwright from catalog/; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("request_reply", "character", "memory")
"""Every topic of the catalog, for code that works on all of them."""
