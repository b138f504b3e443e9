"""Typed events of wildcards. Made by topicwright from catalog/plant.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from wildcards._client import WildcardsClient
    from wildcards._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "WildcardsClient"]
