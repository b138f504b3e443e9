"""The hook around each publish and each call of a handler; without an observer nothing is called."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from topicwright.config.settings import Settings
from topicwright.mqtt.message import Incoming, Outgoing


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is about to be published."""

    settings: Settings
    message: Outgoing
    address: str
    """The address in the catalog, with its parameters in braces; without a catalog the topic."""
    version: int
    """The protocol version: 5, or 4 for MQTT 3.1.1, which has no user properties."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that a handler is about to be called with."""

    settings: Settings
    message: Incoming
    address: str
    """The address in the catalog, with its parameters in braces; without a catalog the topic filter."""
    id: str = ""
    """Its correlation id; empty without a catalog."""


class Observer(Protocol):
    """Observes every message before and after. Several clients may share one observer."""

    def publishing(self, sent: Sent) -> AbstractContextManager[Outgoing]:
        """Return the context of a publish; its value is published, and may have additional user properties.

        The context ends at the broker's acknowledgement, or with the exception of the publish.
        """
        ...

    def handling(self, received: Received) -> AbstractContextManager[object]:
        """Return the context of one call of a handler; it ends with the handler's exception, if any."""
        ...
