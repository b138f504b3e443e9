"""From a received message to its handlers: matching, queues, deduplication, error policy, acknowledging."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from topicwright.config.settings import Settings
from topicwright.dispatch.ack_order import AckOrder
from topicwright.dispatch.claims import Claims
from topicwright.dispatch.handlers.dead_letters import DeadLetters
from topicwright.dispatch.handlers.invocation import Invoker
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.registration import Answering, Inline, Registration, Work
from topicwright.dispatch.handlers.workers import Workers
from topicwright.dispatch.routes import Routes
from topicwright.dispatch.state import State
from topicwright.mqtt.message import NO_HANDLERS, Incoming
from topicwright.telemetry.stats import Stats
from topicwright.telemetry.throttled_log import ThrottledLog

log = logging.getLogger("topicwright")

UNACCEPTED_TIMEOUT: Final = 5.0
"""Seconds that a message which no handler accepted waits for a handler of its event type."""


class Dispatcher:
    """Gives each received message to its handlers, and acknowledges it when they have finished."""

    def __init__(self, settings: Settings, stats: Stats, dead_letters: DeadLetters) -> None:
        self.stats = stats
        self.registrations: list[Registration] = []
        self._settings = settings
        self._max_payload, self._queue_size = settings.max_payload, settings.queue_size
        self._invoker = Invoker(settings, dead_letters)
        self._routes = Routes()
        self._direct = self._routes.direct
        """The routes with one handler; empty while messages are not delivered."""
        self._order = AckOrder()
        self._claims = Claims(settings, stats, self._routes, self._deliver_to, self._order.finish)
        self._state = State.STOPPED
        self._workers = self._make_workers()
        self._throttled_log = ThrottledLog()
        self._bursts = set[Registration]()
        """The handlers with more QoS 0 messages than ``queue_size``, because of a burst."""

    # -- handlers ------------------------------------------------------------------------------------------------

    def add(
        self,
        topic_filter: str,
        options: int,
        work: Work | Inline,
        *,
        inline: bool = False,
        on_error: OnError = IGNORE,
        concurrency: int = 1,
        key: Callable[[Incoming], Hashable] | None = None,
        answers: Answering | None = None,
    ) -> Registration:
        """Register a handler, and deliver the messages that waited for it."""
        counts = self.stats.of(topic_filter)
        registration = Registration(
            topic_filter,
            options,
            work,
            counts,
            inline=inline,
            on_error=on_error,
            concurrency=concurrency,
            key=key,
            bursts=self._bursts,
            answers=answers,
        )
        places = {other.place for other in self.registrations if other.topic_filter == topic_filter}
        registration.place = next(number for number in range(len(places) + 1) if number not in places)
        for other in self.registrations:
            if other.topic_filter == topic_filter and other.closing:
                self._detach(other)  # the new one takes what comes from now on
        self.registrations.append(registration)
        self._routes.add(registration)
        if self._state is State.RUNNING:
            self._prepare(registration)
        self._claims.added(topic_filter, self._deliver)
        return registration

    def close(self, registration: Registration) -> bool:
        """Begin to close a handler; return whether no other one has its filter, so that it is to be unsubscribed.

        Until it is removed, such a handler still takes what comes: a broker may send what it had queued already.
        """
        registration.closing = True
        last = all(other.closing for other in self.registrations if other.topic_filter == registration.topic_filter)
        if not last:
            self._detach(registration)
        return last

    def _detach(self, registration: Registration) -> None:
        if not registration.detached:
            registration.detached = True
            self._routes.remove(registration)

    async def finished(self, registration: Registration) -> None:
        """Return when a handler has handled all of its messages, or when messages are not delivered any more."""
        registration.idle = asyncio.Event()
        while self._state is not State.STOPPED and registration.has_work:
            registration.idle.clear()
            await registration.idle.wait()

    def remove(self, registration: Registration) -> bool:
        """Remove a handler; return whether no other one has its filter. What it had not begun waits for another one."""
        self.registrations.remove(registration)
        self._detach(registration)
        queued = registration.close()
        self._workers.dismiss(registration)
        for incoming in queued:
            self._return(registration, incoming)
        last = all(other.topic_filter != registration.topic_filter for other in self.registrations)
        if last:
            self._claims.removed(registration.topic_filter)
        return last

    def forget_seen(self, registration: Registration) -> None:
        """Expect retained messages again, because of a new SUBSCRIBE for a handler."""
        self._direct.clear()
        registration.seen.clear()

    @property
    def dedupes(self) -> bool:
        """Whether duplicates are recognised and not handled again."""
        return self._invoker.dedupes

    def filters(self) -> set[str]:
        """Return the filters that handlers have."""
        return {registration.topic_filter for registration in self.registrations if not registration.inline}

    def running_key(self) -> Hashable | None:
        """Return the key by which duplicates of the message are recognised that the running handler has."""
        return self._invoker.running_key()

    def reply_filters(self) -> set[str]:
        """Return the filters that only readers of replies have."""
        return {registration.topic_filter for registration in self.registrations} - self.filters()

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a transaction for the message of the running handler."""
        return self._invoker.transaction()

    def serves(self, task: asyncio.Task[Any] | None) -> Registration | None:
        """Return the handler that a task runs."""
        at = self._workers.at(task)
        return None if at is None else at[0]

    def is_handler(self, task: asyncio.Task[Any] | None) -> bool:
        """Return whether ``task`` runs a handler."""
        return task in self._workers

    def count_in_flight(self, snapshot: Stats) -> None:
        """Record how many messages the handlers of each filter have."""
        for registration in list(self.registrations):
            snapshot.of(registration.topic_filter).in_flight += len(registration.queue)
        for registration in self._workers.running():
            snapshot.of(registration.topic_filter).in_flight += 1

    # -- start and stop ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start delivering messages."""
        self._state = State.RUNNING
        self._claims.open()
        self._workers.stop()  # those of a connect that failed
        self._workers = self._make_workers()
        for registration in self.registrations:
            registration.halt()
            self._prepare(registration)

    def _make_workers(self) -> Workers:
        return Workers(self._invoker.run, self._handled, self._order.finish, self._invoker.turn)

    def _prepare(self, registration: Registration) -> None:
        if not registration.inline:
            registration.free = [self._invoker.context() for _ in range(registration.concurrency)]

    async def stop(self, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        """Let handlers empty their queues within ``timeout`` seconds, then cancel them.

        A message that was not handled is not acknowledged: the broker redelivers it when the session is resumed.
        Where ``caller`` is a handler, it is not awaited, and its message counts as handled.
        """
        self._state = State.DRAINING
        self._claims.close()
        self._direct.clear()
        leaving = self._workers.at(caller)
        if not await self._workers.drain(timeout, leaving):
            left = sum(len(item.queue) for item in self.registrations) + len(self._workers.running())
            fate = "come again with the session" if self._settings.session_expiry else "are lost: there is no session"
            log.warning("the client ends before %d messages are handled: those of QoS 1 and 2 %s", left, fate)
        if leaving is not None:
            self._handled(*leaving, True)
        self._state = State.STOPPED
        self._direct.clear()
        await self._workers.end(caller)
        self.halt()

    def halt(self) -> None:
        """Stop, and forget all messages; handlers stay registered."""
        self._state = State.STOPPED
        self._direct.clear()
        self._workers.stop()
        for registration in self.registrations:
            registration.halt()
        self._claims.close()
        self._claims.clear()
        self._order.clear()
        self._bursts.clear()

    # -- the connection ------------------------------------------------------------------------------------------

    def connecting(self) -> None:
        """Expect a new connection: messages that are unacknowledged on the old one may be redelivered."""
        self._order.connecting()

    def connected(self, session_present: bool) -> None:
        """Reset the state that belongs to a session which the broker had not kept."""
        if not session_present:
            self._claims.session_lost()
            self._order.session_lost()
            for registration in self.registrations:
                self.forget_seen(registration)

    def busy(self) -> bool:
        """Return whether handlers are at work on what was received: then what follows may wait for them a moment."""
        for registration in list(self._bursts):
            if len(registration.queue) <= self._queue_size or not registration.crowd.goes_on():
                self._bursts.discard(registration)
        return bool(self._bursts) or self._workers.busy()

    def receive(self, incoming: Incoming) -> None:
        """Take a message from the transport. Never raises and never blocks."""
        registration = self._direct.get((incoming.topic, incoming.subscriptions))
        if registration is None or incoming.retain or incoming.duplicate:
            self._find_handlers(incoming)
            return
        if len(incoming.payload) > self._max_payload:
            incoming.too_large = self._max_payload
        registration.counts.received += 1  # fast path of _find_handlers, _deliver and _enqueue
        if incoming.qos > 0:
            self._order.add(incoming)
        if registration.inline:
            self._invoker.hand_over(registration, incoming)
            self._order.finish(incoming)
            return
        incoming.waiting = registration.alone
        if incoming.qos > 0:
            registration.put(incoming)
        elif dropped := registration.put_unreliable(incoming, self._queue_size):
            self._drop(registration, dropped)
        if registration.free:
            self._workers.offer(registration)

    def _find_handlers(self, incoming: Incoming) -> None:
        if self._state is State.STOPPED or (incoming.duplicate and self._order.resume(incoming)):
            return
        incoming.too_large = self._max_payload if len(incoming.payload) > self._max_payload else 0
        if incoming.qos > 0:
            self._order.add(incoming)
        if incoming.forbidden:
            self.stats.unclaimed += 1
            self._order.finish(incoming)
        elif self._state is State.DRAINING:
            self._deliver_reply(incoming)
        elif not self._deliver(incoming):
            self._claims.came(incoming)

    def _deliver(self, incoming: Incoming) -> bool:
        """Give a message to its handlers; return whether a handler has not had it yet."""
        registrations = self._routes.of(incoming, directly=self._state is State.RUNNING and not incoming.retain)
        if incoming.tried:
            registrations = [item for item in registrations if item not in incoming.tried]
        if registrations:
            self._deliver_to([item for item in registrations if item.expects(incoming)], incoming)
        return bool(registrations)

    def _deliver_to(self, expecting: Sequence[Registration], incoming: Incoming) -> None:
        if not expecting:
            self._order.finish(incoming)
        incoming.waiting = set(expecting)
        for registration in expecting:
            self._enqueue(registration, incoming)

    def _deliver_reply(self, incoming: Incoming) -> None:
        registrations = self._routes.of(incoming, directly=False)
        for registration in registrations:
            if registration.inline:
                self._invoker.hand_over(registration, incoming)
        if registrations and all(registration.inline for registration in registrations):
            self._order.finish(incoming)

    def _enqueue(self, registration: Registration, incoming: Incoming) -> None:
        registration.counts.received += 1
        if registration.inline:
            self._invoker.hand_over(registration, incoming)
            self._handled(registration, incoming, accepted=True)
            return
        if incoming.qos > 0:
            registration.put(incoming)
        elif dropped := registration.put_unreliable(incoming, self._queue_size):
            self._drop(registration, dropped)
        if registration.free:
            self._workers.offer(registration)

    def _drop(self, registration: Registration, dropped: Sequence[Incoming]) -> None:
        registration.counts.dropped += len(dropped)
        self._throttled_log.warn(
            f"the handler of {registration.topic_filter} is too slow: QoS 0 messages are being dropped"
        )
        for victim in dropped:
            self._handled(registration, victim, accepted=True)

    def _return(self, registration: Registration, incoming: Incoming) -> None:
        """Take back a message that a handler was not called with."""
        if incoming.waiting is registration.alone:
            incoming.waiting = NO_HANDLERS
        elif isinstance(incoming.waiting, set):
            incoming.waiting.discard(registration)
        if incoming.waiting:
            return
        if incoming.taken:
            self._order.finish(incoming)
        else:
            self._claims.came_back(incoming)

    # -- acknowledging -------------------------------------------------------------------------------------------

    def _handled(self, registration: Registration, incoming: Incoming, accepted: bool) -> None:
        if incoming.waiting is registration.alone:
            incoming.waiting = NO_HANDLERS
            if accepted:
                self._order.finish(incoming)
                return
        elif isinstance(incoming.waiting, set) and registration in incoming.waiting:
            incoming.waiting.remove(registration)
        else:
            return
        incoming.tried |= {registration}
        incoming.taken |= accepted
        if incoming.waiting:
            return
        if incoming.taken:
            self._order.finish(incoming)
        else:
            self._claims.keep(incoming, UNACCEPTED_TIMEOUT)
