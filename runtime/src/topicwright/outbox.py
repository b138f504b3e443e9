"""Publishes that are not acknowledged yet: each waits, survives a reconnect, and ends with an answer or an error."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from .errors import PayloadTooLargeError, PublishRejectedError, PublishTimeoutError, TopicwrightError
from .transport import Connection, Outgoing

FAILURE: Final = 0x80
"""Reason codes from here on are failures (MQTT 5, section 2.4)."""
MAX_PACKET: Final = 268_435_455
"""What the length field of a packet can say (MQTT 5, section 1.5.5)."""
PACKET_OVERHEAD: Final = 32
"""Room for the headers of a PUBLISH packet and of its properties, in bytes."""
PROPERTY_OVERHEAD: Final = 5


def packet_size(message: Outgoing) -> int:
    """Return the size of a message as a PUBLISH packet, rounded up a little."""
    given = message.properties
    texts = [message.topic, given.content_type or "", given.response_topic or ""]
    texts += [text for pair in given.user for text in pair]
    size = len(message.payload) + len(given.correlation_data or b"") + PACKET_OVERHEAD
    return size + sum(len(text.encode()) + PROPERTY_OVERHEAD for text in texts)


def too_large(message: Outgoing, connection: Connection) -> PayloadTooLargeError | None:
    """Return the error for a message that the broker would not take."""
    limit = connection.maximum_packet_size or MAX_PACKET
    if packet_size(message) <= limit:
        return None
    return PayloadTooLargeError(message.topic, len(message.payload), limit)


@dataclass(slots=True, eq=False)
class _Pending:
    message: Outgoing
    future: asyncio.Future[int]
    sent: bool = False


class Outbox:
    """What was published and not acknowledged, in order."""

    def __init__(self, size: int, timeout: float) -> None:
        self._timeout = timeout
        self._room = asyncio.Semaphore(size)
        self._pending: dict[_Pending, None] = {}
        self._connection: Connection | None = None

    async def publish(self, message: Outgoing) -> int:
        """Return the reason code of the acknowledgement; for QoS 0, zero once the message is written.

        Raises:
            PublishTimeoutError, PublishRejectedError, PayloadTooLargeError
        """
        pending = _Pending(message, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(self._timeout), self._room:
                code = await self._send(pending)
        except TimeoutError:
            raise PublishTimeoutError(message.topic, self._timeout, sent=pending.sent) from None
        if code >= FAILURE:
            raise PublishRejectedError(message.topic, code)
        return code

    async def _send(self, pending: _Pending) -> int:
        self._pending[pending] = None
        try:
            self._transmit(pending)
            return await pending.future
        finally:
            del self._pending[pending]

    def connected(self, connection: Connection | None) -> None:
        """Take a new connection and send everything over it; with None, keep everything for the next one."""
        self._connection = connection
        for pending in list(self._pending):
            self._transmit(pending)

    def _transmit(self, pending: _Pending) -> None:
        if self._connection is None or pending.future.done():
            return
        # A broker ends the connection for such a packet, so sending it again and again would keep it down.
        if error := too_large(pending.message, self._connection):
            pending.future.set_exception(error)
            return
        acknowledged = self._connection.publish(pending.message)
        pending.sent = True
        if acknowledged.done():
            _settle(pending, acknowledged)
        else:
            acknowledged.add_done_callback(lambda future: _settle(pending, future))

    async def flush(self, timeout: float) -> None:
        """Wait until the broker has acknowledged everything, at most ``timeout`` seconds."""
        if self._pending:
            await asyncio.wait([pending.future for pending in self._pending], timeout=timeout)

    def fail(self, error: TopicwrightError) -> None:
        """End everything with ``error``."""
        for pending in self._pending:
            if not pending.future.done():
                pending.future.set_exception(error)


def _settle(pending: _Pending, acknowledged: asyncio.Future[int]) -> None:
    # After a loss it stays in the outbox and is sent again on the next connection.
    if not pending.future.done() and not acknowledged.cancelled() and acknowledged.exception() is None:
        pending.future.set_result(acknowledged.result())
