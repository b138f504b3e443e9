"""Publishes in flight: each waits, survives a reconnect, and ends with an answer or an error."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from topicwright.errors import (
    ConnectError,
    PublishKeptError,
    PublishRejectedError,
    PublishTimeoutError,
    TopicwrightError,
)
from topicwright.mqtt.message import Outgoing, Properties, Window
from topicwright.mqtt.reason_codes import FAILURE, NO_SUBSCRIBERS
from topicwright.session.deadlines import Deadlines
from topicwright.session.outbox.acknowledgement import NO_WAITER, Acknowledgement, Outcome, Recipient, end_of
from topicwright.session.outbox.limits import USUAL_SIZE, refusal
from topicwright.session.outbox.pending import Pending, Posted, Transmission, Unattended
from topicwright.session.outbox.records import DROPPED, Records, has_window
from topicwright.session.outbox.slots import Slots
from topicwright.session.outbox.store import OutboxStore
from topicwright.session.outbox.suspects import Suspects
from topicwright.session.outbox.unheard import Unheard
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

GivenUp: TypeAlias = Callable[[Outgoing, TopicwrightError], None]
Write: TypeAlias = Callable[[str, bytes, bool, Properties], bool]


class Outbox:
    """Unacknowledged publishes, in order; and the last acknowledged messages, to be replayed.

    A broker that is killed loses messages that it had acknowledged and not delivered. So after each reconnect the
    messages of the replay window are published again, and receivers that have them drop them. Retained messages are
    not: a newer state of another publisher would be overwritten.
    """

    def __init__(
        self,
        size: int,
        timeout: float,
        *,
        stats: Stats,
        window: int = 0,
        must_be_heard: bool = False,
        store: OutboxStore | None = None,
        drops_offline: bool = False,
        max_age: float = 0.0,
        poison_limit: int = 3,
        given_up: GivenUp | None = None,
    ) -> None:
        """Take what is called with each message that is not sent any more although nobody waits for it."""
        self._timeout, self._stats = timeout, stats
        self._unheard = Unheard(stats, must_be_heard, self._transmit)
        self._window, self._loop = Window(window), asyncio.get_running_loop()
        self._deadlines = Deadlines(self._loop, self._expire)
        self._slots = Slots(size)
        self._pending: dict[Pending, None] = {}
        self._connection: Connection | None = None
        self._takes_all = False
        """Whether the connection carries every message of usual size."""
        self.write: Write | None = None
        """Sends a QoS 0 message of usual size at once, where a connection can take it; see ``Connection``."""
        self._given_up = given_up
        self._drops_offline = drops_offline
        self._records = Records(store, max_age)
        self.suspects = Suspects(self, self._pending, self._records, poison_limit)
        self._held: set[Pending] | None = None
        """While new publishes are kept back: those that were not."""
        for pending in self._records.load(self._loop.time()):
            pending.future = Unattended(self, pending)
            self._pending[pending] = None
            pending.has_slot = self._slots.take()
            self.suspects.inherited(pending)

    def __len__(self) -> int:
        """How many publishes are in flight."""
        return len(self._pending)

    # -- publishing ----------------------------------------------------------------------------------------------

    async def publish(self, message: Outgoing, *, keep: bool = True) -> int:
        """Return the reason code of the acknowledgement; for QoS 0, zero once it is written, or ``DROPPED``.

        Where there is a file, a message is in it from the first step of this on, unless ``keep`` is false.

        Raises:
            PublishTimeoutError, PublishRejectedError, PayloadTooLargeError
            PublishKeptError: the client ends first; the message is in the file.
            OutboxError: the file cannot be written.
        """
        future: asyncio.Future[int] = self._loop.create_future()
        pending = Pending(message, future, message.window or self._window, self._loop.time() + self._timeout)
        if message.qos == 0 and self._send_at_once(pending, future):
            return future.result()
        try:
            if not self._slots.take():
                await self._slots.wait(pending.deadline)
            pending.has_slot = True
            self._pending[pending] = None
            if self._records.store is not None and keep and message.qos > 0:
                code = await self._send_kept(pending, future, self._records.store)
            else:
                pending.plain = message.qos == 0 or not (pending.window.size or self._unheard.must_be_heard)
                connection = self._connection
                if connection is not None and pending.plain and not pending.sent and self._is_usual(message):
                    pending.sent = True  # fast path of _transmit
                    connection.publish(message, future)
                self._start(pending)
                code = await future
        except TimeoutError:
            self._records.remove(pending)
            raise self._timed_out(pending) from None
        finally:
            # A message in the file stays until it has its answer, even if its publisher was cancelled.
            if pending.row is None or future.done():
                self._finish(pending)
        if code >= NO_SUBSCRIBERS and (error := self._judge(pending, code)) is not None:
            raise error
        return code

    def _send_at_once(self, pending: Pending, future: asyncio.Future[int]) -> bool:
        """Send a QoS 0 message over a connection that carries it for certain; return whether it is written."""
        if self._connection is None and self._drops_offline and self._held is None:
            self._stats.dropped_offline += 1
            future.set_result(DROPPED)
        elif self._connection is None or not self._is_usual(pending.message):
            return False
        else:
            pending.sent = True
            self._connection.publish(pending.message, future)
        return future.done()

    async def _send_kept(self, pending: Pending, future: asyncio.Future[int], store: OutboxStore) -> int:
        """Write a message to the file, send it, and return the reason code."""
        try:
            pending.row = store.add(pending.message, pending.window)
            self._start(pending)
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            # A message in the file is sent even if its publisher was cancelled.
            pending.deadline = self._loop.time() + self._records.patience()
            future.add_done_callback(partial(self._ended_without_publisher, pending))
            raise

    def _ended_without_publisher(self, pending: Pending, future: asyncio.Future[int]) -> None:
        error = asyncio.CancelledError() if future.cancelled() else future.exception()
        self.ended_unattended(pending, Outcome(0 if error is not None else future.result(), error))

    def post(self, message: Outgoing, recipient: Recipient, *, at_once: bool = False) -> Acknowledgement | None:
        """Send a request or a reply whose acknowledgement is not awaited; ``recipient`` is given the outcome.

        With ``at_once`` it goes out before everything that is sent after it, and no file would have kept it.

        Return the acknowledgement, which may be ended early. None means that nothing was done, because it cannot be
        sent without waiting: use ``publish``.
        """
        if at_once and (self._records.store is not None or self._connection is None or not self._connection.free()):
            return None
        if not self._slots.take():
            return None
        pending = Pending(message, NO_WAITER, message.window or self._window, self._loop.time() + self._timeout)
        pending.future = acknowledgement = Posted(self, pending, recipient)
        pending.has_slot = True
        pending.plain = message.qos == 0 or not (pending.window.size or self._unheard.must_be_heard)
        self._pending[pending] = None
        try:
            self._start(pending)
        except BaseException:
            self._finish(pending)
            raise
        if self._connection is not None:
            self._connection.hurry()
        return acknowledgement

    def _unattended(self, message: Outgoing, window: Window) -> Pending:
        """Send a message whose outcome is not awaited; an error is logged."""
        pending = Pending(message, NO_WAITER, window)
        pending.future = Unattended(self, pending)
        self._pending[pending] = None
        return pending

    def _start(self, pending: Pending) -> None:
        if not pending.sent:
            self._transmit(pending)
        if pending.deadline < self._deadlines.next and not pending.future.done():
            self._deadlines.add(pending.deadline)

    # -- outcomes ------------------------------------------------------------------------------------------------

    def ended_posted(self, pending: Pending, outcome: Outcome) -> Outcome:
        """Release a posted publish; return its outcome, with the error that a reason code or a timeout means."""
        self._finish(pending)
        if isinstance(outcome.error, TimeoutError):
            return Outcome(0, self._timed_out(pending))
        if outcome.error is None and outcome.code >= NO_SUBSCRIBERS:
            return Outcome(outcome.code, self._judge(pending, outcome.code))
        return outcome

    def ended_unattended(self, pending: Pending, outcome: Outcome) -> None:
        """Release a publish that is not awaited; report an error that is not about the end of the client."""
        self._finish(pending)
        error = self._records.failure(pending, outcome)
        if error is not None:
            log.error("%s", error)
            self._records.remove(pending)
            if self._given_up is not None:
                self._given_up(pending.message, error)

    def ended_transmission(self, pending: Pending, outcome: Outcome) -> None:
        """Take the answer to a transmission: it ends the publish, unless the message had no subscribers."""
        code = outcome.code
        if pending.future.done() or outcome.error is not None:
            return
        if code == NO_SUBSCRIBERS and self._unheard.take(pending):
            return
        if has_window(pending.message, pending.window) and code < FAILURE:
            self._records.acknowledged(pending)
        else:
            self._records.remove(pending)
        pending.future.set_result(code)

    def _finish(self, pending: Pending) -> None:
        """Remove a publish and free its slot. Idempotent."""
        self._pending.pop(pending, None)
        if pending.has_slot:
            pending.has_slot = False
            self._slots.give_back()

    def _timed_out(self, pending: Pending) -> PublishTimeoutError:
        return PublishTimeoutError(pending.message.topic, self._timeout, sent=pending.sent)

    def _expire(self, now: float) -> float:
        """End publishes whose deadline has passed; return the next deadline."""
        for pending in list(self._pending):
            if pending.deadline <= now and not pending.future.done():
                pending.future.set_exception(TimeoutError())
        return min((item.deadline for item in self._pending if item.deadline > now), default=math.inf)

    def _judge(self, pending: Pending, code: int) -> PublishRejectedError | None:
        """Return the error that a reason code means, if it is one."""
        if code >= FAILURE:
            return PublishRejectedError(pending.message.topic, code)
        if code == NO_SUBSCRIBERS and pending.plain:
            self._unheard.count()
        return None

    # -- the connection ------------------------------------------------------------------------------------------

    def connected(self, connection: Connection | None) -> None:
        """Take a new connection and send everything over it; with None, keep everything for the next one."""
        self._held = None
        self._connection, self.write = connection, None
        if connection is None:
            return
        self._replay()
        self.suspects.connected(connection)
        self.open(connection)
        for pending in list(self._pending):
            self._transmit(pending)
        self._deadlines.add(min((item.deadline for item in self._pending), default=math.inf))

    def open(self, connection: Connection) -> None:
        """Send over a connection from now on; while there are suspects, each message is looked at before."""
        self._takes_all = connection.version == 5 and connection.limits.takes_all and not self.suspects
        self._connection, self.write = connection, connection.write if self._takes_all else None

    def lost(self, connection: Connection, error: ConnectError | None, *, others: bool) -> None:
        """Take the end of a connection; ``others`` says whether subscriptions were unanswered."""
        self.connected(None)
        self.suspects.lost(connection, error, others=others)

    def _replay(self) -> None:
        """Publish the acknowledged messages again, before the pending ones."""
        later = list(self._pending)
        self._pending.clear()
        replayed = self._records.replay()
        for item in replayed:
            pending = self._unattended(item.message, item.window)
            pending.row, pending.number = item.row, item.number
        self._stats.replayed += len(replayed)
        self._pending.update(dict.fromkeys(later))

    def hold(self) -> None:
        """Keep new publishes back, as if there were no connection."""
        self._held = set(self._pending)
        self._connection = self.write = None

    def release(self, connection: Connection) -> None:
        """Send what was kept back, unless the connection has ended."""
        held, self._held = self._held, None
        if held is None or connection.closed.done():
            return
        self.open(connection)
        for pending in [item for item in self._pending if item not in held]:
            self._transmit(pending)

    def send_over(self, connection: Connection, pending: Pending) -> None:
        """Send a suspect while others are kept back."""
        self._connection = connection
        try:
            self._transmit(pending, alone=True)
        finally:
            self._connection = None

    def _is_usual(self, message: Outgoing) -> bool:
        """Return whether the connection carries a message for certain."""
        return self._takes_all and len(message.payload) <= USUAL_SIZE and not message.properties.user

    def _transmit(self, pending: Pending, *, alone: bool = False) -> None:
        if self._connection is None or pending.future.done():
            if self._held is not None:
                self._held.discard(pending)  # it goes out with those that were kept back
            return
        if not self._is_usual(pending.message):
            # A broker ends the connection for such a packet, so sending it after each reconnect would end each.
            message = pending.message
            error = refusal(message, self._connection) or self.suspects.refusal(message.topic)
            if error is not None:
                self._records.remove(pending)
                pending.future.set_exception(error)
                return
            if not alone and message.qos > 0 and self.suspects.takes(pending):
                return
        pending.sent = True
        if pending.plain:
            self._connection.publish(pending.message, pending.future)
        else:
            pending.transmission = Transmission(self, pending)
            self._connection.publish(pending.message, pending.transmission)

    # -- the end -------------------------------------------------------------------------------------------------

    async def flush(self, timeout: float) -> None:
        """Wait until the broker has acknowledged everything, at most ``timeout`` seconds."""
        if self._pending:
            await asyncio.wait([end_of(pending.future) for pending in self._pending], timeout=timeout)

    def fail(self, error: TopicwrightError) -> None:
        """End everything with ``error``; what is in the file stays there for the next process."""
        self.write = None
        self._deadlines.stop()
        for pending in list(self._pending):
            if not pending.future.done():
                is_stored = pending.row is not None
                pending.future.set_exception(PublishKeptError(pending.message.topic, error) if is_stored else error)

    def close(self) -> None:
        """Close the file."""
        self._records.close()
