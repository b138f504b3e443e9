"""Connecting, health, heartbeat, shutting down: the part of the client that has nothing to do with payloads."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from topicwright.catalog.factories import new_id, now
from topicwright.client.core import Parts
from topicwright.client.health import HEALTH_TYPE, health_data, health_topic, heartbeat, last_will
from topicwright.client.signals import termination
from topicwright.codec.envelope import seal
from topicwright.codec.json_writer import dump
from topicwright.errors import TopicwrightError
from topicwright.mqtt.message import Outgoing
from topicwright.session.session import Callbacks, Session
from topicwright.transport.factory import make_transport

log = logging.getLogger("topicwright")


class Lifecycle(Parts):
    """A client's connection from ``connect`` to ``shutdown``, over as many reconnects as it takes."""

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
                log.info("connected as %s", self.client_id)
                if self._had_session and not session.session_present:
                    self._session_lost()
                self._had_session = self.settings.session_expiry > 0
                if self.settings.enable_heartbeat:
                    self._background.start(self._beat(session))
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
            session.release()
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
        callbacks = Callbacks(
            connecting=self._dispatcher.connecting,
            receive=self._dispatcher.receive,
            connected=self._dispatcher.connected,
            reconnected=self._reconnected,
        )
        session = Session(self.settings, self._transport, callbacks, self._last_will(), self._stats)
        for entry in self._dispatcher.entries:
            session.want(entry.topic_filter, entry.qos)
        return session

    def _last_will(self) -> Outgoing | None:
        """Return the Last Will: a client has one (MQTT 5, section 3.1.2.5), that of its health where it has any."""
        asked = self.will.outgoing() if self.will is not None else None
        if not self.settings.enable_health:
            return asked
        will = last_will(self.client_id, self.settings.source)
        if asked is not None and asked.topic != will.topic:
            log.warning(
                "health is on: the Last Will goes to %s, and not to %s as the catalog says", will.topic, asked.topic
            )
        return will

    def _reconnected(self, session_present: bool) -> None:
        self._stats.reconnects += 1
        if not session_present:
            self._session_lost()
        self._background.start(self.publish_health(True, "reconnected"))

    def _session_lost(self) -> None:
        self._stats.sessions_lost += 1
        log.warning("the broker had forgotten the session: what it had queued for this client is lost")
        if self._on_session_lost is not None:
            self._background.start(self._on_session_lost())

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
        await self._background.end(caller)

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
        message = Outgoing(topic=health_topic(self.client_id), payload=payload, qos=1, retain=True)
        await self._send(message, keep=False)  # what was true of this process is not of the next one

    async def _beat(self, session: Session) -> None:
        while True:
            if session.connected:
                with suppress(TopicwrightError):
                    await session.publish(heartbeat(self.client_id))
            await asyncio.sleep(self.settings.heartbeat_interval)
