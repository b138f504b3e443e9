"""The raw client that measures: it acknowledges a limited number of messages."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from topicwright.config.settings import Settings
from topicwright.doctor.finding import Finding, Verdict
from topicwright.errors import ConnectionLostError
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.mqtt.reason_codes import FAILURE
from topicwright.transport.base import Connection, ConnectOptions
from topicwright.transport.factory import make_transport

QUIET_SECONDS = 0.5
"""Seconds without a message after which no more are expected."""


class RefusedError(Exception):
    """The broker refused what a measurement needs; ``reason`` is its code."""

    def __init__(self, what: str, reason: int) -> None:
        super().__init__(what)
        self.reason = reason


class ProbeClient:
    """A session under a client id of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.received: list[Incoming] = []
        self.allowance = math.inf
        """How many more messages are acknowledged."""
        self._arrived = asyncio.Event()
        self._transport = make_transport(settings)

    @asynccontextmanager
    async def connected(
        self, *, clean: bool = True, expiry: int = 0, receive_maximum: int | None = None
    ) -> AsyncGenerator[Connection]:
        """Connect, and disconnect at the end."""
        options = ConnectOptions(
            client_id=self.settings.client_id,
            clean_start=clean,
            session_expiry=expiry,
            keepalive=self.settings.keepalive,
            receive_maximum=receive_maximum or self.settings.receive_maximum,
            timeout=self.settings.connect_timeout,
        )
        connection = await self._transport.connect(options, self._receive)
        try:
            yield connection
        finally:
            await connection.disconnect()

    def _receive(self, incoming: Incoming) -> None:
        self.received.append(incoming)
        if self.allowance > 0:
            self.allowance -= 1
            incoming.acknowledge()
        self._arrived.set()

    async def count(self, expected: int) -> int:
        """Return how many messages were received, once there are ``expected`` or no more arrive."""
        while len(self.received) < expected:
            self._arrived.clear()
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                break
        return len(self.received)


async def publish(connection: Connection, topic: str, count: int = 1, *, retain: bool = False, size: int = 16) -> int:
    """Publish at QoS 1 and return the last reason code.

    Raises:
        RefusedError: the broker refused a message.
        ConnectError: the connection ended first.
    """
    loop = asyncio.get_running_loop()
    answers: list[asyncio.Future[int]] = []
    for number in range(count):
        answers.append(loop.create_future())
        payload = (b"%d" % number).ljust(size) if size else b""
        connection.publish(Outgoing(topic=topic, payload=payload, qos=1, retain=retain), answers[-1])
    codes = await _all(connection, answers)
    refused = max(codes)
    if refused >= FAILURE:
        raise RefusedError(f"publishing to {topic}", refused)
    return codes[-1]


async def _all(connection: Connection, answers: list[asyncio.Future[int]]) -> list[int]:
    """Return the reason codes, or raise the error that ended the connection before them."""
    for answer in answers:
        await asyncio.wait((answer, connection.closed), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise connection.closed.result() or ConnectionLostError("the broker closed the connection")
    return [answer.result() for answer in answers]


async def subscribe(connection: Connection, topic_filter: str) -> None:
    """Subscribe at QoS 1.

    Raises:
        RefusedError: the broker refused.
    """
    code = (await connection.subscribe([(topic_filter, 1)], 1))[0]
    if code >= FAILURE:
        raise RefusedError(f"subscribing to {topic_filter}", code)


def good(name: str, measured: str) -> Finding:
    """Return a finding without advice."""
    return Finding(name, Verdict.GOOD, measured)
