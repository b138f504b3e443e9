"""The descriptors of minimal. Made by topicwright from catalog/weather.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("minimal", "weather")
"""Every topic of the catalog, for code that works on all of them."""
