"""Typed events of minimal. Made by topicwright from catalog/weather.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from minimal._client import MinimalClient
    from minimal._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "MinimalClient"]
