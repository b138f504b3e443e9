"""Calls a handler with a message: deduplicates, retries by the error policy, counts."""

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
from topicwright.dispatch.handlers.loop_share import NOTICEABLE
from topicwright.dispatch.handlers.registration import Registration
from topicwright.dispatch.handlers.stepping import watched
from topicwright.dispatch.handlers.turn import Turn
from topicwright.errors import DecodeError, TransactionError
from topicwright.mqtt.message import Incoming

log = logging.getLogger("topicwright")


def _dedupe(settings: Settings) -> Dedupe:
    ttl, max_entries, path = settings.dedupe_ttl, settings.dedupe_max_entries, settings.dedupe_store
    return Dedupe(ttl, max_entries, make_store=None if path is None else partial(DedupeStore, path, ttl, max_entries))


@dataclass(slots=True)
class _Call:
    """A call of a handler with a message."""

    key: Hashable | None
    committed: bool = False
    """Whether a transaction has recorded the message as handled, so that it must not be handled again."""


UNTRACKED: Final = _Call(None)
"""The call of a handler whose message is not deduplicated."""
_current: ContextVar[_Call] = ContextVar("topicwright_call")


class Invoker:
    """Calls handlers. The dispatcher acknowledges the message afterwards."""

    def __init__(self, settings: Settings, dead_letters: DeadLetters) -> None:
        self._settings = settings
        self._dead_letters = dead_letters
        self._dedupe = _dedupe(settings)
        self.dedupes = self._dedupe.enabled
        self.turn = Turn()
        """What handlers may still do in this turn of the event loop."""

    def hand_over(self, registration: Registration, incoming: Incoming) -> None:
        """Call work that never waits, such as the reader of replies."""
        work: Any = registration.work
        try:
            key = self._key(registration, incoming) if self.dedupes else None
            if key is not None and not self._dedupe.begin(key):
                registration.counts.duplicates += 1
                return
            work(incoming)
            registration.counts.handled += 1
        except Exception:
            registration.counts.failed += 1
            log.exception("a message of %s could not be handed over", incoming.topic)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """See ``TypedClient.transaction``."""
        current = _current.get(None)
        if current is None:
            raise TransactionError("a transaction belongs to a handler: call it while one is running")
        if current.key is None:
            raise TransactionError("a transaction needs dedupe_ttl and dedupe_store, and a message with an envelope id")
        if current.committed:
            raise TransactionError("the message is already recorded as handled: it can have one transaction")
        with self._dedupe.transaction(current.key) as database:
            yield database
        current.committed = True

    def running_key(self) -> Hashable | None:
        """Return the key of the message that the running handler has; None where it is not deduplicated."""
        return _current.get(UNTRACKED).key

    def context(self) -> Context:
        """Return a context for a handler, in which ``transaction`` recognises it."""
        context = copy_context()
        context.run(_current.set, UNTRACKED)
        return context

    def run(self, registration: Registration, incoming: Incoming) -> Coroutine[Any, Any, bool] | None:
        """Call a handler with a message, and run it to the first point where it waits.

        Return None if it has finished, or has had the message before: it is counted already. Otherwise return a
        coroutine that runs the rest, and returns whether the handler accepted the message.
        """
        current = UNTRACKED
        if self.dedupes:
            key = self._key(registration, incoming)
            if key is not None and not self._dedupe.begin(key):
                registration.counts.duplicates += 1
                if registration.answers is not None:
                    registration.answers.repeated(key)
                return None
            _current.set(current := UNTRACKED if key is None else _Call(key))
        since = perf_counter()
        try:
            work: Any = (
                registration.work if registration.on_error.retries == 0 else partial(self._attempts, registration)
            )
            steps = work(incoming)
            try:
                waiting = steps.send(None)
            except StopIteration:  # finished without waiting, the common case: fast path of _await_rest
                took = perf_counter() - since
                if took >= NOTICEABLE:
                    self._spend(registration, took)
                if current is not UNTRACKED:
                    self._remember(current)
                counts = registration.counts
                counts.handled += 1
                counts.handling.add(took)
                return None
        except Unwanted:
            return _unwanted()
        except BaseException as error:
            self._spend(registration, perf_counter() - since)
            return self._await_rest(registration, incoming, current, since, _raise(error))
        self._spend(registration, perf_counter() - since)
        return self._await_rest(
            registration, incoming, current, since, watched(steps, waiting, registration.loop_share)
        )

    def _spend(self, registration: Registration, seconds: float) -> None:
        """Count what the first step of a handler took."""
        if seconds >= NOTICEABLE:
            self.turn.spend(seconds)
            registration.loop_share.add(seconds)

    async def _await_rest(
        self, registration: Registration, incoming: Incoming, current: _Call, since: float, rest: Awaitable[None]
    ) -> bool:
        """Wait for the rest of a handler, and count its result; return whether it accepted the message."""
        try:
            await rest
        except Unwanted:
            return False
        except DecodeError as error:
            await self._reject(registration, incoming, current.key, error)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            self._failed(current.key)
            raise  # the end of the program, or of this task
        except BaseException as error:
            await self._fail(registration, incoming, current, error, since)
        else:
            registration.counts.handled += 1
            registration.counts.handling.add(perf_counter() - since)
            self._remember(current)
        return True

    def _remember(self, current: _Call) -> None:
        if current.key is not None and not current.committed:
            self._dedupe.done(current.key)

    async def _reject(
        self, registration: Registration, incoming: Incoming, key: Hashable | None, error: DecodeError
    ) -> None:
        """Report a message that does not match the catalog."""
        if incoming.reported:
            return
        incoming.reported = True
        registration.counts.invalid += 1
        if registration.answers is not None:
            registration.answers.failed(incoming, error)
        try:
            await self._invalid(incoming, error)
        except BaseException:
            self._failed(key)
            raise

    async def _fail(
        self,
        registration: Registration,
        incoming: Incoming,
        current: _Call,
        error: BaseException,
        since: float,
    ) -> None:
        """Handle the failure of a last attempt. A cancellation of the handler is one; that of its task is raised."""
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            self._failed(current.key)
            raise error
        registration.counts.failed += 1
        registration.counts.handling.add(perf_counter() - since)
        log.error(
            "the handler of %s failed on a message of %s", registration.topic_filter, incoming.topic, exc_info=error
        )
        if registration.answers is not None:
            registration.answers.failed(incoming, error)
        if not current.committed:
            self._failed(current.key)
            await self._dead_letter(registration, incoming, error)

    async def _attempts(self, registration: Registration, incoming: Incoming) -> None:
        """Call the handler, again where its policy allows; raise the error of the last attempt."""
        work: Any = registration.work
        for attempt in range(1, registration.on_error.retries + 1):
            try:
                await work(incoming)
                return
            except (Unwanted, DecodeError):
                raise
            except Exception as error:
                if _current.get().committed:
                    raise
                registration.counts.retried += 1
                text = "the handler of %s failed on a message of %s, attempt %d of %d: %s: %s"
                attempts, kind = registration.on_error.retries + 1, type(error).__name__
                log.warning(text, registration.topic_filter, incoming.topic, attempt, attempts, kind, error)
            await asyncio.sleep(registration.on_error.delay(attempt))
        await work(incoming)

    async def _dead_letter(self, registration: Registration, incoming: Incoming, error: BaseException) -> None:
        if registration.on_error.topic is None:
            return
        try:
            sent = await self._dead_letters.send_failed(incoming, registration.on_error.topic, error)
            registration.counts.dead_lettered += sent
        except Exception:
            log.exception("a message of %s could not be published as a dead letter", incoming.topic)

    def _key(self, registration: Registration, incoming: Incoming) -> Hashable | None:
        if not self.dedupes or incoming.too_large:
            return None
        key = message_key(incoming.topic, incoming.payload)
        if key is None:
            return None
        # Only a store needs keys that are the same in the next process; else each registration is a handler of its own.
        return (
            (registration.number, key)
            if self._settings.dedupe_store is None
            else (registration.topic_filter, registration.place, key)
        )

    def _failed(self, key: Hashable | None) -> None:
        if key is not None:
            self._dedupe.failed(key)

    async def _invalid(self, incoming: Incoming, error: DecodeError) -> None:
        log.warning("%s", error)
        try:
            await self._dead_letters.send_invalid(incoming, error)
        except Exception:
            log.exception("an invalid message of %s could not be published as a dead letter", incoming.topic)


async def _unwanted() -> bool:
    """Return that the handler did not accept the message."""
    return False


async def _raise(error: BaseException) -> None:
    """Raise the error of a handler's first step."""
    raise error
