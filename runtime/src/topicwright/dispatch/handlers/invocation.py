"""One handler and one message: deduplicated, tried as often as the policy says, counted."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Coroutine, Generator, Hashable
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Final

from topicwright.codec.event_reader import Unwanted
from topicwright.config.settings import Settings
from topicwright.dispatch.dedupe.dedupe import Dedupe
from topicwright.dispatch.dedupe.message_key import message_key
from topicwright.dispatch.dedupe.store import DedupeStore
from topicwright.dispatch.handlers.dead_letters import DeadLetters
from topicwright.dispatch.handlers.registration import Entry
from topicwright.dispatch.handlers.stepping import BLOCKED, judge, watched
from topicwright.errors import DecodeError, InvalidMessage, TransactionError
from topicwright.mqtt.message import Incoming

log = logging.getLogger("topicwright")


def _dedupe(settings: Settings) -> Dedupe:
    ttl, most, path = settings.dedupe_ttl, settings.dedupe_max_entries, settings.dedupe_store
    return Dedupe(ttl, most, make_store=None if path is None else partial(DedupeStore, path, ttl, most))


@dataclass(slots=True)
class _Turn:
    """A handler at work on a message."""

    key: Hashable | None
    committed: bool = False
    """Whether the work and the key are written: it cannot be done again, whatever follows."""


NO_TURN: Final = _Turn(None)
"""Of every handler whose message is not remembered."""
_turn: ContextVar[_Turn] = ContextVar("topicwright_turn")


class Handling:
    """Runs handlers; what becomes of the message after that is the dispatcher's."""

    def __init__(self, settings: Settings, dead_letters: DeadLetters) -> None:
        self._settings = settings
        self._dead_letters = dead_letters
        self._dedupe = _dedupe(settings)
        self.dedupes = self._dedupe.enabled

    def hand_over(self, entry: Entry, delivery: Incoming) -> None:
        """Call work that never waits: it takes replies."""
        work: Any = entry.work
        try:
            key = self._key(entry, delivery) if self.dedupes else None
            if key is not None and not self._dedupe.begin(key):
                entry.counts.duplicates += 1
                return
            work(delivery)
            entry.counts.handled += 1
        except Exception:
            entry.counts.failed += 1
            log.exception("a message of %s could not be handed over", delivery.topic)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """See ``TypedClient.transaction``."""
        turn = _turn.get(None)
        if turn is None:
            raise TransactionError("a transaction belongs to a handler: call it while one is running")
        if turn.key is None:
            raise TransactionError("a transaction needs dedupe_ttl and dedupe_store, and a message with an envelope id")
        if turn.committed:
            raise TransactionError("the message is written as handled already: one transaction for each")
        with self._dedupe.transaction(turn.key) as database:
            yield database
        turn.committed = True

    def context(self) -> Context:
        """Return what a handler's task runs in, by which it is known as one."""
        context = copy_context()
        context.run(_turn.set, NO_TURN)
        return context

    def run(self, entry: Entry, delivery: Incoming) -> Coroutine[Any, Any, bool] | None:
        """Take a handler's first step with a message, in the task that calls this.

        Return None if that was all: the handler finished, or had the message before, and it is counted. Else what goes
        on, and returns whether the message was for this handler.
        """
        turn = NO_TURN
        if self.dedupes:
            key = self._key(entry, delivery)
            if key is not None and not self._dedupe.begin(key):
                entry.counts.duplicates += 1
                return None
            _turn.set(turn := NO_TURN if key is None else _Turn(key))
        since = perf_counter()
        try:
            work: Any = entry.work if entry.on_error.retries == 0 else partial(self._attempts, entry)
            steps = work(delivery)
            try:
                waiting = steps.send(None)
            except StopIteration:  # it did not wait for anything, as most do: this is the short way
                took = perf_counter() - since
                if took >= BLOCKED:
                    judge(took, entry.topic_filter)
                if turn is not NO_TURN:
                    self._remember(turn)
                counts = entry.counts
                counts.handled += 1
                counts.handling.add(took)
                return None
        except Unwanted:
            return _unwanted()
        except BaseException as error:
            judge(perf_counter() - since, entry.topic_filter)
            return self._go_on(entry, delivery, turn, since, _raise(error))
        judge(perf_counter() - since, entry.topic_filter)
        return self._go_on(entry, delivery, turn, since, watched(steps, waiting, entry.topic_filter))

    async def _go_on(self, entry: Entry, delivery: Incoming, turn: _Turn, since: float, rest: Awaitable[None]) -> bool:
        """Wait for the rest of a handler, and count how it went; return whether the message was for it."""
        try:
            await rest
        except Unwanted:
            return False
        except DecodeError as error:
            await self._reject(entry, delivery, turn.key, error)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            self._failed(turn.key)
            raise  # the end of the program, or of this task
        except BaseException as error:
            await self._fail(entry, delivery, turn, error, since)
        else:
            entry.counts.handled += 1
            entry.counts.handling.add(perf_counter() - since)
            self._remember(turn)
        return True

    def _remember(self, turn: _Turn) -> None:
        if turn.key is not None and not turn.committed:
            self._dedupe.done(turn.key)

    async def _reject(self, entry: Entry, delivery: Incoming, key: Hashable | None, error: DecodeError) -> None:
        """Report a message that is not what the catalog says."""
        if delivery.reported:
            return
        delivery.reported = True
        entry.counts.invalid += 1
        try:
            await self._invalid(delivery, error)
        except BaseException:
            self._failed(key)
            raise

    async def _fail(
        self,
        entry: Entry,
        delivery: Incoming,
        turn: _Turn,
        error: BaseException,
        since: float,
    ) -> None:
        """Take note of a handler's last failure; its own cancellation is one, that of its task is passed on."""
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            self._failed(turn.key)
            raise error
        entry.counts.failed += 1
        entry.counts.handling.add(perf_counter() - since)
        log.error("the handler of %s failed on a message of %s", entry.topic_filter, delivery.topic, exc_info=error)
        if not turn.committed:
            self._failed(turn.key)
            await self._dead_letter(entry, delivery, error)

    async def _attempts(self, entry: Entry, delivery: Incoming) -> None:
        """Call the handler, again where its policy says so; raise the error of the last attempt."""
        work: Any = entry.work
        for attempt in range(1, entry.on_error.retries + 1):
            try:
                await work(delivery)
                return
            except (Unwanted, DecodeError):
                raise
            except Exception as error:
                if _turn.get().committed:
                    raise
                entry.counts.retried += 1
                text = "the handler of %s failed on a message of %s, attempt %d of %d: %s: %s"
                attempts, kind = entry.on_error.retries + 1, type(error).__name__
                log.warning(text, entry.topic_filter, delivery.topic, attempt, attempts, kind, error)
            await asyncio.sleep(entry.on_error.delay(attempt))
        await work(delivery)

    async def _dead_letter(self, entry: Entry, delivery: Incoming, error: BaseException) -> None:
        if entry.on_error.topic is None:
            return
        try:
            await self._dead_letters.bury(delivery, entry.on_error.topic, error)
            entry.counts.dead_lettered += 1
        except Exception:
            log.exception("a message of %s could not be published as a dead letter", delivery.topic)

    def _key(self, entry: Entry, delivery: Incoming) -> Hashable | None:
        if not self.dedupes or delivery.too_large:
            return None
        key = message_key(delivery.payload)
        if key is None:
            return None
        # Only a store needs a name that the next process knows; a handler that is registered anew is a new one.
        return (entry.number, key) if self._settings.dedupe_store is None else (entry.topic_filter, entry.place, key)

    def _failed(self, key: Hashable | None) -> None:
        if key is not None:
            self._dedupe.failed(key)

    async def _invalid(self, delivery: Incoming, error: DecodeError) -> None:
        log.warning("%s", error)
        try:
            await self._dead_letters.invalid(InvalidMessage(delivery.topic, delivery.payload, error))
        except Exception:
            log.exception("on_invalid failed for a message of %s", delivery.topic)


async def _unwanted() -> bool:
    """Say that a message was not for its handler."""
    return False


async def _raise(error: BaseException) -> None:
    """End as a handler did in its first step."""
    raise error
