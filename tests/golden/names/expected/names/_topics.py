"""The descriptors of names. Made by topicwright from catalog/names.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("names", "class_", "names")
"""Every topic of the catalog, for code that works on all of them."""
