"""The MQTT session: connects, reconnects, and restores publishes and subscriptions after a reconnect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from topicwright.config.settings import Settings
from topicwright.errors import (
    AuthenticationError,
    ConnectError,
    ConnectionLostError,
    NotConnectedError,
    SessionTakenOverError,
    TLSError,
    WrongLoopError,
)
from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.session.backoff import Backoff
from topicwright.session.outbox.acknowledgement import Acknowledgement, Recipient
from topicwright.session.outbox.limits import USUAL_SIZE
from topicwright.session.outbox.outbox import Outbox
from topicwright.session.outbox.store import OutboxStore
from topicwright.session.subscriptions import Subscriptions
from topicwright.session.watchdog import silence_limit, watch
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import Connection, ConnectOptions, Transport

log = logging.getLogger("topicwright")

MEMORY_OUTBOX: Final = "memory"
FATAL_ERRORS: Final = (AuthenticationError, TLSError, SessionTakenOverError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Hooks that the session calls; none may raise or block."""

    connecting: Callable[[], None]
    """A new connection is about to be made; messages may arrive from now on."""
    receive: Callable[[Incoming], None]
    """A message arrived."""
    connected: Callable[[bool], None]
    """The broker accepted; False where it had no session. Subscriptions follow."""
    reconnected: Callable[[bool], None]
    """Connected again, subscriptions included; False where the broker had forgotten the session."""
    busy: Callable[[], bool] = bool
    """Returns whether handlers are at work."""


class Session:
    """One session with the broker, over any number of network connections (MQTT 5, section 4.1)."""

    def __init__(
        self, settings: Settings, transport: Transport, callbacks: Callbacks, will: Outgoing | None, stats: Stats
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._callbacks = callbacks
        self._will = will
        self._stats = stats
        self._loop = asyncio.get_running_loop()
        self._connection: Connection | None = None
        self._ready = asyncio.Event()
        self._stopping = False
        self._outbox = Outbox(
            settings.outbox_size,
            settings.publish_timeout,
            stats=stats,
            window=settings.replay_window,
            must_be_heard=settings.must_be_heard,
            store=None if settings.outbox == MEMORY_OUTBOX else OutboxStore(settings.outbox),
        )
        self._subscriptions = Subscriptions()
        self._tasks: set[asyncio.Task[None]] = set()
        self._backoff = Backoff(settings)
        self._session_present: bool | None = None
        self._version = 5
        self.failed: asyncio.Future[ConnectError] = self._loop.create_future()
        """Resolves with the error that ended the session permanently."""
        self.ended: asyncio.Future[None] = self._loop.create_future()
        """Resolves when ``stop`` has finished."""

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        return self._connection is not None

    @property
    def version(self) -> int:
        """The version of the protocol on the last connection: 5, or 4 for MQTT 3.1.1."""
        return self._version

    @property
    def session_present(self) -> bool | None:
        """Whether the broker had kept the session at the last connect; None before the first."""
        return self._session_present

    async def start(self) -> None:
        """Make the first connection, or raise the ``ConnectError`` that prevented it."""
        self._spawn(self._supervise(await self._connect()))

    async def stop(self) -> None:
        """Send DISCONNECT and close the connection. Publishes in flight fail."""
        self._stopping = True
        self._outbox.write = None
        self._ready.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect()
        self._outbox.fail(NotConnectedError("the client was shut down before the broker acknowledged"))
        self._outbox.close()
        if not self.ended.done():
            self.ended.set_result(None)

    @property
    def in_flight(self) -> int:
        """How many publishes are in flight."""
        return len(self._outbox)

    # -- publishing ----------------------------------------------------------------------------------------------

    def publish(self, message: Outgoing, *, keep: bool = True) -> Coroutine[Any, Any, int]:
        """Return, when awaited, the reason code once the broker has acknowledged; for QoS 0 once it is written.

        The message survives a reconnect and, where the outbox is a file and ``keep`` is true, the process. A cancelled
        publish may still be delivered.

        Raises:
            PublishTimeoutError, PublishRejectedError, PayloadTooLargeError, PublishKeptError, OutboxError
        """
        self.check_usable()
        return self._outbox.publish(message, keep=keep)

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Send a QoS 0 message if a connection can take it at once; return False where ``publish`` is needed."""
        write = self._outbox.write
        if (
            write is None
            or len(payload) > USUAL_SIZE
            or properties.user
            or asyncio.get_running_loop() is not self._loop
        ):
            return False
        return write(topic, payload, retain, properties)

    def post(self, message: Outgoing, recipient: Recipient, *, at_once: bool = False) -> Acknowledgement | None:
        """Publish without waiting; see ``Outbox.post``."""
        self.check_usable()
        return self._outbox.post(message, recipient, at_once=at_once)

    async def flush(self, timeout: float) -> None:
        """Wait until the broker has acknowledged what was published, at most ``timeout`` seconds."""
        await self._outbox.flush(timeout)

    # -- subscribing ---------------------------------------------------------------------------------------------

    def want(self, topic_filter: str, qos: int) -> None:
        """Subscribe to ``topic_filter`` whenever a connection without it is made."""
        self._subscriptions.want(topic_filter, qos)

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Return when the broker has granted the subscription.

        Raises:
            SubscribeRejectedError: it refused.
        """
        self.check_usable()
        self.want(topic_filter, qos)
        while True:
            connection = await self._wait_connected()
            try:
                return await self._subscriptions.make(connection, topic_filter)
            except ConnectionLostError:
                # A broker that does not answer counts as dead; the next connection subscribes.
                connection.abort()
                await self._wait_lost(connection)

    async def unsubscribe(self, topic_filter: str) -> None:
        """End a subscription, also one that is being made; a lost connection is no error."""
        self._subscriptions.unwant(topic_filter)
        if self._connection is not None:
            try:
                await self._subscriptions.end(self._connection, topic_filter)
            except ConnectionLostError:
                log.info("the connection was lost while unsubscribing from %s: done on the next one", topic_filter)

    # -- the connection ------------------------------------------------------------------------------------------

    @property
    def abandoned(self) -> bool:
        """Whether its event loop has ended without ``stop``."""
        return self._loop.is_closed()

    def release(self) -> None:
        """Close files, where the event loop ended without ``stop``."""
        self._outbox.close()

    def check_loop(self) -> None:
        """Raise ``WrongLoopError`` in another event loop than the session's own."""
        if asyncio.get_running_loop() is not self._loop:
            raise WrongLoopError("this client belongs to another event loop: make one client for each loop")

    def check_usable(self) -> None:
        """Raise ``NotConnectedError`` where the session has ended, or ``WrongLoopError``."""
        if asyncio.get_running_loop() is not self._loop:
            self.check_loop()
        if self.failed.done():
            raise NotConnectedError(f"not connected: {self.failed.result()}")
        if self._stopping:
            raise NotConnectedError("not connected: the client was shut down")

    async def _wait_connected(self) -> Connection:
        self.check_usable()
        try:
            async with asyncio.timeout(self._settings.publish_timeout):
                while self._connection is None:
                    await self._ready.wait()
                    self.check_usable()
        except TimeoutError:
            raise ConnectionLostError("the client is still reconnecting") from None
        return self._connection

    async def _wait_lost(self, connection: Connection) -> None:
        await asyncio.wait({connection.closed})
        await asyncio.sleep(0)  # for ``_lost``

    async def _connect(self) -> Connection:
        settings = self._settings
        options = ConnectOptions(
            client_id=settings.client_id,
            clean_start=settings.session_expiry == 0,
            session_expiry=settings.session_expiry,
            keepalive=settings.keepalive,
            receive_maximum=settings.receive_maximum,
            timeout=settings.connect_timeout,
            will=self._will,
            busy=self._callbacks.busy,
        )
        self._callbacks.connecting()
        connection = await self._transport.connect(options, self._callbacks.receive)
        self._session_present, self._version = connection.session_present, connection.version
        self._callbacks.connected(connection.session_present)
        try:
            await self._subscriptions.restore(connection)
        except BaseException:
            connection.abort()
            raise
        if self._stopping:
            connection.abort()
            raise NotConnectedError("not connected: the client was shut down while it was connecting")
        self._connection = connection
        self._ready.set()
        connection.closed.add_done_callback(lambda _: self._lost(connection))
        self._spawn(watch(connection, silence_limit(settings)))
        self._outbox.connected(connection)
        return connection

    def _lost(self, connection: Connection) -> None:
        if self._connection is connection:
            self._connection = None
            self._stats.perhaps_lost += connection.unconfirmed
            self._ready.clear()
            self._outbox.connected(None)

    async def _supervise(self, connection: Connection | None) -> None:
        while connection is not None:
            since = self._loop.time()
            error = await asyncio.shield(connection.closed)
            if self._stopping:
                return
            self._backoff.judge(self._loop.time() - since)
            error = error or ConnectionLostError("the broker closed the connection")
            log.warning("connection lost: %s", error)
            connection = None
            if isinstance(error, FATAL_ERRORS):
                self._end_permanently(error)
            else:
                connection = await self._reconnect()

    async def _reconnect(self) -> Connection | None:
        while not self.failed.done():
            await asyncio.sleep(self._backoff.next())
            try:
                connection = await self._connect()
            except ConnectError as error:
                if isinstance(error, FATAL_ERRORS) and not (isinstance(error, TLSError) and error.interrupted):
                    self._end_permanently(error)
                else:
                    log.info("still not connected: %s", error)
            except Exception:
                log.exception("unexpected error while reconnecting; trying again")
            else:
                log.info("reconnected")
                self._callbacks.reconnected(connection.session_present)
                return connection
        return None

    def _end_permanently(self, error: ConnectError) -> None:
        log.error("the session ended: %s", error)
        if not self.failed.done():
            self.failed.set_result(error)
        self._ready.set()
        self._outbox.fail(error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
