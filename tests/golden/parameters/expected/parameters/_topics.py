"""The descriptors of parameters. Made by topicwright from catalog/devices.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("parameters", "plant")
"""Every topic of the catalog, for code that works on all of them."""
