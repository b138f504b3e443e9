"""The parts of a client, its settings, its state and its connection."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ClassVar, Self, Unpack

from topicwright.catalog.topic import Declared
from topicwright.client.connection.health import Health, LastWill, OnSubscriptionRefused
from topicwright.client.connection.hooks import Hooks, OnConnected, OnFailed, OnLost, OnSessionLost
from topicwright.client.connection.lifecycle import Lifecycle
from topicwright.client.core import Core
from topicwright.client.early_handlers import EarlyHandlers
from topicwright.client.publisher import Publisher
from topicwright.client.registrations import Registrations
from topicwright.client.rpc.requests import Requests
from topicwright.client.signatures import check_async
from topicwright.config.credentials import Credentials, has_login
from topicwright.config.environment import concealed, load, read_env
from topicwright.config.settings import Options, Settings
from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.dispatch.handlers.dead_letters import DeadLetters, OnInvalid
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.errors import ConfigurationError
from topicwright.telemetry.observer import Observer
from topicwright.telemetry.stats import Stats
from typing_extensions import override

log = logging.getLogger("topicwright")


class BaseClient:
    """A client's settings, state and connection. Subclasses publish and receive."""

    asked: ClassVar[Mapping[str, object]] = {}
    """The settings that the catalog declares for clients of this class; the environment and keywords override them."""
    sends: ClassVar[Declared] = ()
    """What a service sends, its requests as ``Call``: for ``topicwright export``."""
    receives: ClassVar[Declared] = ()
    """What a service receives, what it serves as ``Call``: for ``missing_handlers`` too."""
    will: ClassVar[LastWill | None] = None
    """The Last Will that the catalog declares; a client that publishes its health has that of its health instead."""

    def __init__(
        self,
        mqtt_url: str | None = None,
        client_id: str | None = None,
        *,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_connected: OnConnected | None = None,
        on_lost: OnLost | None = None,
        on_failed: OnFailed | None = None,
        on_subscription_refused: OnSubscriptionRefused | None = None,
        credentials: Credentials | None = None,
        on_error: OnError = IGNORE,
        observer: Observer | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Check the settings; nothing is connected yet.

        Args:
            mqtt_url: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws`` and ``wss``.
            client_id: the client identifier, under which the broker keeps the session.
            on_invalid: called with each message whose payload does not match the catalog.
            on_session_lost: called when the broker had forgotten the session at a reconnect.
            on_connected: called after each connection, the first included, when the subscriptions are back.
            on_lost: called with the error when a connection has ended; the client reconnects.
            on_failed: called with the error when the session has ended permanently.
            on_subscription_refused: called with the error when the broker refuses a subscription that it had granted,
                or that a new connection needs; the client asks again by itself.
            credentials: asked for the login at each attempt to connect, in place of that of the settings.
            on_error: the error policy of handlers that are registered without one.
            observer: wraps each publish and each call of a handler, such as ``opentelemetry.Telemetry``.
            options: see ``Settings``.

        Raises:
            ConfigurationError: with all problems at once.
        """
        if on_invalid is not None:
            check_async(on_invalid, "on_invalid", arguments=(1,))
        hooks = Hooks(
            on_session_lost=on_session_lost,
            on_subscription_refused=on_subscription_refused,
            on_connected=on_connected,
            on_lost=on_lost,
            on_failed=on_failed,
            credentials=credentials,
        )
        explicit = {name: value for name, value in options.items() if value is not None}
        settings = load(concealed({**self.asked, "mqtt_url": mqtt_url, "client_id": client_id, **explicit}))
        if credentials is not None and has_login(settings):
            raise ConfigurationError(["the settings have a login, and credentials= gives another: remove one"])
        core = self._core = Core(settings, observer)
        self._publisher = Publisher(core)
        dead_letters = DeadLetters(settings, on_invalid, self._publisher.send, lambda: core.require().version)
        self._dispatcher = Dispatcher(settings, core.stats, dead_letters)
        self._registrations = Registrations(core, self._dispatcher, on_error)
        self._early = EarlyHandlers()
        self._requests = Requests(core, self._publisher, self._registrations)
        self._health = Health(core, self._publisher, lambda: self.will)
        self._lifecycle = Lifecycle(
            core,
            self._dispatcher,
            self._health,
            self._requests,
            self.publish_health,
            dead_letters,
            hooks,
            self._early.register,
        )

    @classmethod
    def from_env(
        cls,
        *,
        mqtt_url: str | None = None,
        client_id: str | None = None,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_connected: OnConnected | None = None,
        on_lost: OnLost | None = None,
        on_failed: OnFailed | None = None,
        on_subscription_refused: OnSubscriptionRefused | None = None,
        credentials: Credentials | None = None,
        on_error: OnError = IGNORE,
        observer: Observer | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client with the settings of the ``MQTT_*`` variables, ``.env`` and, above both, the keywords.

        A program that names its own ``client_id`` can share the environment and the ``.env`` of others.

        Raises:
            ConfigurationError: with all problems at once; it is also a ``KeyError`` where a variable is missing.
        """
        named = {"mqtt_url": mqtt_url, "client_id": client_id}
        values = read_env({**options, **{name: value for name, value in named.items() if value is not None}})
        load(values, env=True)
        return cls(
            on_invalid=on_invalid,
            on_session_lost=on_session_lost,
            on_connected=on_connected,
            on_lost=on_lost,
            on_failed=on_failed,
            on_subscription_refused=on_subscription_refused,
            credentials=credentials,
            on_error=on_error,
            observer=observer,
            **values,
        )

    @override
    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"<{type(self).__name__} {self.settings.client_id} at {self.settings.mqtt_url}, {state}>"

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings, checked."""
        return self._core.settings

    @property
    def client_id(self) -> str:
        """The client identifier."""
        return self._core.settings.client_id

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now; False while reconnecting."""
        return self._core.connected

    @property
    def session_present(self) -> bool | None:
        """Whether the broker had kept the session at the last connect; None when not connected."""
        session = self._core.session
        return None if session is None else session.session_present

    def stats(self) -> Stats:
        """Return a snapshot of the counters and timings."""
        snapshot, session = self._core.stats.copy(), self._core.session
        self._dispatcher.count_in_flight(snapshot)
        snapshot.in_flight = 0 if session is None else session.in_flight
        snapshot.subscriptions_missing = 0 if session is None else len(session.subscriptions.missing)
        return snapshot

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return, inside a handler, a transaction of ``dedupe_store`` that also records the message as handled.

        ``with client.transaction() as database: database.execute(...)``: either both are written or neither, so what
        it writes happens once, whenever the process is killed. The body must not wait. After it the message is
        handled: an error is logged, and neither tried again nor given to a dead-letter topic.

        Raises:
            TransactionError: outside of a handler, without ``dedupe_store``, for a message without an id, or twice.
        """
        return self._dispatcher.transaction()

    # -- the connection ------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.shutdown()

    async def connect(self) -> None:
        """Connect, start the heartbeat, and publish health ``ok: true``, where these are enabled. Idempotent.

        Raises:
            BrokerUnavailableError, AuthenticationError, TLSError: within ``connect_timeout``.
        """
        await self._lifecycle.connect()

    async def disconnect(self) -> None:
        """Disconnect without a health message; does nothing when not connected. Handlers stay registered."""
        await self._lifecycle.disconnect()

    async def shutdown(self) -> None:
        """Publish health ``ok: false``, let handlers finish, and disconnect. Idempotent; ``connect`` works after it.

        All of it has ``shutdown_timeout`` seconds, and DISCONNECT one more. A message that was not handled in that
        time is not acknowledged, so it is redelivered when the session is resumed. A handler may call it; its message
        then counts as handled. It goes on where its caller is cancelled.
        """
        await self._lifecycle.shutdown()

    async def closed(self) -> None:
        """Return when the client has ended, by ``shutdown`` or ``disconnect``; at once where it already has.

        Raises:
            NotConnectedError: before ``connect``.
            ConnectError: the session ended permanently, for example because another client took it over.
        """
        await self._lifecycle.closed()

    async def run_forever(self, *, signals: bool = True) -> None:
        """Return on SIGTERM or SIGINT, so that ``async with`` shuts down; also after ``shutdown`` elsewhere.

        With ``signals=False`` it leaves them to the program, such as a web server, and is the same as ``closed``.

        It logs a warning where a service has no handler for something that it receives: see ``missing_handlers``.

        Raises:
            ConnectError: the session ended permanently, for example because another client took it over.
            SubscribeRejectedError: the broker refused a subscription at a reconnect, and ``must_be_subscribed`` is set.
        """
        missing = self._early.missing(self.receives, self._dispatcher.registrations)
        if missing:
            names = ", ".join(topic.event_type for topic in missing)
            log.warning("%s receives what nobody handles: %s", type(self).__name__, names)
        await self._lifecycle.run_forever(signals=signals)

    async def publish_health(self, ok: bool, event: str | None = None, err: str | None = None) -> None:
        """Publish this client's health, retained; does nothing where ``enable_health`` is off."""
        await self._health.publish(ok, event, err)
