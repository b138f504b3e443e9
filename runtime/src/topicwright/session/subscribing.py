"""Many subscriptions over one connection: several filters in a packet, and many packets under way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from topicwright.errors import ConnectionLostError
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.topic_filters import subscription_identifier
from topicwright.session.filter_limits import PACKET_OVERHEAD, size_of
from topicwright.transport.base import Connection

MOST_UNANSWERED: Final = 1000
"""How many SUBSCRIBE packets may wait for their answer at once: each has a packet id."""

Filters = list[tuple[str, int]]
"""Topic filters with their QoS."""


def packets(filters: Filters, limits: Limits, most: int) -> Iterator[tuple[Filters, int | None]]:
    """Yield the filters of each packet, and its subscription identifier.

    A packet has one identifier for all its filters (section 3.8.2.1.2), and the identifier tells which subscription a
    message was sent for. So where the broker knows identifiers, each filter has a packet of its own.
    """
    if limits.identifiers:
        for topic_filter, qos in filters:
            yield [(topic_filter, qos)], subscription_identifier(topic_filter)
        return
    batch: Filters = []
    size = PACKET_OVERHEAD
    for topic_filter, qos in filters:
        more = size_of(topic_filter)
        if batch and (len(batch) >= most or size + more > (limits.maximum_packet_size or size + more)):
            yield batch, None
            batch, size = [], PACKET_OVERHEAD
        batch.append((topic_filter, qos))
        size += more
    if batch:
        yield batch, None


class Round:
    """Subscribes to filters over one connection; the first packets are sent when it is made, before anything else."""

    def __init__(
        self,
        connection: Connection,
        work: Iterator[tuple[Filters, int | None]],
        take: Callable[[Filters, Sequence[int]], None],
        timeout: float,
    ) -> None:
        """Take what is called with each answer, and how many seconds may pass without one."""
        self._connection = connection
        self._work = work
        self._take = take
        self._timeout = timeout
        self._unanswered: deque[asyncio.Future[Sequence[int]]] = deque()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.done: asyncio.Future[None] = self._loop.create_future()
        """Resolves when all is answered; with ``ConnectionLostError`` where the connection ended first."""
        self._send()

    def _send(self) -> None:
        while len(self._unanswered) < MOST_UNANSWERED:
            packet = next(self._work, None)
            if packet is None:
                break
            filters, identifier = packet
            answer = self._connection.subscribe(filters, identifier)
            self._unanswered.append(answer)
            answer.add_done_callback(partial(self._answered, filters))
        if self._unanswered:
            self._wait()
        elif not self.done.done():
            self.done.set_result(None)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout, self._too_late)

    def _answered(self, filters: Filters, answer: asyncio.Future[Sequence[int]]) -> None:
        self._unanswered.remove(answer)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        error = asyncio.CancelledError() if answer.cancelled() else answer.exception()
        if error is not None:
            self._fail(error)
        elif not self.done.done():
            self._take(filters, answer.result())
            self._send()

    def _too_late(self) -> None:
        self._fail(ConnectionLostError("the broker did not answer a subscription in time"))

    def _fail(self, error: BaseException) -> None:
        if not self.done.done():
            lost = isinstance(error, ConnectionLostError)
            self.done.set_exception(error if lost else ConnectionLostError(f"subscribing failed: {error}"))
            self.done.exception()  # retrieved: the end of the connection is reported elsewhere
