"""Publishes that are not acknowledged yet: each waits, survives a reconnect, and ends with an answer or an error."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Final

from .errors import NeedsMqtt5Error, PayloadTooLargeError, PublishRejectedError, PublishTimeoutError, TopicwrightError
from .room import Deadlines, Room
from .stats import Stats
from .transport import Connection, Outgoing
from .transport.reasons import FAILURE

MAX_PACKET: Final = 268_435_455
"""What the length field of a packet can say (MQTT 5, section 1.5.5)."""
PACKET_OVERHEAD: Final = 32
"""Room for the headers of a PUBLISH packet and of its properties, in bytes."""
PROPERTY_OVERHEAD: Final = 5
MOST_TEXT: Final = 1 << 18
"""More than topic, content type, response topic and correlation data can take together, in bytes."""
UNHEARD: Final = 0x10
"""No matching subscribers (section 3.4.2.1)."""
LISTEN_EVERY: Final = 0.25
"""Seconds until a message that nobody heard is published again."""


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
    if not message.properties.user and len(message.payload) + MOST_TEXT <= limit:
        return None  # without counting
    if packet_size(message) <= limit:
        return None
    return PayloadTooLargeError(message.topic, len(message.payload), limit)


def not_carried(message: Outgoing, connection: Connection) -> NeedsMqtt5Error | None:
    """Return the error for a message that would lose its meaning over MQTT 3.1.1.

    Content type and expiry are left out there without an error: what remains can be read.
    """
    given = message.properties
    if connection.version == 5 or (given.response_topic, given.correlation_data, given.user) == (None, None, ()):
        return None
    what = "headers (user properties)" if given.user else "a response topic or correlation data"
    return NeedsMqtt5Error(message.topic, what)


@dataclass(slots=True, eq=False)
class _Pending:
    message: Outgoing
    future: asyncio.Future[int]
    deadline: float = math.inf
    sent: bool = False
    unheard: bool = False
    waits: bool = False
    """Whether it is about to be published again because nobody heard it."""
    under_way: asyncio.Future[int] | None = None
    """The acknowledgement that was last asked for, where it is not the end of the matter."""


class Outbox:
    """What was published and not acknowledged, in order; and the last acknowledged messages, to be replayed.

    A broker that is killed loses what it had acknowledged and not delivered. So after each reconnect the last
    ``window`` acknowledged messages are published again, and receivers that have them drop them. Retained messages
    are not: a newer state of another publisher would be overwritten.
    """

    def __init__(
        self, size: int, timeout: float, *, stats: Stats, window: int = 0, must_be_heard: bool = False
    ) -> None:
        self._timeout = timeout
        self._stats = stats
        self._must_be_heard = must_be_heard
        self._acknowledged: deque[Outgoing] = deque(maxlen=window)
        self._plain = window == 0 and not must_be_heard
        """Whether an acknowledgement is the end of the matter, whatever it says."""
        self._connections = 0
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines(self._loop, self._expire)
        self._room = Room(size)
        self._pending: dict[_Pending, None] = {}
        self._connection: Connection | None = None

    def __len__(self) -> int:
        """How many publishes wait for an answer."""
        return len(self._pending)

    async def publish(self, message: Outgoing) -> int:
        """Return the reason code of the acknowledgement; for QoS 0, zero once the message is written.

        Raises:
            PublishTimeoutError, PublishRejectedError, PayloadTooLargeError
        """
        pending = _Pending(message, self._loop.create_future(), self._loop.time() + self._timeout)
        if not self._room.enter():
            await self._wait_for_room(pending)
        self._pending[pending] = None
        try:
            self._transmit(pending)
            if not pending.future.done():
                self._deadlines.add(pending.deadline)
            code = await pending.future
        except TimeoutError:
            raise self._timed_out(pending) from None
        finally:
            del self._pending[pending]
            self._room.leave()
        if code >= UNHEARD:
            self._judge(message, code)
        return code

    async def _wait_for_room(self, pending: _Pending) -> None:
        try:
            await self._room.wait(pending.deadline)
        except TimeoutError:
            raise self._timed_out(pending) from None

    def _timed_out(self, pending: _Pending) -> PublishTimeoutError:
        return PublishTimeoutError(pending.message.topic, self._timeout, sent=pending.sent)

    def _expire(self, now: float) -> float:
        """End what has waited too long; return the next deadline."""
        for pending in self._pending:
            if pending.deadline <= now and not pending.future.done():
                pending.future.set_exception(TimeoutError())
        return min((item.deadline for item in self._pending if item.deadline > now), default=math.inf)

    def _judge(self, message: Outgoing, code: int) -> None:
        if code >= FAILURE:
            raise PublishRejectedError(message.topic, code)
        if code == UNHEARD and self._plain:
            self._stats.unheard += 1

    def connected(self, connection: Connection | None) -> None:
        """Take a new connection and send everything over it; with None, keep everything for the next one."""
        self._connection = connection
        if connection is None:
            return
        if self._connections:
            self._replay()
        self._connections += 1
        for pending in list(self._pending):
            self._transmit(pending)

    def _replay(self) -> None:
        """Put the acknowledged messages before the others; each is one of them until it is acknowledged again."""
        again = {_Pending(message, self._loop.create_future()): None for message in self._acknowledged}
        for pending in again:
            pending.future.add_done_callback(partial(self._replayed, pending))
        self._stats.replayed += len(again)
        self._acknowledged.clear()
        self._pending = again | self._pending

    def _replayed(self, pending: _Pending, future: asyncio.Future[int]) -> None:
        self._pending.pop(pending, None)
        if not future.cancelled():
            future.exception()  # it was told when it was published first

    def _transmit(self, pending: _Pending) -> None:
        if self._connection is None or pending.future.done():
            return
        # A broker ends the connection for such a packet, so sending it again and again would keep it down.
        error = too_large(pending.message, self._connection) or not_carried(pending.message, self._connection)
        if error:
            pending.future.set_exception(error)
            return
        pending.sent = True
        acknowledged = pending.future
        if not self._plain:
            acknowledged = pending.under_way = self._loop.create_future()
            acknowledged.add_done_callback(partial(self._settle, pending))
        self._connection.publish(pending.message, acknowledged)

    def _settle(self, pending: _Pending, acknowledged: asyncio.Future[int]) -> None:
        if pending.future.done():
            return
        code = acknowledged.result()
        if code == UNHEARD and self._unheard(pending):
            return
        message = pending.message
        if message.qos > 0 and not message.retain and code < FAILURE:
            self._acknowledged.append(message)
        pending.future.set_result(code)

    def _unheard(self, pending: _Pending) -> bool:
        """Count a message that nobody subscribes to; return whether it is published again."""
        self._stats.unheard += not pending.unheard
        pending.unheard = True
        if self._must_be_heard and not pending.waits:
            pending.waits = True
            self._loop.call_later(LISTEN_EVERY, self._try_again, pending)
        return self._must_be_heard

    def _try_again(self, pending: _Pending) -> None:
        pending.waits = False
        if pending.under_way is None or pending.under_way.done():  # else a new connection sent it already
            self._transmit(pending)

    async def flush(self, timeout: float) -> None:
        """Wait until the broker has acknowledged everything, at most ``timeout`` seconds."""
        if self._pending:
            await asyncio.wait([pending.future for pending in self._pending], timeout=timeout)

    def fail(self, error: TopicwrightError) -> None:
        """End everything with ``error``."""
        self._deadlines.stop()
        for pending in self._pending:
            if not pending.future.done():
                pending.future.set_exception(error)
