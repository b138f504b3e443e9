"""Typed events of sunset. Made by topicwright from catalog/; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from sunset._client import SunsetClient
    from sunset._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "SunsetClient"]
