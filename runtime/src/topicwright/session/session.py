"""The MQTT session: connects, reconnects, and restores publishes and subscriptions after a reconnect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from topicwright.config.credentials import Credentials
from topicwright.config.settings import Settings
from topicwright.errors import (
    ConnectError,
    ConnectionLostError,
    NotConnectedError,
    OtherServerError,
    SubscribeRejectedError,
    UnsubscribeRejectedError,
    WrongLoopError,
)
from topicwright.mqtt.limits import UNLIMITED, Limits
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.mqtt.topic_filters import shown
from topicwright.session.backoff import Backoff
from topicwright.session.callbacks import Callbacks
from topicwright.session.connector import Connector
from topicwright.session.endings import FATAL_ERRORS, REFUSALS, is_final, say_goodbye
from topicwright.session.keeper import keep
from topicwright.session.outbox.acknowledgement import Acknowledgement, Recipient
from topicwright.session.outbox.limits import USUAL_SIZE
from topicwright.session.outbox.outbox import Outbox
from topicwright.session.outbox.store import OutboxStore
from topicwright.session.subscribing import Round
from topicwright.session.subscriptions import Subscriptions
from topicwright.session.watchdog import silence_limit, watch
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import Connection, Transport

log = logging.getLogger("topicwright")

MEMORY_OUTBOX: Final = "memory"


class Session:
    """One session with the broker, over any number of network connections (MQTT 5, section 4.1)."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        callbacks: Callbacks,
        will: Outgoing | None,
        stats: Stats,
        credentials: Credentials | None = None,
    ) -> None:
        """Take what is asked for the login at each attempt; by default it is that of the settings."""
        self._settings = settings
        self._callbacks = callbacks
        self._connector = Connector(settings, transport, will, callbacks.receive, callbacks.busy, credentials)
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
            drops_offline=settings.qos_0_offline == "drop",
            max_age=settings.outbox_max_age,
            poison_limit=settings.poison_limit,
            given_up=callbacks.given_up,
        )
        self.subscriptions = Subscriptions(settings, stats, self._outbox.suspects.quiet)
        self._tasks: set[asyncio.Task[None]] = set()
        self._backoff = Backoff(settings)
        self._session_present: bool | None = None
        self._version = 5
        self.limits: Limits = UNLIMITED
        """What the broker accepts, by the last CONNACK."""
        self.failed: asyncio.Future[ConnectError] = self._loop.create_future()
        """Resolves with the error that ended the session permanently."""
        self.lacking: asyncio.Future[SubscribeRejectedError] = self._loop.create_future()
        """Resolves where the broker refuses a subscription, and the settings make that an end of ``run_forever``."""
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
        """Make the first connection and its subscriptions, or raise the ``ConnectError`` that prevented it.

        A broker that does not answer is waited for, as long as ``connect_retry`` says.
        """
        deadline = self._loop.time() + self._settings.connect_retry
        while True:
            try:
                return await self._start()
            except ConnectError as error:
                delay = self._backoff.next()
                if is_final(error) or self._stopping or self._loop.time() + delay > deadline:
                    raise
                log.warning("%s: trying again", error)
            await asyncio.sleep(delay)

    async def _start(self) -> None:
        connection, restored = await self._connect()
        try:
            await restored.done
        except BaseException:
            connection.abort()
            raise
        self._keep(connection, restored)
        self._spawn(self._supervise(connection))

    async def stop(self) -> None:
        """Send DISCONNECT and close the connection. Publishes in flight fail."""
        self._stopping = True
        self._outbox.write = None
        self._ready.set()
        for task in list(self._tasks):
            task.cancel()
        connection, self._connection = self._connection, None
        try:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if connection is not None:
                await say_goodbye(connection)
        finally:  # also where this is cancelled
            if connection is not None:
                connection.abort()
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

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        """Return when the broker has granted the subscription.

        Raises:
            SubscribeRejectedError: it refused.
        """
        self.check_usable()
        is_new = self.subscriptions.want(topic_filter, qos)
        while True:
            connection = await self._wait_connected()
            try:
                return await self.subscriptions.make(connection, topic_filter, is_new=is_new)
            except ConnectionLostError:
                # A broker that does not answer counts as dead; the next connection subscribes.
                connection.abort()
                await self._wait_lost(connection)

    async def unsubscribe(self, topic_filter: str) -> None:
        """End a subscription, also one that is being made; a lost connection is no error.

        Raises:
            UnsubscribeRejectedError: the broker refused.
        """
        if not self.subscriptions.unwant(topic_filter) or self._connection is None:
            return
        try:
            await self.subscriptions.end(self._connection, topic_filter)
        except UnsubscribeRejectedError:
            raise
        except (ConnectionLostError, TimeoutError):
            log.info("no answer while unsubscribing from %s: done on the next connection", shown(topic_filter))

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

    async def _connect(self) -> tuple[Connection, Round]:
        self._callbacks.connecting()
        connection = await self._connector.connect()
        self._session_present, self._version = connection.session_present, connection.version
        self.limits = connection.limits
        if self._stopping:
            connection.abort()
            raise NotConnectedError("not connected: the client was shut down while it was connecting")
        self._callbacks.connected(connection.session_present)
        self._connection = connection
        # SUBSCRIBE goes out first, so that a broker has the subscriptions before it gets what is published next.
        restored = self.subscriptions.restore(connection)
        self._ready.set()
        connection.closed.add_done_callback(lambda _: self._lost(connection))
        self._spawn(watch(connection, silence_limit(self._settings)))
        self._outbox.connected(connection)
        return connection, restored

    def _keep(self, connection: Connection, restored: Round) -> None:
        work = keep(connection, self.subscriptions, restored, self._settings, self._subscribed)
        self._spawn(work, until=connection.closed)

    def _subscribed(self) -> None:
        missing = self.subscriptions.missing
        if self._settings.must_be_subscribed and missing and not self.lacking.done():
            self.lacking.set_result(missing[0])
        self._callbacks.subscribed()

    def _lost(self, connection: Connection) -> None:
        if self._connection is connection:
            self._connection = None
            self._stats.perhaps_lost += connection.unconfirmed
            self._ready.clear()
            error = connection.closed.result()
            self._outbox.lost(connection, error, others=self.subscriptions.unanswered)
            self.subscriptions.lost(connection, error)

    async def _supervise(self, connection: Connection | None) -> None:
        while connection is not None:
            since = self._loop.time()
            error = await asyncio.shield(connection.closed)
            if self._stopping:
                return
            explained = bool(self._outbox.suspects) or self.subscriptions.has_suspects
            self._backoff.judge(self._loop.time() - since, explained=explained)
            error = error or ConnectionLostError("the broker closed the connection")
            log.warning("connection lost: %s", error)
            self._callbacks.lost(error)
            connection = None
            if isinstance(error, FATAL_ERRORS) and not self._follows(error):
                self._end_permanently(error)
            else:
                connection = await self._reconnect()

    def _follows(self, error: ConnectError) -> bool:
        return isinstance(error, OtherServerError) and self._connector.follow(error)

    async def _reconnect(self) -> Connection | None:
        while not self.failed.done():
            await asyncio.sleep(self._backoff.next())
            try:
                connection, restored = await self._connect()
            except ConnectError as error:
                if not is_final(error):
                    log.info("still not connected: %s", error)
                elif isinstance(error, REFUSALS) and self._settings.login_retry_delay:
                    log.error("%s: asking again in %g s", error, self._settings.login_retry_delay)
                    await asyncio.sleep(self._settings.login_retry_delay)
                else:
                    self._end_permanently(error)
            except Exception:
                log.exception("unexpected error while reconnecting; trying again")
            else:
                log.info("reconnected")
                self._callbacks.reconnected(connection.session_present)
                self._keep(connection, restored)
                return connection
        return None

    def _end_permanently(self, error: ConnectError) -> None:
        log.error("the session ended: %s", error)
        if not self.failed.done():
            self.failed.set_result(error)
            self._callbacks.failed(error)
        self._ready.set()
        self._outbox.fail(error)

    def _spawn(self, work: Coroutine[Any, Any, None], until: asyncio.Future[Any] | None = None) -> None:
        """Run ``work`` in a task, which is cancelled when ``until`` is done."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if until is not None:
            until.add_done_callback(lambda _: task.cancel())
