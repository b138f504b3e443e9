"""Listens to a broker, and records what it sends, until the time is over, the file is full or someone stops it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from topicwright_codegen.diagnostics.steps import step
from topicwright_codegen.infer.capture.capture_file import Recorder
from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.project.config import UsageError

if TYPE_CHECKING:
    from topicwright import ConnectError, Settings
    from topicwright.mqtt.message import Incoming
    from topicwright.transport.base import Connection, Transport


def record(
    url: str | None,
    filters: Sequence[str],
    seconds: float,
    path: Path,
    most: int,
    say: Callable[[str], None],
    *,
    ready: Callable[[], None] | None = None,
    until: str | None = None,
) -> int:
    """Record the messages of a broker; return their number. Login and TLS come from the environment, as for a client.

    Args:
        url: of the broker; None for MQTT_URL.
        filters: topic filters to subscribe to.
        seconds: how long to listen.
        path: the capture to write.
        most: the bytes that it may have.
        say: tells how far it is, and why it ended before its time.
        ready: called once it listens.
        until: a topic whose first message ends it, and is not recorded.

    Raises:
        UsageError: the broker cannot be reached, or refuses.
    """
    try:
        from topicwright.config.environment import settings_of_tool
        from topicwright.errors import TopicwrightError
        from topicwright.transport.factory import make_transport
    except ImportError:
        raise UsageError("infer needs the package topicwright beside the compiler") from None
    name = f"topicwright-infer-{uuid.uuid4().hex[:12]}"
    try:
        settings = settings_of_tool(url, name)
        transport = make_transport(settings)
        with Recorder(path, most) as recorder:
            listener = _Listener(recorder, say, ready, until)
            asyncio.run(listener.run(transport, settings, filters, seconds))
            return recorder.count
    except TopicwrightError as error:
        raise UsageError(str(error)) from None


class _Listener:
    """Subscribes, and writes what arrives."""

    def __init__(
        self, recorder: Recorder, say: Callable[[str], None], ready: Callable[[], None] | None, until: str | None
    ) -> None:
        self._recorder = recorder
        self._say = say
        self._ready = ready
        self._until = until
        self._ended: asyncio.Future[str]

    async def run(self, transport: Transport, settings: Settings, filters: Sequence[str], seconds: float) -> None:
        """Record until the end; what was recorded stays, whatever ends it."""
        from topicwright.transport.base import ConnectOptions

        options = ConnectOptions(
            client_id=settings.client_id,
            clean_start=True,
            session_expiry=0,
            keepalive=settings.keepalive,
            receive_maximum=settings.receive_maximum,
            timeout=settings.connect_timeout,
        )
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        connection = await transport.connect(options, self._receive)
        self._stop_on_signals(loop)  # before that Ctrl-C ends the command
        try:
            connection.closed.add_done_callback(self._lost)
            await self._subscribe(connection, filters, settings.connect_timeout)
            self._say(f"listening for {seconds:g} s; Ctrl-C ends it, and the draft is written")
            if self._ready is not None:
                self._ready()
            await self._listen(connection, seconds, settings.keepalive)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(connection.disconnect(), 5)

    def _stop_on_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # no main thread, or Windows
                loop.add_signal_handler(number, self._end, "stopped; the draft is made of what was heard so far")

    async def _subscribe(self, connection: Connection, filters: Sequence[str], timeout: float) -> None:
        from topicwright.errors import TopicwrightError
        from topicwright.mqtt.subscription_options import RETAIN_AS_PUBLISHED

        for name in filters:
            try:
                (code,) = await asyncio.wait_for(connection.subscribe([(name, 2 | RETAIN_AS_PUBLISHED)], None), timeout)
            except TimeoutError:
                raise UsageError(f"the broker does not answer the subscription to {name}") from None
            except TopicwrightError as error:
                raise UsageError(f"the broker refuses the subscription to {name}: {error}") from None
            if code >= 0x80:
                raise UsageError(f"the broker refuses the subscription to {name} (reason code 0x{code:02x})")

    async def _listen(self, connection: Connection, seconds: float, keepalive: int) -> None:
        end, pinged = time.monotonic() + seconds, time.monotonic()
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                self._say(await asyncio.wait_for(asyncio.shield(self._ended), min(left, 0.5)))
                return
            now = time.monotonic()
            if keepalive and connection.silence() > 1.5 * keepalive:
                self._end(f"the broker is silent for {1.5 * keepalive:g} s; the draft is made of what was heard so far")
            if keepalive and now - pinged > keepalive / 2:
                connection.ping()
                pinged = now
            left = max(0, round(end - now))
            step(f"{self._recorder.count} messages, {left} s left (Ctrl-C writes the draft)")

    def _end(self, why: str) -> None:
        if not self._ended.done():
            self._ended.set_result(why)

    def _lost(self, closed: asyncio.Future[ConnectError | None]) -> None:
        reason = None if closed.cancelled() else closed.result()
        self._end(f"the connection ended ({reason}); the draft is made of what was heard so far")

    def _receive(self, incoming: Incoming) -> None:
        properties = incoming.properties
        heard = Heard(
            incoming.topic,
            incoming.payload,
            incoming.qos,
            incoming.retain,
            properties.content_type,
            properties.response_topic,
            properties.correlation_data,
            properties.expiry,
            tuple(properties.user),
            round(time.time(), 3),
        )
        if heard.topic == self._until:
            self._end("the last message was heard")
        elif not self._ended.done() and not self._recorder.add(heard):
            self._end("the capture is full (--most-mb); the draft is made of what was heard so far")
        if incoming.qos:
            incoming.acknowledge()
