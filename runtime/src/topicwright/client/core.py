"""What a client is made of, and what can be asked of it without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any, ClassVar, Self, Unpack
from weakref import WeakValueDictionary

from topicwright.catalog.topic import Topic
from topicwright.client.background_tasks import Background
from topicwright.client.health import LastWill
from topicwright.client.rpc.replies import Replies
from topicwright.client.rpc.requester import Asker
from topicwright.client.signatures import check_async
from topicwright.codec.message_writer import Writers
from topicwright.config.environment import load, read_env
from topicwright.config.settings import Options
from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.dispatch.handlers.dead_letters import DeadLetters, OnInvalid
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.registration import Entry
from topicwright.errors import NotConnectedError
from topicwright.mqtt.message import Outgoing, Window
from topicwright.session.outbox.pending import Posted
from topicwright.session.session import Session
from topicwright.telemetry.observer import Observer, Sent
from topicwright.telemetry.stats import Stats, TopicStats
from topicwright.transport.base import Transport
from typing_extensions import override

OnSessionLost = Callable[[], Awaitable[None]]


class Parts:
    """The settings, counters, handlers and session of one client."""

    asked: ClassVar[Mapping[str, object]] = {}
    """The settings that the catalog asks of clients of this kind; the environment and keywords win over it."""
    will: ClassVar[LastWill | None] = None
    """The Last Will that the catalog asks for; a client that announces its health has that of its health."""

    def __init__(
        self,
        mqtt_url: str | None = None,
        client_id: str | None = None,
        *,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_error: OnError = IGNORE,
        observer: Observer | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Check the settings; nothing is connected yet.

        Args:
            mqtt_url: ``mqtt://[user:pass@]host[:port]``, also ``mqtts``, ``ws`` and ``wss``.
            client_id: the client identifier, under which the broker keeps the session.
            on_invalid: called with each message whose payload is not what the catalog says.
            on_session_lost: called when the broker had forgotten the session at a reconnect.
            on_error: what becomes of a message whose handler fails, where the subscription does not say.
            observer: is around each publish and each call of a handler, such as ``opentelemetry.Telemetry``.
            options: see ``Settings``.

        Raises:
            ConfigurationError: with all problems at once.
        """
        for callback, what, number in ((on_invalid, "on_invalid", 1), (on_session_lost, "on_session_lost", 0)):
            if callback is not None:
                check_async(callback, what, arguments=(number,))
        given = {name: value for name, value in options.items() if value is not None}
        self.settings = load({**self.asked, "mqtt_url": mqtt_url, "client_id": client_id, **given})
        self._stats = Stats()
        self._dead_letters = DeadLetters(self.settings, on_invalid, self._send, lambda: self._require().version)
        self._on_session_lost = on_session_lost
        self._on_error = on_error
        self._observer = observer
        self._transport: Transport | None = None
        self._dispatcher = Dispatcher(self.settings, self._stats, self._dead_letters)
        self._session: Session | None = None
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._background = Background()
        self._raw: dict[str, Entry] = {}
        self._turns: WeakValueDictionary[tuple[asyncio.AbstractEventLoop, str], asyncio.Lock] = WeakValueDictionary()
        self._had_session = False
        self._replies = Replies(self._stats)
        self._writers = Writers(self.settings.source, self._stats)
        self._askers: dict[int, Asker] = {}
        self._listening: dict[Topic[Any, Any, Any], asyncio.Task[None]] = {}

    @classmethod
    def from_env(
        cls,
        *,
        on_invalid: OnInvalid | None = None,
        on_session_lost: OnSessionLost | None = None,
        on_error: OnError = IGNORE,
        observer: Observer | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client with the settings of the ``MQTT_*`` variables, ``.env`` and, above both, ``options``.

        Raises:
            ConfigurationError: with all problems at once; a ``KeyError`` too where a variable is missing.
        """
        values = read_env(options)
        load(values, env=True)
        return cls(
            on_invalid=on_invalid, on_session_lost=on_session_lost, on_error=on_error, observer=observer, **values
        )

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
        """Return a snapshot of the counters and timings."""
        snapshot = self._stats.copy()
        self._dispatcher.count_in_flight(snapshot)
        snapshot.in_flight = 0 if self._session is None else self._session.in_flight
        return snapshot

    # -- for subclasses -------------------------------------------------------------------------------------------

    def _require(self) -> Session:
        if self._session is None:
            raise self._not_connected()
        self._session.check_usable()
        return self._session

    def _not_connected(self) -> NotConnectedError:
        return NotConnectedError("not connected: call connect() first, or use 'async with'")

    def _post(
        self,
        message: Outgoing,
        counts: TopicStats,
        window: Window | None,
        failed: Callable[[BaseException], None],
        *,
        at_once: bool = False,
    ) -> Posted | None:
        """Publish without waiting, and count; None where that cannot be done: see ``Outbox.post``."""
        session, since = self._session, perf_counter()
        if session is None or self._observer is not None:
            return None

        def ended(error: BaseException | None) -> None:
            if error is None:
                counts.published += 1
                counts.acknowledging.add(perf_counter() - since)
                return
            counts.failed += 1
            if not isinstance(error, asyncio.CancelledError):
                failed(error)

        return session.post(message, window, ended, at_once=at_once)

    async def _send(
        self, message: Outgoing, *, address: str | None = None, window: Window | None = None, keep: bool = True
    ) -> None:
        """Publish and count; ``address`` is what the catalog calls the topic."""
        session = self._session
        if session is None:
            raise self._not_connected()
        since = perf_counter()
        try:
            if self._observer is None:
                await session.publish(message, window, keep=keep)
            else:
                sent = Sent(self.settings, message, address or message.topic, session.version)
                with self._observer.publishing(sent) as traced:
                    await session.publish(traced, window, keep=keep)
        except BaseException:
            self._stats.sent_to(address or message.topic).failed += 1
            raise
        self._stats.sent(address or message.topic, perf_counter() - since)
