"""The descriptors of payloads. Made by topicwright from catalog/payloads.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("payloads", "payloads")
"""Every topic of the catalog, for code that works on all of them."""
