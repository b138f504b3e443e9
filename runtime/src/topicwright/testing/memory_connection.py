"""A client's end of a connection to a ``MemoryBroker``."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

from topicwright.errors import ConnectError, ConnectionLostError
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.testing.memory_session import Link, MemorySession
from topicwright.transport.base import Answered


class BrokerEnd(Protocol):
    """The part of a broker that a connection uses."""

    maximum_packet_size: int | None

    def accept(self, link: Link, session: MemorySession, message: Outgoing, acknowledged: Answered) -> None:
        """Take a message from a client."""
        ...

    def grant(self, session: MemorySession, topic_filter: str, options: int, identifier: int | None) -> int:
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
        self.limits = Limits(maximum_packet_size=broker.maximum_packet_size)
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

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None) -> asyncio.Future[Sequence[int]]:
        """Subscribe; see ``Connection.subscribe``."""
        if not self._link.open:
            return self._answer([])
        return self._answer([self._broker.grant(self._session, name, qos, identifier) for name, qos in filters])

    def unsubscribe(self, filters: Sequence[str]) -> asyncio.Future[Sequence[int]]:
        """Remove subscriptions; see ``Connection.unsubscribe``."""
        if self._link.open:
            for name in filters:
                self._session.subscriptions.pop(name, None)
        return self._answer([0] * len(filters))

    def _answer(self, codes: Sequence[int]) -> asyncio.Future[Sequence[int]]:
        """Return what resolves in the next turn of the loop, unless the connection is gone then."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[int]] = loop.create_future()

        def resolve() -> None:
            if answer.done():
                return
            if self._link.open:
                answer.set_result(codes)
            else:
                answer.set_exception(ConnectionLostError("the connection is gone"))
                answer.exception()  # retrieved, because no task may wait for it

        loop.call_soon(resolve)
        return answer

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
