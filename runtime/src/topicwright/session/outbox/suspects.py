"""Finds the message that makes a broker end the connection, and keeps it from everything else.

A broker may end the connection instead of answering: by policy, or because of a limit. The message is not acknowledged
then, and would be sent again on each connection. So each message counts the connections that ended while it was
unanswered. One that counts too many is a suspect: it is sent alone, after everything else has been answered, and other
messages on its topic queue behind it. Only a message that was alone can be convicted, and a connection that was not
shown to work convicts none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Final, Protocol

from topicwright.errors import BrokerProtocolError, ConnectError, ConnectionLostError, PublishEndsConnectionError
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.reason_codes import ABOUT_A_PAYLOAD, FAULT_OF_A_PACKET, NO_FAULT_OF_A_PACKET, UNCONDITIONAL
from topicwright.session.outbox.acknowledgement import end_of
from topicwright.session.outbox.pending import Pending
from topicwright.session.outbox.quarantine import Quarantine
from topicwright.session.outbox.records import Records
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

LONGEST_ROUND_TRIP: Final = 1.0
"""Seconds; a broker that has not answered PINGREQ by then holds nothing up any longer."""
NEVER_ALONE_FACTOR: Final = 3
"""After so many times the limit a suspect is given up although other messages were unanswered each time too."""


def is_blamed_on_packets(error: ConnectError) -> bool:
    """Return whether a connection may have ended because of a packet of the client."""
    if not isinstance(error, ConnectionLostError) or isinstance(error, BrokerProtocolError):
        return False
    return not error.by_client and error.reason not in NO_FAULT_OF_A_PACKET


async def round_trip(connection: Connection) -> None:
    """Return when the broker has read what was sent, or the connection has ended; at the latest after a second."""
    await asyncio.wait({connection.probe()}, timeout=LONGEST_ROUND_TRIP)


class Owner(Protocol):
    """The part of the outbox that suspects need."""

    def hold(self) -> None:
        """Keep new publishes back."""
        ...

    def release(self, connection: Connection) -> None:
        """Send what was kept back, unless the connection has ended."""
        ...

    def open(self, connection: Connection) -> None:
        """Send new publishes at once where nothing is under suspicion."""
        ...

    def send_over(self, connection: Connection, pending: Pending) -> None:
        """Send a suspect while others are kept back."""
        ...


class Suspects:
    """The publishes of one outbox that are suspected of ending connections."""

    def __init__(self, owner: Owner, pending: dict[Pending, None], records: Records, limit: int) -> None:
        """Take all publishes in flight, and how many ended connections convict one of them."""
        self._owner = owner
        self._pending = pending
        self._records = records
        self._limit = limit
        self._topics = Quarantine()
        self._loop = asyncio.get_running_loop()
        self._without_publisher: dict[Outgoing, int] = {}
        self._connection: Connection | None = None
        self._waiting: dict[Pending, None] = {}
        """Those that wait for their turn to be sent alone, in order."""
        self._tried: list[Pending] = []
        """Those that were sent last over this connection."""
        self._one_at_a_time = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __bool__(self) -> bool:
        return bool(self._topics)

    def inherited(self, pending: Pending) -> None:
        """Take a publish of an earlier process, which may be a suspect already."""
        if self._is_suspect(pending):
            self._topics.suspect(pending.message.topic)

    def _is_suspect(self, pending: Pending) -> bool:
        return pending.ends >= self._limit - 1

    # -- while connected -----------------------------------------------------------------------------------------

    def connected(self, connection: Connection) -> None:
        """Take a new connection."""
        self._connection = connection
        self._clear()
        if (end := self._topics.next_end()) is not None:
            self._timer = self._loop.call_at(end, self._watch_ended)

    def _watch_ended(self) -> None:
        self._clear()
        if self._connection is not None and not self._waiting:
            self._owner.open(self._connection)

    def _clear(self) -> None:
        self._topics.clear({item.message.topic for item in self._pending if self._is_suspect(item)}, self._loop.time())

    def refusal(self, topic: str) -> PublishEndsConnectionError | None:
        """Return the error for a message that is not sent at all, because those before it ended connections."""
        refused = self._topics.refused(topic, self._loop.time())
        return None if refused is None else PublishEndsConnectionError(topic, *refused)

    def takes(self, pending: Pending) -> bool:
        """Return whether a publish must wait for its turn among the suspects."""
        if pending.message.topic not in self._topics or self._connection is None:
            return False
        self._waiting[pending] = None
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._try_all(self._connection))
        return True

    async def _try_all(self, connection: Connection) -> None:
        """Send one suspect, then two, four, ...: the first that is unanswered at the end is alone the next time."""
        size = 1
        while self._waiting and not connection.closed.done():
            batch = list(self._waiting)[:size]
            for pending in batch:
                del self._waiting[pending]
            await self._try(connection, [pending for pending in batch if not pending.future.done()])
            size *= 2
        self._watch_ended()

    @asynccontextmanager
    async def quiet(self, connection: Connection) -> AsyncGenerator[None]:
        """Keep everything back that is published while a suspect is sent, also one that is a filter."""
        async with self._one_at_a_time:
            await round_trip(connection)  # the connection works, and others have been sent
            self._owner.hold()
            try:
                if connection.unanswered() or connection.unconfirmed:
                    await round_trip(connection)
                yield
            finally:
                self._owner.release(connection)

    async def _try(self, connection: Connection, batch: list[Pending]) -> None:
        async with self.quiet(connection):
            if connection.closed.done():
                return
            self._tried = batch
            for pending in batch:
                self._owner.send_over(connection, pending)
            await round_trip(connection)
        for pending in batch:
            if not pending.future.done():
                await asyncio.wait(
                    {end_of(pending.transmission or pending.future), connection.closed},
                    return_when=asyncio.FIRST_COMPLETED,
                )

    # -- afterwards ----------------------------------------------------------------------------------------------

    def lost(self, connection: Connection, error: ConnectError | None, *, others: bool) -> None:
        """Judge the messages that were unanswered when the connection ended.

        ``others`` says whether there were unanswered subscriptions too.
        """
        tried, self._tried = self._tried, []
        self._stop()
        if error is None or not is_blamed_on_packets(error):
            return
        by_message = {pending.message: pending for pending in self._pending}
        unanswered = connection.unanswered()
        publishes = [by_message[message] for message in unanswered if message in by_message]
        for pending in publishes:
            self._blame(pending, error.reason)
        alone = len(unanswered) == 1 and not (others or connection.unconfirmed)
        for pending in publishes:
            certain = self._is_certain(pending, error.reason)
            if (alone and certain) or (tried == [pending] and pending.ends >= self._limit * NEVER_ALONE_FACTOR):
                self._give_up(pending, error.reason)
        suspects = [item.message for item in publishes if item.future.done() or item.message.topic in self._topics]
        left = [message for message in unanswered if message not in by_message]
        connection.forget(suspects + self._abandoned(left, error.reason))

    def _stop(self) -> None:
        self._connection = None
        self._waiting.clear()
        for running in (self._task, self._timer):
            if running is not None:
                running.cancel()
        self._task = self._timer = None

    def _blame(self, pending: Pending, reason: int | None) -> None:
        pending.ends += 1
        if reason in FAULT_OF_A_PACKET:
            pending.ends = max(pending.ends, self._limit - 1)
        self._records.blame(pending)
        if self._is_suspect(pending):
            self._topics.suspect(pending.message.topic)

    def _is_certain(self, pending: Pending, reason: int | None) -> bool:
        """Return whether a publish is to blame, if it was alone."""
        known = reason in UNCONDITIONAL or self._topics.struck(pending.message.topic)
        return known or pending.ends >= self._limit

    def _give_up(self, pending: Pending, reason: int | None) -> None:
        """End a publish with an error, and do not send it again."""
        topic = pending.message.topic
        if reason not in ABOUT_A_PAYLOAD:
            self._topics.strike(topic, reason, self._loop.time())
        self._records.remove(pending)
        if not pending.future.done():
            pending.future.set_exception(PublishEndsConnectionError(topic, pending.ends, reason))

    def _abandoned(self, messages: Collection[Outgoing], reason: int | None) -> list[Outgoing]:
        """Return those whose publishers have gone and that may not be sent again."""
        counts = {message: self._without_publisher.get(message, 0) + 1 for message in messages}
        given_up = [message for message, ends in counts.items() if ends >= self._limit - 1]
        for message in given_up:
            text = "a message on %r is not sent again: %d connections ended behind it, and nobody waits for it"
            log.warning(text, message.topic, counts.pop(message))
            if not self._topics.struck(message.topic):
                self._topics.strike(message.topic, reason, self._loop.time())
        self._without_publisher = counts
        return given_up
