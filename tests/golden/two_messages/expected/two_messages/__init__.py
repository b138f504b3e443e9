"""Typed events of two_messages. Made by topicwright from catalog/character.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from two_messages._client import TwoMessagesClient
    from two_messages._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "TwoMessagesClient"]
