"""Handlers of a client: registered here, subscribed to at the broker, and taken away again."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext

from topicwright.client.lifecycle import Lifecycle
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.dispatch.handlers.queues import Key
from topicwright.dispatch.handlers.registration import Entry, Inline, Work
from topicwright.telemetry.observer import Received


class Subscription:
    """An active subscription; close it to stop receiving events."""

    def __init__(self, topic_filter: str, close: Callable[[], Awaitable[None]]) -> None:
        self.topic_filter = topic_filter
        """What was subscribed to."""
        self._close = close

    async def close(self) -> None:
        """Stop receiving. A handler that is running finishes; what waits for it is given up. Idempotent."""
        await self._close()


class Subscribing(Lifecycle):
    """A client that can register handlers, whatever they read of a message."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return, inside a handler, a transaction of ``dedupe_store`` that also notes the message as handled.

        ``with client.transaction() as database: database.execute(...)``: either both are written or neither, so what
        it writes happens once, whenever the process is killed. The body must not wait. After it the message is
        handled: an error is logged, and neither tried again nor given to a dead-letter topic.

        Raises:
            TransactionError: outside of a handler, without ``dedupe_store``, for a message without an id, or twice.
        """
        return self._dispatcher.transaction()

    async def _register(
        self,
        topic_filter: str,
        qos: int,
        work: Work | Inline,
        *,
        inline: bool = False,
        on_error: OnError | None = None,
        concurrency: int = 1,
        key: Key | None = None,
    ) -> tuple[Entry, Subscription]:
        # The handler is there before SUBSCRIBE goes out, so that no retained message can come too early.
        session = self._require()
        entry = self._dispatcher.add(
            topic_filter,
            qos,
            work,
            inline=inline,
            on_error=on_error or self._on_error,
            concurrency=concurrency,
            key=key,
        )
        try:
            await session.subscribe(topic_filter, qos)
        except BaseException:
            if self._dispatcher.remove(entry):
                self._background.start(session.unsubscribe(topic_filter))
            raise
        return entry, Subscription(topic_filter, lambda: self._unregister(entry))

    async def _unregister(self, entry: Entry) -> None:
        if not entry.closed and self._dispatcher.remove(entry) and self._session is not None:
            await self._session.unsubscribe(entry.topic_filter)

    async def _observed(self, received: Received, call: Callable[..., Awaitable[None]], *arguments: object) -> None:
        """Call a handler inside of what observes it."""
        with nullcontext() if self._observer is None else self._observer.handling(received):
            await call(*arguments)
