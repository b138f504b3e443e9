"""A client's session in ``MemoryBroker``: its subscriptions, its queue, and its unacknowledged messages."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.errors import ConnectError
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.mqtt.topic_filters import matches
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import ConnectOptions
from typing_extensions import override

PACKET_IDS: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One subscription of a session."""

    topic_filter: str
    qos: int
    identifier: int | None
    no_local: bool = False
    retain_as_published: bool = False


@dataclass(slots=True, eq=False)
class Queued:
    """A message for one client."""

    message: Outgoing
    qos: int
    retain: bool
    subscriptions: tuple[int, ...]
    expires: float | None
    """When it is discarded, on the broker's clock; None for never."""
    packet_id: int = 0
    sent: bool = False


class Link:
    """The broker's end of one connection."""

    def __init__(self, options: ConnectOptions, receive: Callable[[Incoming], None]) -> None:
        self.options = options
        self.loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[ConnectError | None] = self.loop.create_future()
        self._receive = receive
        self._arriving = 0

    @property
    def open(self) -> bool:
        """Whether messages are delivered; False too if its event loop ended without DISCONNECT."""
        return not self.loop.is_closed() and not self.closed.done()

    def end(self, error: ConnectError | None) -> None:
        """Close the connection; ``error`` None means that the client closes it."""
        if self.open:
            self.closed.set_result(error)

    def give(self, incoming: Incoming) -> None:
        """Deliver a message to the client in a later turn of the loop, in order, as a network does."""
        self._arriving += 1
        self.loop.call_soon(self._arrive, incoming)

    def at_work(self) -> Iterator[str]:
        """Yield what is on its way to the client, and what its handlers have."""
        if self._arriving:
            yield f"{self._arriving} on their way"
        receiver = getattr(self._receive, "__self__", None)
        if isinstance(receiver, Dispatcher):
            counts = Stats()
            receiver.count_in_flight(counts)
            yield from (
                f"{one.in_flight} in the handler of {name}" for name, one in counts.filters.items() if one.in_flight
            )

    def _arrive(self, incoming: Incoming) -> None:
        self._arriving -= 1
        if self.open:
            self._receive(incoming)


class _SessionMessage(Incoming):
    """A message with a function that acknowledges it."""

    def __init__(self, topic: str, payload: bytes, acknowledge: Callable[[], bool]) -> None:
        super().__init__(topic, payload)
        self._acknowledge = acknowledge

    @override
    def acknowledge(self) -> bool:
        """See ``Incoming``."""
        return self._acknowledge()


class MemorySession:
    """The session state of one client id (MQTT 5, section 4.1)."""

    def __init__(self, client_id: str, clock: Callable[[], float]) -> None:
        self.client_id = client_id
        self.subscriptions: dict[str, Subscribed] = {}
        self.link: Link | None = None
        self.expires: float | None = None
        """When it is removed, on the broker's clock; None while the client is connected, or for never."""
        self._clock = clock
        self._queue: deque[Queued] = deque()
        self._unacknowledged: dict[int, Queued] = {}
        self._last_id = 0

    @property
    def connected(self) -> bool:
        """Whether the client is connected now."""
        return self.link is not None and self.link.open

    def at_work(self) -> list[str]:
        """Return what the client has not finished with, for a test; nothing while it is not connected."""
        if self.link is None or not self.link.open:
            return []
        texts = list(self.link.at_work())
        waiting = len(self._queue) + len(self._unacknowledged)
        if waiting and not texts:
            texts.append(f"{waiting} not acknowledged")
        return [f"{self.client_id}: {text}" for text in texts]

    def matching(self, topic: str) -> list[Subscribed]:
        """Return the subscriptions that ``topic`` matches."""
        return [item for item in self.subscriptions.values() if matches(item.topic_filter, topic)]

    def attach(self, link: Link) -> None:
        """Take a new connection: unacknowledged messages are redelivered first, with DUP, in order."""
        self.link = link
        self.expires = None
        self._queue.extendleft(reversed(self._unacknowledged.values()))
        self._unacknowledged.clear()
        self._pump()

    def put(self, item: Queued) -> None:
        """Send a message, or queue it; QoS 0 is not queued for a client that is not connected."""
        if item.qos > 0 or self.connected:
            self._queue.append(item)
            self._pump()

    def _pump(self) -> None:
        link = self.link
        while link is not None and link.open and self._queue and self._has_room(link, self._queue[0]):
            item = self._queue.popleft()
            # A message that was sent must not be discarded: the client may have it (section 4.4).
            if item.sent or item.expires is None or item.expires > self._clock():
                self._transmit(link, item)

    def _has_room(self, link: Link, item: Queued) -> bool:
        return item.qos == 0 or len(self._unacknowledged) < link.options.receive_maximum

    def _transmit(self, link: Link, item: Queued) -> None:
        duplicate = item.sent
        if item.qos > 0:
            item.packet_id = item.packet_id or self._next_id()
            self._unacknowledged[item.packet_id] = item
            item.sent = True
        properties = item.message.properties
        if item.expires is not None:
            properties = replace(properties, expiry=max(0, round(item.expires - self._clock())))
        incoming = _SessionMessage(item.message.topic, item.message.payload, lambda: self._acknowledged(link, item))
        incoming.qos, incoming.retain, incoming.duplicate = item.qos, item.retain, duplicate
        incoming.packet_id, incoming.properties, incoming.subscriptions = item.packet_id, properties, item.subscriptions
        link.give(incoming)

    def _acknowledged(self, link: Link, item: Queued) -> bool:
        if link is not self.link or not link.open:
            return False
        if item.qos > 0:
            self._unacknowledged.pop(item.packet_id, None)
            self._pump()
        return True

    def _next_id(self) -> int:
        while True:
            self._last_id = self._last_id % PACKET_IDS + 1
            if self._last_id not in self._unacknowledged:
                return self._last_id
