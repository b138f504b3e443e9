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
from topicwright.dispatch.handlers.invocation import Handling
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.registration import Entry, Inline, Work
from topicwright.dispatch.handlers.workers import Workers
from topicwright.dispatch.routes import Routes
from topicwright.dispatch.unclaimed import Held
from topicwright.mqtt.message import NOBODY, Incoming
from topicwright.mqtt.topic_filters import matches
from topicwright.telemetry.stats import Stats
from topicwright.telemetry.throttled_log import ThrottledLog

log = logging.getLogger("topicwright")

SETTLE: Final = 5.0
"""How long a message that no handler took waits for one of its event type, in seconds."""


class State(Enum):
    """What the dispatcher does with messages."""

    STOPPED = auto()
    RUNNING = auto()
    DRAINING = auto()
    """Handlers finish what they have; only replies, which they may be waiting for, still come in."""


class Dispatcher:
    """Knows every handler and sees every message."""

    def __init__(self, settings: Settings, stats: Stats, dead_letters: DeadLetters) -> None:
        self.stats = stats
        self.entries: list[Entry] = []
        self._settings = settings
        self._max_payload, self._queue_size = settings.max_payload, settings.queue_size
        self._handling = Handling(settings, dead_letters)
        self._routes = Routes()
        self._direct = self._routes.direct
        """Empty while messages are not delivered."""
        self._retired: set[str] = set()
        self._order = AckOrder()
        self._held = Held(settings.queue_size, self._give_up)
        self._hold_until = 0.0
        self._state = State.STOPPED
        self._workers = self._make_workers()
        self._complaints = ThrottledLog()

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
    ) -> Entry:
        """Register a handler, and give it what has been waiting for it."""
        counts = self.stats.of(topic_filter)
        entry = Entry(
            topic_filter, qos, work, counts, inline=inline, on_error=on_error, concurrency=concurrency, key=key
        )
        places = {other.place for other in self.entries if other.topic_filter == topic_filter}
        entry.place = next(number for number in range(len(places) + 1) if number not in places)
        self.entries.append(entry)
        self._routes.add(entry)
        self._retired.discard(topic_filter)
        if self._state is State.RUNNING:
            self._prepare(entry)
        self._held.offer(self._deliver)
        return entry

    def remove(self, entry: Entry) -> bool:
        """Take a handler away; return whether nobody needs its filter any more."""
        self.entries.remove(entry)
        self._routes.remove(entry)
        waiting = entry.close()
        self._workers.dismiss(entry)
        for delivery in waiting:
            self._through(entry, delivery, taken=True)
        last = all(other.topic_filter != entry.topic_filter for other in self.entries)
        if last:
            self._retired.add(entry.topic_filter)
        return last

    def forget_seen(self, entry: Entry) -> None:
        """Expect retained messages again: there is a new SUBSCRIBE for a handler."""
        self._direct.clear()
        entry.seen.clear()

    @property
    def dedupes(self) -> bool:
        """Whether a message that was handled is not handled again."""
        return self._handling.dedupes

    def reply_filters(self) -> list[str]:
        """Return the filters that only requests need."""
        handlers = {entry.topic_filter for entry in self.entries if not entry.inline}
        return [entry.topic_filter for entry in self.entries if entry.inline and entry.topic_filter not in handlers]

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a transaction of the message that the running handler has."""
        return self._handling.transaction()

    def is_handler(self, task: asyncio.Task[Any] | None) -> bool:
        """Return whether ``task`` runs a handler."""
        return task in self._workers

    def count_in_flight(self, snapshot: Stats) -> None:
        """Note how many messages the handlers of each filter have."""
        for entry in list(self.entries):
            snapshot.of(entry.topic_filter).in_flight += len(entry.queue)
        for entry in self._workers.busy():
            snapshot.of(entry.topic_filter).in_flight += 1

    # -- up and down ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let every handler run."""
        self._state = State.RUNNING
        self._hold_until = time.monotonic() + self._settings.claim_timeout
        self._workers.stop()  # of a connect that was given up
        self._workers = self._make_workers()
        for entry in self.entries:
            entry.halt()
            self._prepare(entry)

    def _make_workers(self) -> Workers:
        return Workers(self._handling.run, self._through, self._order.finish)

    def _prepare(self, entry: Entry) -> None:
        if not entry.inline:
            entry.free, entry.own = [self._handling.context() for _ in range(entry.concurrency)], []

    async def stop(self, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        """Let handlers empty their queues within ``timeout`` seconds, then cancel them.

        What was not handled is not acknowledged: the broker sends it again when the session is resumed. Where
        ``caller`` is a handler, nobody waits for it, and its message counts as handled.
        """
        self._state = State.DRAINING
        self._direct.clear()
        own = self._workers.at(caller)
        await self._workers.finish(timeout, own)
        if own is not None:
            self._through(*own, True)
        self._state = State.STOPPED
        self._direct.clear()
        await self._workers.end(caller)
        self.halt()

    def halt(self) -> None:
        """Forget every message; handlers stay registered."""
        self._state = State.STOPPED
        self._direct.clear()
        self._workers.stop()
        for entry in self.entries:
            entry.halt()
        self._held.clear()
        self._order.clear()

    # -- the connection ------------------------------------------------------------------------------------------

    def connecting(self) -> None:
        """Expect a new connection: what is unacknowledged on the old one may be sent again."""
        self._order.connecting()

    def connected(self, session_present: bool) -> None:
        """Learn whether the broker had kept the session; if not, everything begins anew."""
        if not session_present:
            self._hold_until = 0.0
            self._order.session_lost()
            for entry in self.entries:
                self.forget_seen(entry)

    def receive(self, incoming: Incoming) -> None:
        """Take a message from the transport. Never raises and never waits."""
        entry = self._direct.get((incoming.topic, incoming.subscriptions))
        if entry is None or incoming.retain or incoming.duplicate:
            self._find_handlers(incoming)
            return
        if len(incoming.payload) > self._max_payload:
            incoming.too_large = self._max_payload
        entry.counts.received += 1  # the short way
        if incoming.qos > 0:
            self._order.add(incoming)
        if entry.inline:
            self._handling.hand_over(entry, incoming)
            self._order.finish(incoming)
            return
        incoming.waiting = entry.alone
        if incoming.qos > 0:
            entry.put(incoming)
        elif victim := entry.put_unreliable(incoming, self._queue_size):
            self._drop(entry, victim)
        if entry.free:
            self._workers.offer(entry)

    def _find_handlers(self, incoming: Incoming) -> None:
        if self._state is State.STOPPED or (incoming.duplicate and self._order.resume(incoming)):
            return
        incoming.too_large = self._max_payload if len(incoming.payload) > self._max_payload else 0
        if incoming.qos > 0:
            self._order.add(incoming)
        if self._state is State.DRAINING:
            self._deliver_reply(incoming)
        elif not self._deliver(incoming) and not self._hold(incoming, self._settings.claim_timeout):
            self._give_up(incoming)

    def _deliver(self, delivery: Incoming) -> bool:
        """Give a message to its handlers; return whether there are any that have not had it."""
        entries = self._routes.of(delivery, directly=self._state is State.RUNNING)
        if delivery.tried:
            entries = [item for item in entries if item not in delivery.tried]
        if not entries:
            return False
        expecting = [item for item in entries if item.expects(delivery)]
        if not expecting:
            self._order.finish(delivery)
        delivery.waiting = set(expecting)
        for entry in expecting:
            self._enqueue(entry, delivery)
        return True

    def _deliver_reply(self, delivery: Incoming) -> None:
        entries = self._routes.of(delivery, directly=False)
        for entry in entries:
            if entry.inline:
                self._handling.hand_over(entry, delivery)
        if entries and all(entry.inline for entry in entries):
            self._order.finish(delivery)

    def _enqueue(self, entry: Entry, delivery: Incoming) -> None:
        entry.counts.received += 1
        if entry.inline:
            self._handling.hand_over(entry, delivery)
            self._through(entry, delivery, taken=True)
            return
        if delivery.qos > 0:
            entry.put(delivery)
        elif victim := entry.put_unreliable(delivery, self._queue_size):
            self._drop(entry, victim)
        if entry.free:
            self._workers.offer(entry)

    def _drop(self, entry: Entry, victim: Incoming) -> None:
        entry.counts.dropped += 1
        self._complaints.warn(f"the handler of {entry.topic_filter} is too slow: QoS 0 messages are being dropped")
        self._through(entry, victim, taken=True)

    # -- messages without a handler ------------------------------------------------------------------------------

    def _hold(self, delivery: Incoming, seconds: float) -> bool:
        """Keep a message for a handler to come, as long as the program may still be registering them."""
        topic = delivery.topic
        left = min(seconds, self._hold_until - time.monotonic())
        if self._state is not State.RUNNING or left <= 0 or any(matches(retired, topic) for retired in self._retired):
            return False
        self._held.add(delivery, left)
        return True

    def _give_up(self, delivery: Incoming) -> None:
        topic = delivery.topic
        if delivery.tried:
            next(iter(delivery.tried)).counts.unexpected += 1
            self._complaints.warn(f"no handler takes the event type of a message on {topic}")
        elif not any(matches(retired, topic) for retired in self._retired):
            self.stats.unclaimed += 1
            self._complaints.warn(
                f"no handler for {topic}: the session has a subscription that this program does not make"
            )
        self._order.finish(delivery)

    # -- acknowledging -------------------------------------------------------------------------------------------

    def _through(self, entry: Entry, delivery: Incoming, taken: bool) -> None:
        if delivery.waiting is entry.alone:
            delivery.waiting = NOBODY
            if taken:  # the short way
                self._order.finish(delivery)
                return
        elif isinstance(delivery.waiting, set) and entry in delivery.waiting:
            delivery.waiting.remove(entry)
        else:
            return
        delivery.tried |= {entry}
        delivery.taken |= taken
        if delivery.waiting:
            return
        if delivery.taken:
            self._order.finish(delivery)
        elif not self._hold(delivery, SETTLE):
            self._give_up(delivery)
