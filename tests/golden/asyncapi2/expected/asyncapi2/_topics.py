"""The descriptors of asyncapi2. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("asyncapi2", "greenhouse")
"""Every topic of the catalog, for code that works on all of them."""
