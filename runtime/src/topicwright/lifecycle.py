"""Connecting, health, heartbeat, shutting down: the part of the client that has nothing to do with payloads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, Unpack

from typing_extensions import override

from .config import MEMORY_SCHEME, Options, Settings, load, read_env
from .dispatch import Dispatcher
from .entry import Entry, Inline, Work, check_async
from .envelope import dump, seal
from .errors import ConfigurationError, InvalidMessage, NotConnectedError, TopicwrightError
from .health import HEALTH_TYPE, health_data, health_topic, heartbeat, last_will
from .model import new_id, now
from .policy import IGNORE, OnError
from .rpc import Replies
from .session import Callbacks, Session
from .signals import termination
from .stats import Stats
from .topic import Topic
from .transport import EMPTY, Incoming, Outgoing, Properties, Transport

log = logging.getLogger("topicwright")

REASON_LENGTH = 1000
"""Characters of an exception that go with a dead letter."""

OnInvalid = Callable[[InvalidMessage], Awaitable[None]]
OnSessionLost = Callable[[], Awaitable[None]]


def make_transport(settings: Settings) -> Transport:
    """Return the transport for the URL of ``settings``.

    Raises:
        ConfigurationError: the engine was asked for, and the URL is one that it does not speak.
    """
    if settings.mqtt_url.scheme == MEMORY_SCHEME:
        from .testing.memory import find

        return find(str(settings.mqtt_url.host))
    if settings.protocol == "3.1.1":
        return _older(settings)
    newer = _newer(settings)
    if settings.protocol == "5":
        return newer
    from .transport.fallback import FallbackTransport

    return FallbackTransport(newer, lambda: _older(settings))


def _older(settings: Settings) -> Transport:
    from .transport.mqtt import MqttTransport

    return MqttTransport(settings, version=4)


def _newer(settings: Settings) -> Transport:
    library = settings.transport == "library" or (settings.transport == "auto" and settings.mqtt_url.websocket)
    if library:
        from .transport.mqtt import MqttTransport

        return MqttTransport(settings)
    if settings.mqtt_url.websocket:
        raise ConfigurationError(["MQTT_TRANSPORT: the engine does not speak WebSocket: leave it at auto"])
    from .transport.engine import EngineTransport

    return EngineTransport(settings)


class Subscription:
    """An active subscription; close it to stop receiving events."""

    def __init__(self, topic_filter: str, close: Callable[[], Awaitable[None]]) -> None:
        self.topic_filter = topic_filter
        """What was subscribed to."""
        self._close = close

    async def close(self) -> None:
        """Stop receiving. A handler that is running finishes; what waits for it is given up. Idempotent."""
        await self._close()


class Lifecycle:
    """A client's connection from ``connect`` to ``shutdown``, over as many reconnects as it takes."""

    def __init__(
        self,
        mqtt_url: str | None = None,
        client_id: str | None = None,
        *,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_error: OnError = IGNORE,
        **options: Unpack[Options],
    ) -> None:
        """Check the settings; nothing is connected yet.

        Args:
            mqtt_url: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws`` and ``wss``.
            client_id: the client identifier, under which the broker keeps the session.
            on_invalid: called with each message whose payload is not what the catalog says.
            on_session_lost: called when the broker had forgotten the session at a reconnect.
            on_error: what becomes of a message whose handler fails, where the subscription does not say.
            options: see ``Settings``.

        Raises:
            ConfigurationError: with all problems at once.
        """
        for callback, what, number in ((on_invalid, "on_invalid", 1), (on_session_lost, "on_session_lost", 0)):
            if callback is not None:
                check_async(callback, what, arguments=(number,))
        self.settings = load({"mqtt_url": mqtt_url, "client_id": client_id, **options})
        self._stats = Stats()
        self._on_invalid = on_invalid
        self._on_session_lost = on_session_lost
        self._on_error = on_error
        self._transport: Transport | None = None
        self._dispatcher = Dispatcher(self.settings, self._stats, self._invalid, self._bury)
        self._session: Session | None = None
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._raw: dict[str, Entry] = {}
        self._had_session = False
        self._replies = Replies(self._stats)
        self._listening: dict[Topic[Any, Any, Any], asyncio.Task[None]] = {}

    @classmethod
    def from_env(
        cls,
        *,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_error: OnError = IGNORE,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client with the settings of the ``MQTT_*`` variables, ``.env`` and, above both, ``options``.

        Raises:
            ConfigurationError: with all problems at once; a ``KeyError`` too where a variable is missing.
        """
        values = read_env(options)
        load(values, env=True)
        return cls(on_invalid=on_invalid, on_session_lost=on_session_lost, on_error=on_error, **values)

    @override
    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"<{type(self).__name__} {self.settings.client_id} at {self.settings.mqtt_url}, {state}>"

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def client_id(self) -> str:
        """The client identifier."""
        return self.settings.client_id

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now; False while reconnecting."""
        return self._session is not None and self._session.connected

    @property
    def session_present(self) -> bool | None:
        """Whether the broker had kept the session at the last connect; None when not connected."""
        return None if self._session is None else self._session.session_present

    def stats(self) -> Stats:
        """Return a snapshot of the counters."""
        return self._stats.copy()

    # -- connecting ----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.shutdown()

    async def connect(self) -> None:
        """Connect, start the heartbeat, and publish health ``ok: true``, as far as they are enabled. Idempotent.

        Raises:
            BrokerUnavailableError, AuthenticationError, TLSError: within ``connect_timeout``.
        """
        async with self._exclusive():
            if self._closing is not None:
                await asyncio.shield(self._closing)
            if await self._is_connected():
                return
            session = self._session = self._new_session()
            self._dispatcher.start()
            try:
                await session.start()
                if self._had_session and not session.session_present:
                    self._session_lost()
                self._had_session = self.settings.session_expiry > 0
                if self.settings.enable_heartbeat:
                    self._spawn(self._beat(session))
                await self.publish_health(True, "ready")
            except BaseException:
                await self._end(session, 0, None)
                raise

    def _exclusive(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._lock is None or self._lock[0] is not loop:
            self._lock = (loop, asyncio.Lock())
        return self._lock[1]

    async def _is_connected(self) -> bool:
        """Return whether there is a session of use, and put away one that is not."""
        session = self._session
        if session is None:
            return False
        if session.abandoned:
            self._session = None
            self._background.clear()
            self._listening = {topic: task for topic, task in self._listening.items() if task.done()}
            self._dispatcher.halt()
            return False
        if session.failed.done():
            await self._end(session, 0, None)
            return False
        session.check_usable()
        return True

    def _new_session(self) -> Session:
        self._transport = self._transport or make_transport(self.settings)
        will = last_will(self.client_id, self.settings.source) if self.settings.enable_health else None
        callbacks = Callbacks(
            connecting=self._dispatcher.connecting,
            receive=self._dispatcher.receive,
            connected=self._dispatcher.connected,
            reconnected=self._reconnected,
        )
        session = Session(self.settings, self._transport, callbacks, will, self._stats)
        for entry in self._dispatcher.entries:
            session.want(entry.topic_filter, entry.qos)
        return session

    def _reconnected(self, session_present: bool) -> None:
        self._stats.reconnects += 1
        if not session_present:
            self._session_lost()
        self._spawn(self.publish_health(True, "reconnected"))

    def _session_lost(self) -> None:
        self._stats.sessions_lost += 1
        log.warning("the broker had forgotten the session: what it had queued for this client is lost")
        if self._on_session_lost is not None:
            self._spawn(self._on_session_lost())

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a background task failed")

        task = asyncio.get_running_loop().create_task(run())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def run_forever(self) -> None:
        """Return on SIGTERM or SIGINT, so that ``async with`` shuts down; also after ``shutdown`` elsewhere.

        Raises:
            ConnectError: the session ended for good, for example because another client took it over.
        """
        session = self._require()
        with termination() as stop:
            stopped = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait((stopped, session.failed, session.ended), return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
        if session.failed.done():
            raise session.failed.result()

    # -- ending --------------------------------------------------------------------------------------------------

    async def disconnect(self) -> None:
        """Disconnect without a health message; does nothing when not connected. Handlers stay registered."""
        await self._close()

    async def shutdown(self) -> None:
        """Publish health ``ok: false``, let handlers finish, and disconnect. Idempotent; ``connect`` works after it.

        Handlers have ``shutdown_timeout`` seconds. A message that was not handled in that time is not acknowledged,
        so it comes again when the session is resumed. A handler may call it; its message then counts as handled.
        """
        if self.connected and self._closing is None:
            with suppress(TopicwrightError, TimeoutError):
                async with asyncio.timeout(max(self.settings.shutdown_timeout, 1.0)):
                    await self.publish_health(False, "shutdown")
        await self._close()

    async def _close(self) -> None:
        caller = asyncio.current_task()
        if self._session is None or self._session.abandoned:
            return
        self._session.check_loop()
        if self._closing is None:
            # A task of its own: it comes to its end also where the caller is cancelled.
            work = self._end(self._session, self.settings.shutdown_timeout, caller)
            self._closing = asyncio.get_running_loop().create_task(work)
            self._closing.add_done_callback(self._closed)
        elif self._dispatcher.is_handler(caller):
            return  # it is being waited for
        await asyncio.shield(self._closing)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        self._closing = None

    async def _end(self, session: Session, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        try:
            await self._dispatcher.stop(timeout, caller)
            if session.connected:
                await session.flush(timeout)
                await self._leave_replies(session)
        finally:
            await session.stop()
            if self._session is session:
                self._session = None
        tasks = self._background - {caller, asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _leave_replies(self, session: Session) -> None:
        """Unsubscribe from replies: the broker need not keep them for a client that does not ask any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                for topic_filter in self._dispatcher.reply_filters():
                    await session.unsubscribe(topic_filter)

    # -- health --------------------------------------------------------------------------------------------------

    async def publish_health(self, ok: bool, event: str | None = None, err: str | None = None) -> None:
        """Publish this client's health, retained; does nothing where ``enable_health`` is off."""
        if not self.settings.enable_health:
            return
        data = dump(health_data(ok, event, err))
        payload = seal(HEALTH_TYPE, data, message_id=new_id(), source=self.settings.source, ts=now())
        await self._send(Outgoing(topic=health_topic(self.client_id), payload=payload, qos=1, retain=True))

    async def _beat(self, session: Session) -> None:
        while True:
            if session.connected:
                with suppress(TopicwrightError):
                    await session.publish(heartbeat(self.client_id))
            await asyncio.sleep(self.settings.heartbeat_interval)

    # -- for the typed and the untyped API -----------------------------------------------------------------------

    def _require(self) -> Session:
        if self._session is None:
            raise NotConnectedError("not connected: call connect() first, or use 'async with'")
        self._session.check_usable()
        return self._session

    async def _send(self, message: Outgoing) -> None:
        await self._require().publish(message)
        self._stats.published += 1

    async def _register(
        self,
        topic_filter: str,
        qos: int,
        work: Work | Inline,
        *,
        inline: bool = False,
        on_error: OnError | None = None,
    ) -> tuple[Entry, Subscription]:
        # The handler is there before SUBSCRIBE goes out, so that no retained message can come too early.
        session = self._require()
        entry = self._dispatcher.add(topic_filter, qos, work, inline=inline, on_error=on_error or self._on_error)
        try:
            await session.subscribe(topic_filter, qos)
        except BaseException:
            if self._dispatcher.remove(entry):
                self._spawn(session.unsubscribe(topic_filter))
            raise
        return entry, Subscription(topic_filter, lambda: self._unregister(entry))

    async def _unregister(self, entry: Entry) -> None:
        if not entry.closed and self._dispatcher.remove(entry) and self._session is not None:
            await self._session.unsubscribe(entry.topic_filter)

    async def _invalid(self, message: InvalidMessage) -> None:
        if self._on_invalid is not None:
            await self._on_invalid(message)
        if self.settings.dead_letter_topic is not None:
            await self._send_dead_letter(
                self.settings.dead_letter_topic, message.topic, message.payload, str(message.error)
            )

    async def _bury(self, incoming: Incoming, topic: str, error: Exception | asyncio.CancelledError) -> None:
        text = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
        await self._send_dead_letter(topic, incoming.topic, incoming.payload, text)

    async def _send_dead_letter(self, topic: str, origin: str, payload: bytes, reason: str) -> None:
        user = (("topic", origin), ("reason", reason), ("client", self.client_id))
        session = self._require()
        properties = Properties(user=user) if session.version == 5 else EMPTY
        await self._send(Outgoing(topic=topic, payload=payload, qos=1, properties=properties))
