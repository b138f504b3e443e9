"""The connection of a client: connect, reconnects, shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any

from topicwright.client.connection.health import Health, Missing, PublishHealth
from topicwright.client.connection.hooks import Hooks
from topicwright.client.connection.signals import termination
from topicwright.client.core import Core, not_connected
from topicwright.client.rpc.requests import Requests
from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.dispatch.handlers.dead_letters import DeadLetters
from topicwright.errors import ConnectError, TopicwrightError
from topicwright.mqtt.message import Outgoing
from topicwright.session.callbacks import Callbacks
from topicwright.session.session import Session
from topicwright.transport.base import Transport
from topicwright.transport.factory import make_transport

log = logging.getLogger("topicwright")


class Lifecycle:
    """A client's connection from ``connect`` to ``shutdown``, over any number of reconnects."""

    def __init__(
        self,
        core: Core,
        dispatcher: Dispatcher,
        health: Health,
        requests: Requests,
        publish_health: PublishHealth,
        dead_letters: DeadLetters,
        hooks: Hooks,
        register: Callable[[], Awaitable[None]],
    ) -> None:
        """Take the client's own ``publish_health``, which a subclass may override, and what has handlers registered."""
        self._core = core
        self._dispatcher = dispatcher
        self._health = health
        self._requests = requests
        self._publish_health = publish_health
        self._dead_letters = dead_letters
        self._hooks = hooks
        self._register = register
        self._missing = Missing(core, publish_health, hooks.on_subscription_refused)
        self._transport: Transport | None = None
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._has_ended = False
        """Whether the last connection was ended by the program, rather than never made."""
        self._had_session = False

    # -- connecting ----------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect, start the heartbeat, and publish health ``ok: true``; see ``MQTTClient.connect``."""
        core = self._core
        async with self._exclusive():
            if self._closing is not None:
                await asyncio.shield(self._closing)
            if await self._is_connected():
                return
            session = core.session = self._new_session()
            self._missing.reset()
            self._dispatcher.start()
            try:
                await session.start()
                log.info("connected as %s", core.settings.client_id)
                if self._had_session and not session.session_present:
                    self._session_lost()
                self._had_session = core.settings.session_expiry > 0
                if core.settings.enable_heartbeat:
                    core.background.start(self._health.beat(session))
                await self._register()
                self._connected()
                self._missing.tell()
                await self._missing.publish_health("ready")
            except BaseException:
                await self._close(self._end(session, 0, None))
                self._has_ended = False
                raise

    def _exclusive(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._lock is None or self._lock[0] is not loop:
            self._lock = (loop, asyncio.Lock())
        return self._lock[1]

    async def _is_connected(self) -> bool:
        """Return whether there is a usable session, and remove one that is not."""
        session = self._core.session
        if session is None:
            return False
        if session.abandoned:
            session.release()
            self._core.session = None
            self._core.background.clear()
            self._requests.abandon()
            self._dispatcher.halt()
            return False
        if session.failed.done():
            await self._close(self._end(session, 0, None))
            return False
        session.check_usable()
        return True

    def _new_session(self) -> Session:
        settings = self._core.settings
        self._transport = self._transport or make_transport(settings)
        callbacks = Callbacks(
            connecting=self._dispatcher.connecting,
            receive=self._dispatcher.receive,
            connected=self._dispatcher.connected,
            reconnected=self._reconnected,
            busy=self._dispatcher.busy,
            given_up=self._given_up,
            lost=self._lost,
            failed=self._failed,
            subscribed=self._missing.look,
        )
        session = Session(
            settings,
            self._transport,
            callbacks,
            self._health.last_will(),
            self._core.stats,
            self._hooks.credentials,
        )
        for registration in self._dispatcher.registrations:
            session.subscriptions.want(registration.topic_filter, registration.options)
        return session

    def _reconnected(self, session_present: bool) -> None:
        self._core.stats.reconnects += 1
        self._connected()
        if not session_present:
            self._session_lost()
        self._missing.reconnected()

    def _session_lost(self) -> None:
        self._core.stats.sessions_lost += 1
        log.warning("the broker had forgotten the session: what it had queued for this client is lost")
        if self._hooks.on_session_lost is not None:
            self._core.background.start(self._hooks.on_session_lost())

    def _connected(self) -> None:
        if self._hooks.on_connected is not None:
            self._core.background.start(self._hooks.on_connected())

    def _lost(self, error: ConnectError) -> None:
        if self._hooks.on_lost is not None:
            self._core.background.start(self._hooks.on_lost(error))

    def _failed(self, error: ConnectError) -> None:
        if self._hooks.on_failed is not None:
            self._core.background.start(self._hooks.on_failed(error))

    def _given_up(self, message: Outgoing, error: TopicwrightError) -> None:
        self._core.background.start(self._dead_letters.send_unsent(message, error))

    async def closed(self) -> None:
        """Return when the client has ended; see ``MQTTClient.closed``."""
        session = self._core.session
        if session is None:
            if self._has_ended:
                return
            raise not_connected()
        session.check_loop()
        ends = (session.failed, session.lacking, session.ended)
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if session.failed.done():
            raise session.failed.result()
        if session.lacking.done():
            raise session.lacking.result()

    async def run_forever(self, *, signals: bool) -> None:
        """Return on SIGTERM, SIGINT or ``shutdown``; see ``MQTTClient.run_forever``."""
        if not signals:
            return await self.closed()
        ended = asyncio.ensure_future(self.closed())
        with termination() as stop:
            stopped = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait((stopped, ended), return_when=asyncio.FIRST_COMPLETED)
                if ended.done():
                    ended.result()
            finally:
                stopped.cancel()
                ended.cancel()

    # -- ending --------------------------------------------------------------------------------------------------

    async def shutdown(self) -> None:
        """Publish health ``ok: false``, let handlers finish, and disconnect; see ``MQTTClient.shutdown``."""
        await self._leave(farewell=True)

    async def disconnect(self) -> None:
        """Disconnect without a health message. Idempotent."""
        await self._leave(farewell=False)

    async def _leave(self, *, farewell: bool) -> None:
        caller, session = asyncio.current_task(), self._core.session
        if session is None or session.abandoned:
            return
        session.check_loop()
        if self._closing is None:
            timeout = self._core.settings.shutdown_timeout
            await self._close(self._end(session, timeout, caller, farewell=farewell and session.connected))
        elif not self._dispatcher.is_handler(caller):  # else the shutdown waits for this handler
            await asyncio.shield(self._closing)

    async def _close(self, work: Coroutine[Any, Any, None]) -> None:
        """End the session in a task of its own, which finishes even if the caller is cancelled, more than once too."""
        self._closing = asyncio.get_running_loop().create_task(work)
        self._closing.add_done_callback(self._closed)
        await asyncio.shield(self._closing)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        self._closing = None

    async def _end(
        self, session: Session, timeout: float, caller: asyncio.Task[Any] | None, *, farewell: bool = False
    ) -> None:
        """End a session: ``timeout`` seconds for everything but the goodbye, which the session limits."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        said = asyncio.ensure_future(self._say_goodbye()) if farewell else None
        try:
            await asyncio.sleep(0)  # the health message goes out before what handlers still publish
            if session.connected and self._core.settings.session_expiry == 0:
                # Nobody keeps what comes from now on: the broker shall give it to others of a group, or to nobody.
                await self._unsubscribe(session, self._dispatcher.filters(), deadline)
            await self._dispatcher.stop(max(0.0, deadline - loop.time()), caller)
            if session.connected:
                await session.flush(max(0.0, deadline - loop.time()))
                # The broker need not queue replies for a client without requests.
                await self._unsubscribe(session, self._dispatcher.reply_filters(), deadline)
        finally:
            await session.stop()
            if self._core.session is session:
                self._core.session = None
                self._has_ended = True
            if said is not None:
                await asyncio.wait({said})
        await self._core.background.end(caller)

    async def _say_goodbye(self) -> None:
        with suppress(TopicwrightError, TimeoutError):
            await self._publish_health(False, "shutdown")

    async def _unsubscribe(self, session: Session, filters: Collection[str], deadline: float) -> None:
        """Unsubscribe from filters, all at once, and wait for the answers."""
        work = [asyncio.ensure_future(session.unsubscribe(topic_filter)) for topic_filter in filters]
        if work:
            loop = asyncio.get_running_loop()
            _, late = await asyncio.wait(work, timeout=max(0.0, deadline - loop.time()))
            for task in late:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
