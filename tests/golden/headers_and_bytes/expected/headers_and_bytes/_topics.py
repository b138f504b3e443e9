"""The descriptors of headers_and_bytes. Made by topicwright from catalog/camera.yaml; do not edit."""

from typing import Any, Final

from topicwright import Topic, topics_of

TOPICS: Final[tuple[Topic[Any, Any, Any], ...]] = topics_of("headers_and_bytes", "camera")
"""Every topic of the catalog, for code that works on all of them."""
