"""From a received message to its handlers: matching, queues, deduplication, and acknowledging in receive order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

from .config import Settings
from .dedupe import Dedupe, message_key
from .envelope import Decoder, Message
from .errors import DecodeError, InvalidMessage
from .filters import FilterIndex, matches
from .session import subscription_identifier
from .stats import FilterStats, Stats
from .transport import Incoming

log = logging.getLogger("topicwright")

COMPLAIN_EVERY: Final = 60.0
"""Seconds between two warnings of the same kind about the same filter."""


class Unwanted(Exception):
    """Raised by a handler's work: the message is of an event type that this handler does not take."""


class Delivery:
    """One received message on its way; acknowledged when every handler it went to is through with it."""

    def __init__(self, incoming: Incoming, max_payload: int) -> None:
        self.incoming = incoming
        self.arrived = time.monotonic()
        self.open = 0
        """How many handlers are not through yet."""
        self.finished = False
        self.taken = False
        """Whether a handler took its event type."""
        self._max_payload = max_payload
        self._read: dict[int, Message | DecodeError] = {}

    def read(self, decoder: Decoder[Any]) -> Message:
        """Return the decoded message; two handlers of one topic share the work.

        Raises:
            DecodeError: it is not what the catalog says, or larger than ``max_payload``.
        """
        size = len(self.incoming.payload)
        if size > self._max_payload:
            problem = f"payload of {size} bytes exceeds max_payload of {self._max_payload}"
            raise DecodeError(self.incoming.topic, decoder.topic.event_type, [problem])
        known = self._read.get(id(decoder))
        if known is None:
            try:
                known = decoder.decode(self.incoming.topic, self.incoming.payload)
            except DecodeError as error:
                known = error
            self._read[id(decoder)] = known
        if isinstance(known, DecodeError):
            raise known
        return known


Work = Callable[[Delivery], Awaitable[None]]
Inline = Callable[[Delivery], None]


class Entry:
    """One registered handler: its filter, its queue, and the task that empties the queue in order."""

    def __init__(self, dispatcher: Dispatcher, topic_filter: str, qos: int, work: Work | Inline, inline: bool) -> None:
        self.topic_filter = topic_filter
        self.qos = qos
        self.work = work
        self.inline = inline
        """Whether ``work`` never waits and is called at once: it takes replies."""
        self.retained: set[str] = set()
        """Topics whose retained message it has been given over this connection."""
        self.counts: FilterStats = dispatcher.stats.of(topic_filter)
        self.task: asyncio.Task[None] | None = None
        self.closed = False
        self._dispatcher = dispatcher
        self._queue: deque[Delivery] = deque()
        self._wakeup = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, delivery: Delivery, limit: int) -> Delivery | None:
        """Queue a message; return the QoS 0 message that had to go because ``limit`` of them wait already."""
        victim = None
        if delivery.incoming.qos == 0 and len(self._queue) >= limit:
            victim = next((item for item in self._queue if item.incoming.qos == 0), delivery)
            if victim is delivery:
                return victim
            self._queue.remove(victim)
        self._queue.append(delivery)
        self._wakeup.set()
        self._idle.clear()
        return victim

    def close(self) -> list[Delivery]:
        """Let the running handler finish and return what still waits."""
        self.closed = True
        waiting = list(self._queue)
        self._queue.clear()
        self._wakeup.set()
        return waiting

    async def run(self) -> None:
        """Hand messages to the handler, one after the other."""
        while True:
            while self._queue:
                await self._dispatcher.handle(self, self._queue.popleft())
            self._idle.set()
            if self.closed or not self._dispatcher.running:
                return
            self._wakeup.clear()
            await self._wakeup.wait()

    async def finish(self) -> None:
        """Return when the queue is empty and the handler is through; at once if called by that handler."""
        if self.task is not None and self.task is not asyncio.current_task():
            await self._idle.wait()


class Dispatcher:
    """Knows every handler and sees every message."""

    def __init__(
        self, settings: Settings, stats: Stats, on_invalid: Callable[[InvalidMessage], Awaitable[None]]
    ) -> None:
        self.stats = stats
        self.entries: list[Entry] = []
        self._settings = settings
        self._on_invalid = on_invalid
        self._dedupe = Dedupe(settings.dedupe_ttl, settings.dedupe_max_entries)
        self._index: FilterIndex[Entry] = FilterIndex()
        self._retired: set[str] = set()
        self._order: deque[Delivery] = deque()
        self._stale: dict[int, Delivery] = {}
        self._unclaimed: deque[Delivery] = deque()
        self.running = False
        self._complaints: dict[str, float] = {}

    # -- handlers ------------------------------------------------------------------------------------------------

    def add(self, topic_filter: str, qos: int, work: Work | Inline, *, inline: bool = False) -> Entry:
        """Register a handler, and give it what has been waiting for it."""
        entry = Entry(self, topic_filter, qos, work, inline)
        self.entries.append(entry)
        self._index.add(topic_filter, entry)
        self._retired.discard(topic_filter)
        if self.running:
            self._launch(entry)
        self._claim()
        return entry

    def remove(self, entry: Entry) -> bool:
        """Take a handler away; return whether nobody needs its filter any more."""
        self.entries.remove(entry)
        self._index.remove(entry.topic_filter, entry)
        for delivery in entry.close():
            self._through(entry, delivery, taken=True)
        last = all(other.topic_filter != entry.topic_filter for other in self.entries)
        if last:
            self._retired.add(entry.topic_filter)
        return last

    def start(self) -> None:
        """Let every handler run."""
        self.running = True
        for entry in self.entries:
            self._launch(entry)

    def _launch(self, entry: Entry) -> None:
        if not entry.inline:
            entry.task = asyncio.get_running_loop().create_task(entry.run(), name=f"handler of {entry.topic_filter}")

    async def stop(self, timeout: float) -> None:
        """Take no more messages, let handlers empty their queues within ``timeout``, then cancel them.

        What was not handled is not acknowledged: the broker sends it again when the session is resumed.
        """
        self.running = False
        waits = [asyncio.ensure_future(entry.finish()) for entry in self.entries]
        if waits:
            _, late = await asyncio.wait(waits, timeout=timeout)
            for wait in late:
                wait.cancel()
        current = asyncio.current_task()
        tasks = [entry.task for entry in self.entries if entry.task is not None and entry.task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._unclaimed.clear()
        self._order.clear()

    # -- the connection ------------------------------------------------------------------------------------------

    def connecting(self) -> None:
        """Expect a new connection: what is unacknowledged on the old one may be sent again."""
        self._stale = {item.incoming.packet_id: item for item in self._order}
        self._order = deque()
        for entry in self.entries:
            entry.retained.clear()

    def receive(self, incoming: Incoming) -> None:
        """Take a message from the transport. Never raises and never waits."""
        if not self.running:
            return
        if incoming.duplicate and self._resume(incoming):
            return
        delivery = Delivery(incoming, self._settings.max_payload)
        if incoming.qos > 0:
            self._order.append(delivery)
        if not self._deliver(delivery):
            self._wait_for_handler(delivery)

    def _resume(self, incoming: Incoming) -> bool:
        """Give a message that is sent again to its delivery, which may still be with its handlers."""
        delivery = self._stale.pop(incoming.packet_id, None)
        if delivery is None or delivery.incoming.payload != incoming.payload:
            return False
        delivery.incoming = incoming
        self._order.append(delivery)
        self._acknowledge()
        return True

    def _deliver(self, delivery: Delivery) -> bool:
        incoming = delivery.incoming
        entries = self._index.match(incoming.topic)
        if incoming.subscriptions:
            # A broker may send one copy for each of several overlapping subscriptions: each copy to its handlers.
            entries = [item for item in entries if subscription_identifier(item.topic_filter) in incoming.subscriptions]
        if not entries:
            return False
        if incoming.retain:
            entries = [item for item in entries if incoming.topic not in item.retained]
        delivery.open = len(entries)
        if not entries:
            self._finish(delivery)
        for entry in entries:
            self._enqueue(entry, delivery)
        return True

    def _enqueue(self, entry: Entry, delivery: Delivery) -> None:
        entry.counts.received += 1
        if delivery.incoming.retain:
            entry.retained.add(delivery.incoming.topic)
        if entry.inline:
            entry.work(delivery)
            self._through(entry, delivery, taken=True)
        elif victim := entry.put(delivery, self._settings.queue_size):
            entry.counts.dropped += 1
            self._complain(f"the handler of {entry.topic_filter} is too slow: QoS 0 messages are being dropped")
            self._through(entry, victim, taken=True)

    # -- messages without a handler ------------------------------------------------------------------------------

    def _wait_for_handler(self, delivery: Delivery) -> None:
        topic = delivery.incoming.topic
        if any(matches(retired, topic) for retired in self._retired):
            self._finish(delivery)
            return
        self._unclaimed.append(delivery)
        if len(self._unclaimed) > self._settings.queue_size and self._unclaimed[0].incoming.qos == 0:
            self._give_up(self._unclaimed.popleft())
        asyncio.get_running_loop().call_later(self._settings.claim_timeout, self._expire)

    def _claim(self) -> None:
        waiting, self._unclaimed = self._unclaimed, deque()
        self._unclaimed.extend(item for item in waiting if not self._deliver(item))

    def _expire(self) -> None:
        oldest = time.monotonic() - self._settings.claim_timeout
        while self._unclaimed and self._unclaimed[0].arrived <= oldest:
            self._give_up(self._unclaimed.popleft())

    def _give_up(self, delivery: Delivery) -> None:
        self.stats.unclaimed += 1
        topic = delivery.incoming.topic
        self._complain(f"no handler for {topic}: the session has a subscription that this program does not make")
        self._finish(delivery)

    # -- handling ------------------------------------------------------------------------------------------------

    async def handle(self, entry: Entry, delivery: Delivery) -> None:
        """Run one handler on one message, and count how it went."""
        key = self._key(entry, delivery)
        if key is not None and not self._dedupe.begin(key):
            entry.counts.duplicates += 1
            self._through(entry, delivery, taken=True)
            return
        try:
            taken = await self._attempt(entry, delivery, key)
        except asyncio.CancelledError:
            if key is not None:
                self._dedupe.failed(key)
            raise
        self._through(entry, delivery, taken=taken)

    async def _attempt(self, entry: Entry, delivery: Delivery, key: Hashable | None) -> bool:
        """Return whether the message was for this handler."""
        work: Any = entry.work
        try:
            await work(delivery)
            entry.counts.handled += 1
        except Unwanted:
            return False
        except DecodeError as error:
            entry.counts.invalid += 1
            await self._invalid(delivery, error)
        except (Exception, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise
            entry.counts.failed += 1
            log.exception("the handler of %s failed on a message of %s", entry.topic_filter, delivery.incoming.topic)
            if key is not None:
                self._dedupe.failed(key)
        return True

    def _key(self, entry: Entry, delivery: Delivery) -> Hashable | None:
        if not self._dedupe.enabled:
            return None
        key = message_key(delivery.incoming.payload)
        return None if key is None else (id(entry), key)

    async def _invalid(self, delivery: Delivery, error: DecodeError) -> None:
        log.warning("%s", error)
        try:
            await self._on_invalid(InvalidMessage(delivery.incoming.topic, delivery.incoming.payload, error))
        except Exception:
            log.exception("on_invalid failed for a message of %s", delivery.incoming.topic)

    # -- acknowledging -------------------------------------------------------------------------------------------

    def _through(self, entry: Entry, delivery: Delivery, *, taken: bool) -> None:
        delivery.open -= 1
        delivery.taken |= taken
        if delivery.open == 0:
            if not delivery.taken:
                entry.counts.unexpected += 1
                self._complain(f"no handler takes the event type of a message on {delivery.incoming.topic}")
            self._finish(delivery)

    def _finish(self, delivery: Delivery) -> None:
        delivery.finished = True
        if delivery.incoming.qos > 0:
            self._acknowledge()

    def _acknowledge(self) -> None:
        """Acknowledge in receive order (MQTT 5, section 4.6)."""
        while self._order and self._order[0].finished:
            self._order.popleft().incoming.acknowledge()

    def _complain(self, text: str) -> None:
        """Log a warning, the same one at most once a minute."""
        now = time.monotonic()
        if now - self._complaints.get(text, -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
            self._complaints[text] = now
            log.warning("%s", text)
