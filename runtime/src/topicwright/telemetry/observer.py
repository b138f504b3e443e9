"""The hook around each publish and each call of a handler: nothing is called where nobody observes."""

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
    """Of the protocol: 5, or 4 for MQTT 3.1.1, which has no user properties."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that a handler is about to get."""

    settings: Settings
    message: Incoming
    address: str
    """The address in the catalog, with its parameters in braces; without a catalog the topic filter."""
    id: str = ""
    """What ties it to other messages; empty without a catalog."""


class Observer(Protocol):
    """Sees every message twice: before and after. One observer may serve several clients."""

    def publishing(self, sent: Sent) -> AbstractContextManager[Outgoing]:
        """Return what is around a publish; its value is published, which may have more user properties.

        The block ends when the broker has acknowledged, or with the exception of the publish.
        """
        ...

    def handling(self, received: Received) -> AbstractContextManager[object]:
        """Return what is around one call of a handler; the block ends with the handler's exception, if any."""
        ...
