"""The settings, state and connection of a blocking client."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, Self, TypeAlias, TypeVar, Unpack

from topicwright.client.core import not_connected
from topicwright.client.mqtt_client import MQTTClient as AsyncClient
from topicwright.client.registrations import Subscription as AsyncSubscription
from topicwright.config.credentials import Login
from topicwright.config.environment import load, read_env
from topicwright.config.settings import Options, Settings
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.errors import ConfigurationError, ConnectError, InvalidMessage, SubscribeRejectedError
from topicwright.sync.handler_threads import HandlerThreads
from topicwright.sync.handlers import in_threads
from topicwright.sync.loop_thread import LoopThread
from topicwright.sync.signals import cancelled_by_signals
from topicwright.sync.subscription import Subscription
from topicwright.telemetry.observer import Observer
from topicwright.telemetry.stats import Stats
from typing_extensions import override

A = ParamSpec("A")
R = TypeVar("R")
Hook: TypeAlias = Callable[[], None]
OnProblem: TypeAlias = Callable[[ConnectError], None]


class BaseClient:
    """A blocking client: an event loop in a thread of its own runs an ``MQTTClient``.

    Its methods may be called from any thread, also from handlers.
    """

    kind: ClassVar[type[AsyncClient]] = AsyncClient
    """The client that runs in the event loop, with what the catalog declares for it."""

    def __init__(
        self,
        mqtt_url: str | None = None,
        client_id: str | None = None,
        *,
        handler_threads: int = 1,
        on_invalid: Callable[[InvalidMessage], None] | None = None,
        on_session_lost: Hook | None = None,
        on_connected: Hook | None = None,
        on_lost: OnProblem | None = None,
        on_failed: OnProblem | None = None,
        on_subscription_refused: Callable[[SubscribeRejectedError], None] | None = None,
        credentials: Callable[[], Login] | None = None,
        on_error: OnError = IGNORE,
        observer: Observer | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Check the settings; nothing is connected yet.

        Args:
            mqtt_url: see ``topicwright.MQTTClient``, as for all that is not named here.
            client_id: the client identifier, under which the broker keeps the session.
            handler_threads: how many threads run handlers and callbacks. With one, no two of them run at once. A
                handler that waits for another handler of this client needs a second.
            on_invalid: these callbacks are plain functions; they run in the threads of handlers.
            on_session_lost: see ``on_invalid``.
            on_connected: see ``on_invalid``.
            on_lost: see ``on_invalid``.
            on_failed: see ``on_invalid``.
            on_subscription_refused: see ``on_invalid``.
            credentials: see ``on_invalid``.
            on_error: the error policy of handlers that are registered without one.
            observer: its methods run in the thread of the event loop.
            options: see ``Settings``.

        Raises:
            ConfigurationError: with all problems at once.
        """
        if handler_threads < 1:
            raise ConfigurationError(["handler_threads must be at least 1"])
        self._handler_threads = handler_threads
        self._lock = threading.RLock()
        self._thread: LoopThread | None = None
        self._threads: HandlerThreads | None = None
        self._has_ended = False

        def hook(function: Callable[..., object] | None, name: str, arguments: int = 0) -> Any:
            return in_threads(self._pool, function, name, arguments=(arguments,))

        self._client = self.kind(
            mqtt_url,
            client_id,
            on_invalid=hook(on_invalid, "on_invalid", 1),
            on_session_lost=hook(on_session_lost, "on_session_lost"),
            on_connected=hook(on_connected, "on_connected"),
            on_lost=hook(on_lost, "on_lost", 1),
            on_failed=hook(on_failed, "on_failed", 1),
            on_subscription_refused=hook(on_subscription_refused, "on_subscription_refused", 1),
            credentials=hook(credentials, "credentials"),
            on_error=on_error,
            observer=observer,
            **options,
        )

    @classmethod
    def from_env(cls, *, handler_threads: int = 1, **options: Any) -> Self:
        """Return a client with the settings of the ``MQTT_*`` variables, ``.env`` and, above both, ``options``.

        Args:
            handler_threads: as for the constructor.
            options: the keywords of the constructor.

        Raises:
            ConfigurationError: with all problems at once; it is also a ``KeyError`` where a variable is missing.
        """
        settings = {name: value for name, value in options.items() if name in Settings.model_fields}
        values = read_env(settings)
        load(values, env=True)
        return cls(handler_threads=handler_threads, **{**options, **values})

    @override
    def __repr__(self) -> str:
        return repr(self._client)

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings, checked."""
        return self._client.settings

    @property
    def client_id(self) -> str:
        """The client identifier."""
        return self._client.client_id

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now; False while reconnecting."""
        return self._client.connected

    @property
    def session_present(self) -> bool | None:
        """Whether the broker had kept the session at the last connect; None when not connected."""
        return self._client.session_present

    def stats(self) -> Stats:
        """Return a snapshot of the counters and timings."""
        return self._client.stats()

    # -- the connection ------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()

    def connect(self) -> None:
        """Connect, start the heartbeat, and publish health ``ok: true``, where these are enabled. Idempotent.

        A process that ends without ``shutdown`` shuts the client down as it exits.

        Raises:
            BrokerUnavailableError, AuthenticationError, TLSError: within ``connect_timeout``.
        """
        with self._lock:
            if self._thread is None:
                self._threads = HandlerThreads(self._handler_threads, self.client_id)
                in_memory = self.settings.mqtt_url.scheme == "memory"
                self._thread = LoopThread.shared() if in_memory else LoopThread(self.client_id)
                atexit.register(self.shutdown)
            thread = self._thread
        try:
            thread.call(self._client.connect)
        except BaseException:
            if not self.connected:
                self.disconnect()
                self._has_ended = False
            raise

    def disconnect(self) -> None:
        """Disconnect without a health message; does nothing when not connected. Handlers stay registered."""
        self._end(self._client.disconnect)

    def shutdown(self) -> None:
        """Publish health ``ok: false``, let handlers finish, and disconnect. Idempotent; ``connect`` works after it.

        All of it has ``shutdown_timeout`` seconds, and DISCONNECT one more. A message that was not handled in that
        time is not acknowledged, so it is redelivered when the session is resumed. Called in a handler it does not
        wait: the client ends when its handlers have returned, and ``run_forever`` with it.
        """
        self._end(self._client.shutdown)

    def run_forever(self, *, signals: bool = True) -> None:
        """Return on SIGTERM or SIGINT, so that ``with`` shuts down; also after ``shutdown`` elsewhere.

        Signals are for the main thread alone; in another it waits for ``shutdown``, as with ``signals=False``.

        Raises:
            NotConnectedError: before ``connect``.
            ConnectError: the session ended permanently, for example because another client took it over.
            SubscribeRejectedError: the broker refused a subscription at a reconnect, and ``must_be_subscribed`` is set.
        """
        if self._thread is None and self._has_ended:
            return
        ended = self._loop_thread().start(self._client.closed)
        try:
            with cancelled_by_signals(ended, wanted=signals):
                ended.result()
        except CancelledError:
            return
        finally:
            ended.cancel()

    def closed(self) -> None:
        """Return when the client has ended; the same as ``run_forever(signals=False)``."""
        self.run_forever(signals=False)

    def publish_health(self, ok: bool, event: str | None = None, err: str | None = None) -> None:
        """Publish this client's health, retained; does nothing where ``enable_health`` is off."""
        self._call(self._client.publish_health, ok, event, err)

    # -- the threads ---------------------------------------------------------------------------------------------

    def _loop_thread(self) -> LoopThread:
        thread = self._thread
        if thread is None:
            raise not_connected()
        return thread

    def _pool(self) -> HandlerThreads:
        threads = self._threads
        if threads is None:
            raise not_connected()
        return threads

    def _call(self, function: Callable[A, Awaitable[R]], *args: A.args, **kwargs: A.kwargs) -> R:
        """Return what a call of the client in the event loop returns."""
        return self._loop_thread().call(function, *args, **kwargs)

    def _subscription(self, subscription: AsyncSubscription) -> Subscription:
        return Subscription(subscription, lambda: self._leave(subscription))

    def _leave(self, subscription: AsyncSubscription) -> None:
        thread, threads = self._thread, self._threads
        if thread is None or threads is None:
            return
        if threads.here:
            thread.start(subscription.close)
        else:
            thread.call(subscription.close)

    def _end(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Leave, and end the threads; in a handler, begin to."""
        thread, threads = self._thread, self._threads
        if thread is None or threads is None or thread.elsewhere:
            return
        if threads.here:
            thread.start(leave)
            return
        thread.call(leave)
        with self._lock:
            if self._thread is not thread:
                return
            self._thread = self._threads = None
            self._has_ended = True
            atexit.unregister(self.shutdown)
        threads.stop()
        thread.stop()
