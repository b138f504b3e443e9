"""Collects the retained messages of a broker."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from topicwright_codegen.project.config import UsageError
from topicwright_codegen.review.retained.snapshot_file import Retained

if TYPE_CHECKING:
    from topicwright import Settings
    from topicwright.mqtt.message import Incoming
    from topicwright.transport.base import Connection, Transport

_QUIET_SECONDS = 0.3
"""Seconds without a message before the snapshot is complete: some brokers send retained messages after the mark."""


def take_snapshot(url: str | None, filters: Sequence[str], timeout: float) -> list[Retained]:
    """Return the retained messages of a broker; login and TLS come from the environment, as for every client.

    Raises:
        UsageError: the broker cannot be reached, refuses, or has not sent everything in ``timeout`` seconds.
    """
    try:
        from topicwright.config.environment import settings_of_tool
        from topicwright.errors import TopicwrightError
        from topicwright.transport.factory import make_transport
    except ImportError:
        raise UsageError("snapshot needs the package topicwright beside the compiler") from None
    name = f"topicwright-snapshot-{uuid.uuid4().hex[:12]}"
    try:
        settings = settings_of_tool(url, name)
        return asyncio.run(asyncio.wait_for(_Snapshot(filters, name).run(make_transport(settings), settings), timeout))
    except TimeoutError:
        raise UsageError(f"the broker has not sent everything in {timeout:g} s (--timeout)") from None
    except TopicwrightError as error:
        raise UsageError(str(error)) from None


class _Snapshot:
    """Subscribes, and collects retained messages until the broker has returned a mark that was published afterwards."""

    def __init__(self, filters: Sequence[str], name: str) -> None:
        self.filters = filters
        self.mark = f"{name}/end"
        self.messages: dict[str, Retained] = {}
        self.heard = asyncio.Event()
        self.marked = asyncio.Event()

    async def run(self, transport: Transport, settings: Settings) -> list[Retained]:
        """Return the retained messages in the order of their topics."""
        from topicwright.transport.base import ConnectOptions

        options = ConnectOptions(
            client_id=settings.client_id,
            clean_start=True,
            session_expiry=0,
            keepalive=settings.keepalive,
            receive_maximum=settings.receive_maximum,
            timeout=settings.connect_timeout,
        )
        connection = await transport.connect(options, self.receive)
        try:
            await self._collect(connection)
        finally:
            await connection.disconnect()
        return sorted(self.messages.values())

    async def _collect(self, connection: Connection) -> None:
        from topicwright.mqtt.message import Outgoing

        for number, filter_ in enumerate((self.mark, *self.filters), 1):
            (code,) = await connection.subscribe([(filter_, 1)], number)
            if code >= 0x80:
                raise UsageError(f"the broker refuses the subscription to {filter_} (reason code 0x{code:02x})")
        taken = asyncio.get_running_loop().create_future()
        connection.publish(Outgoing(topic=self.mark, payload=b"end", qos=1), taken)
        connection.closed.add_done_callback(lambda _: self.marked.set())
        await self.marked.wait()
        while not connection.closed.done():
            self.heard.clear()
            try:
                await asyncio.wait_for(self.heard.wait(), _QUIET_SECONDS)
            except TimeoutError:
                return
        raise UsageError("the broker has closed the connection before it had sent everything")

    def receive(self, incoming: Incoming) -> None:
        """Take a message of the broker."""
        if incoming.topic == self.mark:
            self.marked.set()
        elif incoming.retain:
            properties = incoming.properties
            retained = Retained(
                incoming.topic, incoming.payload, incoming.qos, properties.content_type, tuple(properties.user)
            )
            self.messages[incoming.topic] = retained
            self.heard.set()
        if incoming.qos:
            incoming.acknowledge()
