"""Typed events of parameters. Made by topicwright from catalog/devices.yaml; do not edit."""

from typing import TYPE_CHECKING

from topicwright import ANY, Event, lazy_exports

if TYPE_CHECKING:
    from parameters._client import ParametersClient
    from parameters._topics import TOPICS
else:
    __getattr__, __dir__ = lazy_exports(__name__, "_client", "_topics")

__all__ = ["ANY", "TOPICS", "Event", "ParametersClient"]
