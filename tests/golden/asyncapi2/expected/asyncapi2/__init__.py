"""Typed events of asyncapi2. Made by topicwright from catalog/greenhouse.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from asyncapi2._client import Asyncapi2Client
    from asyncapi2._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Asyncapi2Client", "Event"]
