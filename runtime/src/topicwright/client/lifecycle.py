"""The connection of a client: connect, reconnects, shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from topicwright.client.core import Core
from topicwright.client.health import Health, Missing, OnSubscriptionRefused, PublishHealth
from topicwright.client.rpc.requests import Requests
from topicwright.client.signals import termination
from topicwright.dispatch.dispatcher import Dispatcher
from topicwright.errors import TopicwrightError, UnsubscribeRejectedError
from topicwright.session.session import Callbacks, Session
from topicwright.transport.base import Transport
from topicwright.transport.factory import make_transport

log = logging.getLogger("topicwright")

OnSessionLost = Callable[[], Awaitable[None]]


class Lifecycle:
    """A client's connection from ``connect`` to ``shutdown``, over any number of reconnects."""

    def __init__(
        self,
        core: Core,
        dispatcher: Dispatcher,
        health: Health,
        requests: Requests,
        publish_health: PublishHealth,
        on_session_lost: OnSessionLost | None,
        on_subscription_refused: OnSubscriptionRefused | None,
    ) -> None:
        """Take the client's own ``publish_health``, which a subclass may override."""
        self._core = core
        self._dispatcher = dispatcher
        self._health = health
        self._requests = requests
        self._publish_health = publish_health
        self._on_session_lost = on_session_lost
        self._missing = Missing(core, publish_health, on_subscription_refused)
        self._transport: Transport | None = None
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._closing: asyncio.Task[None] | None = None
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
                self._missing.tell()
                await self._missing.publish_health("ready")
            except BaseException:
                await self._end(session, 0, None)
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
            await self._end(session, 0, None)
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
            subscribed=self._missing.look,
        )
        session = Session(settings, self._transport, callbacks, self._health.last_will(), self._core.stats)
        for registration in self._dispatcher.registrations:
            session.subscriptions.want(registration.topic_filter, registration.qos)
        return session

    def _reconnected(self, session_present: bool) -> None:
        self._core.stats.reconnects += 1
        if not session_present:
            self._session_lost()
        self._missing.reconnected()

    def _session_lost(self) -> None:
        self._core.stats.sessions_lost += 1
        log.warning("the broker had forgotten the session: what it had queued for this client is lost")
        if self._on_session_lost is not None:
            self._core.background.start(self._on_session_lost())

    async def run_forever(self) -> None:
        """Return on SIGTERM, SIGINT or ``shutdown``; see ``MQTTClient.run_forever``."""
        session = self._core.require()
        with termination() as stop:
            stopped = asyncio.ensure_future(stop.wait())
            try:
                ends = (stopped, session.failed, session.lacking, session.ended)
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
        if session.failed.done():
            raise session.failed.result()
        if session.lacking.done():
            raise session.lacking.result()

    # -- ending --------------------------------------------------------------------------------------------------

    async def shutdown(self) -> None:
        """Publish health ``ok: false``, let handlers finish, and disconnect; see ``MQTTClient.shutdown``."""
        if self._core.connected and self._closing is None:
            with suppress(TopicwrightError, TimeoutError):
                async with asyncio.timeout(max(self._core.settings.shutdown_timeout, 1.0)):
                    await self._publish_health(False, "shutdown")
        await self.disconnect()

    async def disconnect(self) -> None:
        """Disconnect without a health message. Idempotent."""
        caller, session = asyncio.current_task(), self._core.session
        if session is None or session.abandoned:
            return
        session.check_loop()
        if self._closing is None:
            # A task of its own, so that it finishes even if the caller is cancelled.
            work = self._end(session, self._core.settings.shutdown_timeout, caller)
            self._closing = asyncio.get_running_loop().create_task(work)
            self._closing.add_done_callback(self._closed)
        elif self._dispatcher.is_handler(caller):
            return  # the shutdown waits for this handler
        await asyncio.shield(self._closing)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        self._closing = None

    async def _end(self, session: Session, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        try:
            await self._dispatcher.stop(timeout, caller)
            if session.connected:
                await session.flush(timeout)
                await self._unsubscribe_replies(session)
        finally:
            await session.stop()
            if self._core.session is session:
                self._core.session = None
        await self._core.background.end(caller)

    async def _unsubscribe_replies(self, session: Session) -> None:
        """Unsubscribe from replies: the broker need not queue them for a client without requests."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                for topic_filter in self._dispatcher.reply_filters():
                    with suppress(UnsubscribeRejectedError):
                        await session.unsubscribe(topic_filter)
