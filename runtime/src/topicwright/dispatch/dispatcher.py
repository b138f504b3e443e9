"""From a received message to its handlers: matching, queues, deduplication, error policy, acknowledging."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from enum import Enum, auto
from typing import Any, Final

from topicwright.config.settings import Settings
from topicwright.dispatch.ack_order import AckOrder
from topicwright.dispatch.handlers.dead_letters import DeadLetters
from topicwright.dispatch.handlers.invocation import Invoker
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.registration import Answering, Inline, Registration, Work
from topicwright.dispatch.handlers.workers import Workers
from topicwright.dispatch.routes import Routes
from topicwright.dispatch.unclaimed import Unclaimed
from topicwright.mqtt.message import NO_HANDLERS, Incoming
from topicwright.mqtt.topic_filters import matches
from topicwright.telemetry.stats import Stats
from topicwright.telemetry.throttled_log import ThrottledLog

log = logging.getLogger("topicwright")

UNACCEPTED_TIMEOUT: Final = 5.0
"""Seconds that a message which no handler accepted waits for a handler of its event type."""
MAX_RETIRED: Final = 1000
"""How many filters without a handler are remembered, whose last messages are no surprise."""


class State(Enum):
    """How the dispatcher treats messages."""

    STOPPED = auto()
    RUNNING = auto()
    DRAINING = auto()
    """Handlers finish their queues; of the new messages only replies are delivered: handlers may wait for them."""


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
        self._retired: dict[str, None] = {}
        self._order = AckOrder()
        self._unclaimed = Unclaimed(settings.queue_size, self._report_unclaimed)
        self._claim_until = 0.0
        self._state = State.STOPPED
        self._workers = self._make_workers()
        self._throttled_log = ThrottledLog()

    # -- handlers ------------------------------------------------------------------------------------------------

    def add(
        self,
        topic_filter: str,
        qos: int,
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
            qos,
            work,
            counts,
            inline=inline,
            on_error=on_error,
            concurrency=concurrency,
            key=key,
            answers=answers,
        )
        places = {other.place for other in self.registrations if other.topic_filter == topic_filter}
        registration.place = next(number for number in range(len(places) + 1) if number not in places)
        self.registrations.append(registration)
        self._routes.add(registration)
        self._retired.pop(topic_filter, None)
        if self._state is State.RUNNING:
            self._prepare(registration)
        self._unclaimed.offer(self._deliver)
        return registration

    def remove(self, registration: Registration) -> bool:
        """Remove a handler; return whether no other one has its filter."""
        self.registrations.remove(registration)
        self._routes.remove(registration)
        queued = registration.close()
        self._workers.dismiss(registration)
        for incoming in queued:
            self._handled(registration, incoming, accepted=True)
        last = all(other.topic_filter != registration.topic_filter for other in self.registrations)
        if last:
            self._retire(registration.topic_filter)
        return last

    def _retire(self, topic_filter: str) -> None:
        self._retired[topic_filter] = None
        if len(self._retired) > MAX_RETIRED:
            oldest = next(iter(self._retired))
            del self._retired[oldest]
            self.stats.give_up(oldest)

    def forget_seen(self, registration: Registration) -> None:
        """Expect retained messages again, because of a new SUBSCRIBE for a handler."""
        self._direct.clear()
        registration.seen.clear()

    @property
    def dedupes(self) -> bool:
        """Whether duplicates are recognised and not handled again."""
        return self._invoker.dedupes

    def running_key(self) -> Hashable | None:
        """Return the key by which duplicates of the message are recognised that the running handler has."""
        return self._invoker.running_key()

    def reply_filters(self) -> list[str]:
        """Return the filters that only readers of replies have."""
        handlers = {registration.topic_filter for registration in self.registrations if not registration.inline}
        return [
            registration.topic_filter
            for registration in self.registrations
            if registration.inline and registration.topic_filter not in handlers
        ]

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a transaction for the message of the running handler."""
        return self._invoker.transaction()

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
        self._claim_until = time.monotonic() + self._settings.claim_timeout
        self._workers.stop()  # those of a connect that failed
        self._workers = self._make_workers()
        for registration in self.registrations:
            registration.halt()
            self._prepare(registration)

    def _make_workers(self) -> Workers:
        return Workers(self._invoker.run, self._handled, self._order.finish)

    def _prepare(self, registration: Registration) -> None:
        if not registration.inline:
            registration.free = [self._invoker.context() for _ in range(registration.concurrency)]

    async def stop(self, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        """Let handlers empty their queues within ``timeout`` seconds, then cancel them.

        A message that was not handled is not acknowledged: the broker redelivers it when the session is resumed.
        Where ``caller`` is a handler, it is not awaited, and its message counts as handled.
        """
        self._state = State.DRAINING
        self._direct.clear()
        leaving = self._workers.at(caller)
        await self._workers.drain(timeout, leaving)
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
        self._unclaimed.clear()
        self._order.clear()

    # -- the connection ------------------------------------------------------------------------------------------

    def connecting(self) -> None:
        """Expect a new connection: messages that are unacknowledged on the old one may be redelivered."""
        self._order.connecting()

    def connected(self, session_present: bool) -> None:
        """Reset the state that belongs to a session which the broker had not kept."""
        if not session_present:
            self._claim_until = 0.0
            self._order.session_lost()
            for registration in self.registrations:
                self.forget_seen(registration)

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
        elif victim := registration.put_unreliable(incoming, self._queue_size):
            self._drop(registration, victim)
        if registration.free:
            self._workers.offer(registration)

    def _find_handlers(self, incoming: Incoming) -> None:
        if self._state is State.STOPPED or (incoming.duplicate and self._order.resume(incoming)):
            return
        incoming.too_large = self._max_payload if len(incoming.payload) > self._max_payload else 0
        if incoming.qos > 0:
            self._order.add(incoming)
        if self._state is State.DRAINING:
            self._deliver_reply(incoming)
        elif not self._deliver(incoming) and not self._keep_unclaimed(incoming, self._settings.claim_timeout):
            self._report_unclaimed(incoming)

    def _deliver(self, incoming: Incoming) -> bool:
        """Give a message to its handlers; return whether a handler has not had it yet."""
        registrations = self._routes.of(incoming, directly=self._state is State.RUNNING)
        if incoming.tried:
            registrations = [item for item in registrations if item not in incoming.tried]
        if not registrations:
            return False
        expecting = [item for item in registrations if item.expects(incoming)]
        if not expecting:
            self._order.finish(incoming)
        incoming.waiting = set(expecting)
        for registration in expecting:
            self._enqueue(registration, incoming)
        return True

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
        elif victim := registration.put_unreliable(incoming, self._queue_size):
            self._drop(registration, victim)
        if registration.free:
            self._workers.offer(registration)

    def _drop(self, registration: Registration, victim: Incoming) -> None:
        registration.counts.dropped += 1
        self._throttled_log.warn(
            f"the handler of {registration.topic_filter} is too slow: QoS 0 messages are being dropped"
        )
        self._handled(registration, victim, accepted=True)

    # -- messages without a handler ------------------------------------------------------------------------------

    def _keep_unclaimed(self, incoming: Incoming, seconds: float) -> bool:
        """Keep a message while the program may still be registering its handlers; return whether it is kept."""
        topic = incoming.topic
        wait = min(seconds, self._claim_until - time.monotonic())
        if self._state is not State.RUNNING or wait <= 0 or any(matches(retired, topic) for retired in self._retired):
            return False
        self._unclaimed.add(incoming, wait)
        return True

    def _report_unclaimed(self, incoming: Incoming) -> None:
        topic = incoming.topic
        if incoming.tried:
            next(iter(incoming.tried)).counts.unexpected += 1
            self._throttled_log.warn(f"no handler accepts the event type of a message on {topic}")
        elif not any(matches(retired, topic) for retired in self._retired):
            self.stats.unclaimed += 1
            self._throttled_log.warn(
                f"no handler for {topic}: the session has a subscription that this program does not make"
            )
        self._order.finish(incoming)

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
        elif not self._keep_unclaimed(incoming, UNACCEPTED_TIMEOUT):
            self._report_unclaimed(incoming)
