"""A client's end of a connection to a ``MemoryBroker``."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol

from topicwright.errors import ConnectError, ConnectionLostError
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.testing.memory_session import Link, MemorySession
from topicwright.transport.base import Answered


class BrokerEnd(Protocol):
    """The part of a broker that a connection uses."""

    maximum_packet_size: int | None

    def accept(self, link: Link, session: MemorySession, message: Outgoing, acknowledged: Answered) -> None:
        """Take a message from a client."""
        ...

    def grant(self, session: MemorySession, topic_filter: str, qos: int, identifier: int) -> int:
        """Subscribe a session; return the reason code of SUBACK."""
        ...

    def close(self, link: Link, session: MemorySession, error: ConnectError | None) -> None:
        """End a connection; ``error`` None means by DISCONNECT."""
        ...


class MemoryConnection:
    """A client's end of one connection: see ``transport.base.Connection``."""

    def __init__(self, broker: BrokerEnd, session: MemorySession, link: Link, *, session_present: bool) -> None:
        self.session_present = session_present
        self.version = 5
        self.maximum_packet_size = broker.maximum_packet_size
        self.closed = link.closed
        self._broker = broker
        self._session = session
        self._link = link
        self.unconfirmed = 0

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Return False: a fast path is not worth it here."""
        return False

    def free(self) -> bool:
        """Return whether a message can be sent immediately."""
        return self._link.open

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; see ``Connection.publish``."""
        self._broker.accept(self._link, self._session, message, acknowledged)

    def hurry(self) -> None:
        """Do nothing: nothing waits to be written."""

    async def subscribe(self, topic_filter: str, qos: int, identifier: int) -> int:
        """Return the reason code of the SUBACK packet."""
        await self._round_trip()
        return self._broker.grant(self._session, topic_filter, qos, identifier)

    async def unsubscribe(self, topic_filter: str) -> None:
        """Remove a subscription."""
        await self._round_trip()
        self._session.subscriptions.pop(topic_filter, None)

    async def _round_trip(self) -> None:
        await asyncio.sleep(0)
        if not self._link.open:
            raise ConnectionLostError("the connection is gone")

    def silence(self) -> float:
        """Return 0: this broker is always alive."""
        return 0.0

    def ping(self) -> None:
        """Do nothing: this broker is always alive."""

    def probe(self) -> asyncio.Future[None]:
        """Return a future that is resolved: this broker reads what is sent at once."""
        probe: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        probe.set_result(None)
        return probe

    def unanswered(self) -> list[Outgoing]:
        """Return nothing: this broker ends no connection because of a message."""
        return []

    def forget(self, messages: Collection[Outgoing]) -> None:
        """Do nothing: nothing is sent again."""

    async def disconnect(self) -> None:
        """Close as DISCONNECT does, which discards the Last Will."""
        await asyncio.sleep(0)
        self._broker.close(self._link, self._session, None)

    def abort(self) -> None:
        """Close without DISCONNECT."""
        self._broker.close(self._link, self._session, ConnectionLostError("the connection was aborted", by_client=True))
