"""Publishes in flight: each waits, survives a reconnect, and ends with an answer or an error."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from topicwright.errors import (
    PublishError,
    PublishKeptError,
    PublishRejectedError,
    PublishTimeoutError,
    TopicwrightError,
)
from topicwright.mqtt.message import Outgoing, Properties, Window
from topicwright.mqtt.reason_codes import FAILURE, NO_SUBSCRIBERS
from topicwright.session.deadlines import Deadlines
from topicwright.session.outbox.acknowledgement import NO_WAITER, Acknowledgement, Outcome, Recipient
from topicwright.session.outbox.limits import USUAL_SIZE, excluded, not_carried, too_large, unsendable
from topicwright.session.outbox.pending import Pending, Posted, Transmission, Unattended
from topicwright.session.outbox.replay_window import Acknowledged, ReplayWindow
from topicwright.session.outbox.slots import Slots
from topicwright.session.outbox.store import OutboxStore, Stored
from topicwright.telemetry.stats import Stats
from topicwright.transport.base import Connection

log = logging.getLogger("topicwright")

Write: TypeAlias = Callable[[str, bytes, bool, Properties], bool]
UNHEARD_RETRY_DELAY: Final = 0.25
"""Seconds until a message without subscribers is published again."""


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
    ) -> None:
        self._timeout = timeout
        self._stats = stats
        self._must_be_heard = must_be_heard
        self._window = Window(window)
        self._acknowledged = ReplayWindow()
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines(self._loop, self._expire)
        self._slots = Slots(size)
        self._pending: dict[Pending, None] = {}
        self._connection: Connection | None = None
        self._takes_all = False
        """Whether the connection carries every message of usual size."""
        self.write: Write | None = None
        """Sends a QoS 0 message of usual size at once, where a connection can take it; see ``Connection``."""
        self._store = store
        for stored in [] if store is None else store.load():
            self._resume(stored)

    def __len__(self) -> int:
        """How many publishes are in flight."""
        return len(self._pending)

    def _resume(self, stored: Stored) -> None:
        """Take a message that an earlier process left."""
        if stored.acknowledged:
            self._keep(Acknowledged(stored.message, stored.window, stored.row))
        else:
            pending = self._unattended(stored.message, stored.window)
            pending.row, pending.has_slot = stored.row, self._slots.take()

    # -- publishing ----------------------------------------------------------------------------------------------

    async def publish(self, message: Outgoing, *, keep: bool = True) -> int:
        """Return the reason code of the acknowledgement; for QoS 0, zero once the message is written.

        Where there is a file, a message is in it from the first step of this on, unless ``keep`` is false.

        Raises:
            PublishTimeoutError, PublishRejectedError, PayloadTooLargeError
            PublishKeptError: the client ends first; the message is in the file.
            OutboxError: the file cannot be written.
        """
        future: asyncio.Future[int] = self._loop.create_future()
        pending = Pending(message, future, message.window or self._window, self._loop.time() + self._timeout)
        if message.qos == 0 and self._send_at_once(pending, future):
            return 0
        if not self._slots.take():
            await self._wait_for_slot(pending)
        pending.has_slot = True
        self._pending[pending] = None
        try:
            if self._store is not None and keep and message.qos > 0:
                code = await self._send_kept(pending, future, self._store)
            else:
                pending.plain = message.qos == 0 or not (pending.window.size or self._must_be_heard)
                connection = self._connection
                if connection is not None and pending.plain and not pending.sent and self._is_usual(message):
                    pending.sent = True  # fast path of _transmit
                    connection.publish(message, future)
                self._start(pending)
                code = await future
        except TimeoutError:
            self._remove_row(pending)
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
        if self._connection is None or not self._is_usual(pending.message):
            return False
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
            pending.deadline = math.inf
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
        if at_once and (self._store is not None or self._connection is None or not self._connection.free()):
            return None
        if not self._slots.take():
            return None
        pending = Pending(message, NO_WAITER, message.window or self._window, self._loop.time() + self._timeout)
        pending.future = acknowledgement = Posted(self, pending, recipient)
        pending.has_slot = True
        pending.plain = message.qos == 0 or not (pending.window.size or self._must_be_heard)
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

    async def _wait_for_slot(self, pending: Pending) -> None:
        try:
            await self._slots.wait(pending.deadline)
        except TimeoutError:
            raise self._timed_out(pending) from None

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
        """Release a publish that is not awaited; log an error that is not about the end of the client."""
        self._finish(pending)
        error = outcome.error
        if error is None and outcome.code >= FAILURE:
            error = PublishRejectedError(pending.message.topic, outcome.code)
        if isinstance(error, PublishError) and not isinstance(error, PublishKeptError):
            log.error("%s", error)

    def ended_transmission(self, pending: Pending, outcome: Outcome) -> None:
        """Take the answer to a transmission: it ends the publish, unless the message had no subscribers."""
        code = outcome.code
        if pending.future.done() or outcome.error is not None:
            return
        if code == NO_SUBSCRIBERS and self._unheard(pending):
            return
        if pending.window.size and not pending.message.retain and code < FAILURE:
            if self._store is not None and pending.row is not None:
                self._store.acknowledge(pending.row)
            # A message that had no subscribers until now counts as a new one.
            number = None if pending.unheard else pending.number
            self._keep(Acknowledged(pending.message, pending.window, pending.row, number))
        else:
            self._remove_row(pending)
        pending.future.set_result(code)

    def _finish(self, pending: Pending) -> None:
        """Remove a publish and free its slot. Idempotent."""
        self._pending.pop(pending, None)
        if pending.has_slot:
            pending.has_slot = False
            self._slots.give_back()

    def _remove_row(self, pending: Pending) -> None:
        if self._store is not None and pending.row is not None:
            self._store.remove(pending.row)
            pending.row = None

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
            self._stats.unheard += 1
        return None

    # -- the connection ------------------------------------------------------------------------------------------

    def connected(self, connection: Connection | None) -> None:
        """Take a new connection and send everything over it; with None, keep everything for the next one."""
        self._connection, self.write = connection, None
        if connection is None:
            return
        self._takes_all = connection.version == 5 and connection.limits.takes_all
        self._replay()
        for pending in list(self._pending):
            self._transmit(pending)
        if self._takes_all:
            self.write = connection.write

    def _replay(self) -> None:
        """Publish the acknowledged messages again, before the pending ones."""
        later, self._pending = self._pending, {}
        replayed = self._acknowledged.take()
        for item in replayed:
            pending = self._unattended(item.message, item.window)
            pending.row, pending.number = item.row, item.number
        self._stats.replayed += len(replayed)
        self._pending |= later

    def _is_usual(self, message: Outgoing) -> bool:
        """Return whether the connection carries a message for certain."""
        return self._takes_all and len(message.payload) <= USUAL_SIZE and not message.properties.user

    def _transmit(self, pending: Pending) -> None:
        if self._connection is None or pending.future.done():
            return
        if not self._is_usual(pending.message):
            # A broker ends the connection for such a packet, so sending it after each reconnect would end each.
            message, connection = pending.message, self._connection
            error = (
                unsendable(message)
                or excluded(message, connection.limits)
                or too_large(message, connection)
                or not_carried(message, connection)
            )
            if error:
                self._remove_row(pending)
                pending.future.set_exception(error)
                return
        pending.sent = True
        if pending.plain:
            self._connection.publish(pending.message, pending.future)
        else:
            pending.transmission = Transmission(self, pending)
            self._connection.publish(pending.message, pending.transmission)

    def _keep(self, acknowledged: Acknowledged) -> None:
        """Put a message into the replay window."""
        for item in self._acknowledged.add(acknowledged):
            if self._store is not None and item.row is not None:
                self._store.remove(item.row)

    def _unheard(self, pending: Pending) -> bool:
        """Count a message without subscribers; return whether it is published again."""
        self._stats.unheard += not pending.unheard
        pending.unheard = True
        if self._must_be_heard and not pending.waits_to_be_heard:
            pending.waits_to_be_heard = True
            self._loop.call_later(UNHEARD_RETRY_DELAY, self._try_again, pending)
        return self._must_be_heard

    def _try_again(self, pending: Pending) -> None:
        pending.waits_to_be_heard = False
        if pending.transmission is None or pending.transmission.done():  # else a new connection has sent it
            self._transmit(pending)

    # -- the end -------------------------------------------------------------------------------------------------

    async def flush(self, timeout: float) -> None:
        """Wait until the broker has acknowledged everything, at most ``timeout`` seconds."""
        if self._pending:
            ends = [pending.future for pending in self._pending]
            await asyncio.wait(
                [end.end() if isinstance(end, Acknowledgement) else end for end in ends], timeout=timeout
            )

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
        if self._store is not None:
            self._store.close()
