"""Typed events of hostile_texts. Made by topicwright from catalog/hostile.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from hostile_texts._client import HostileTextsClient
    from hostile_texts._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "HostileTextsClient"]
