"""Typed events of headers_and_bytes. Made by topicwright from catalog/camera.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from headers_and_bytes._client import HeadersAndBytesClient
    from headers_and_bytes._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "HeadersAndBytesClient"]
