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

from .complaints import Complaints
from .config import Settings
from .dead_letters import DeadLetters
from .delivery import AckOrder
from .entry import Entry, Inline, Work
from .filters import matches
from .handling import Handling
from .held import Held
from .policy import IGNORE, OnError
from .routes import Routes
from .stats import Stats
from .transport import NOBODY, Incoming

log = logging.getLogger("topicwright")

SETTLE: Final = 5.0
"""How long a message that no handler took waits for one of its event type, in seconds."""
LET_GO: Final = 3.0
"""Seconds that a handler which was cancelled at shutdown has for its ``finally``; then it is left alone."""
RELAUNCH: Final = 0.1
"""Seconds before a handler's task that was cancelled from outside runs again; a loop that ends is gone by then."""


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
        self._tasks: dict[asyncio.Task[None], Entry] = {}
        self._complaints = Complaints()

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
            self._launch(entry)
        self._held.offer(self._deliver)
        return entry

    def remove(self, entry: Entry) -> bool:
        """Take a handler away; return whether nobody needs its filter any more."""
        self.entries.remove(entry)
        self._routes.remove(entry)
        for delivery in entry.close():
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
        return task in self._tasks

    def count_in_flight(self, snapshot: Stats) -> None:
        """Note how many messages the handlers of each filter have."""
        for entry in list(self.entries):
            snapshot.of(entry.topic_filter).in_flight += entry.in_flight

    # -- up and down ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let every handler run."""
        self._state = State.RUNNING
        self._hold_until = time.monotonic() + self._settings.claim_timeout
        for entry in self.entries:
            self._launch(entry)

    def _launch(self, entry: Entry) -> None:
        if not entry.inline:
            entry.prepare()
            for _ in range(entry.concurrency):
                self._start(entry)

    def _start(self, entry: Entry) -> None:
        task = entry.launch(self._handling.run, self._through, self._order.finish, self._handling.context())
        self._tasks[task] = entry
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        entry = self._tasks.pop(task, None)
        if entry is None:
            return
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("the handler of %s ended its task", entry.topic_filter, exc_info=error)
        if (error is not None or task.cancelled()) and self._alive(entry, task):
            task.get_loop().call_later(RELAUNCH, self._relaunch, entry, task)

    def _alive(self, entry: Entry, task: asyncio.Task[None]) -> bool:
        return self._state is State.RUNNING and task in entry.tasks and not entry.closed

    def _relaunch(self, entry: Entry, task: asyncio.Task[None]) -> None:
        if not self._alive(entry, task):
            return
        log.error("the handler of %s was stopped: it goes on with the next message", entry.topic_filter)
        delivery = entry.tasks[task]
        if delivery is not None:
            entry.counts.failed += 1
            self._through(entry, delivery, taken=True)
        entry.release(task)
        del entry.tasks[task]
        self._start(entry)

    async def stop(self, timeout: float, caller: asyncio.Task[Any] | None) -> None:
        """Let handlers empty their queues within ``timeout`` seconds, then cancel them.

        What was not handled is not acknowledged: the broker sends it again when the session is resumed. Where
        ``caller`` is a handler, nobody waits for it, and its message counts as handled.
        """
        self._state = State.DRAINING
        self._direct.clear()
        own = self._tasks.get(caller) if caller is not None else None
        others = [(task, entry) for task, entry in self._tasks.items() if task is not caller]
        waits = [asyncio.ensure_future(entry.finish(caller)) for entry in {entry: None for _, entry in others}]
        if waits:
            _, late = await asyncio.wait(waits, timeout=timeout)
            for wait in late:
                wait.cancel()
        handled = None if own is None or caller is None else own.tasks.get(caller)
        if own is not None and handled is not None:
            self._through(own, handled, taken=True)
        self._state = State.STOPPED
        self._direct.clear()
        await _let_go(others)
        self.halt()

    def halt(self) -> None:
        """Forget every message; handlers stay registered."""
        self._state = State.STOPPED
        self._direct.clear()
        self._tasks.clear()
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
            if entry.asleep:
                entry.wake()
        elif victim := entry.put_unreliable(incoming, self._queue_size):
            self._drop(entry, victim)

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
        elif delivery.qos > 0:
            entry.put(delivery)
            entry.wake()
        elif victim := entry.put_unreliable(delivery, self._queue_size):
            self._drop(entry, victim)

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
        if taken and delivery.waiting is entry.alone:  # the short way
            delivery.waiting = NOBODY
            self._order.finish(delivery)
            return
        if entry not in delivery.waiting:
            return
        delivery.waiting -= {entry}
        delivery.tried |= {entry}
        delivery.taken |= taken
        if delivery.waiting:
            return
        if delivery.taken:
            self._order.finish(delivery)
        elif not self._hold(delivery, SETTLE):
            self._give_up(delivery)


async def _let_go(running: list[tuple[asyncio.Task[None], Entry]]) -> None:
    """Cancel handlers and wait for their ends, but not for ever: one that takes no cancellation is left and named."""
    for task, _ in running:
        task.cancel()
    if not running:
        return
    _, left = await asyncio.wait([task for task, _ in running], timeout=LET_GO)
    for task, entry in running:
        if task in left:
            log.error("the handler of %s did not end although it was cancelled: left running", entry.topic_filter)
