"""Typed events of circular_calls. Made by topicwright from catalog/game.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from circular_calls._client import CircularCallsClient
    from circular_calls._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "CircularCallsClient", "Event"]
