"""Keys of handled messages in memory, and in a file where there is one."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager

from topicwright.dispatch.dedupe.store import DedupeStore
from topicwright.errors import TransactionError


class Dedupe:
    """Keys with a time to live, at most a fixed number of them: the oldest are removed first.

    A key counts as seen from ``begin`` on, and is forgotten by ``failed``, so a message whose handler failed is
    handled again when it is redelivered. ``done`` writes it to the store, where there is one.
    """

    def __init__(
        self,
        ttl: float,
        max_entries: int,
        clock: Callable[[], float] = time.monotonic,
        make_store: Callable[[], DedupeStore] | None = None,
    ) -> None:
        self._ttl = ttl
        self._max_entries = max_entries
        self._clock = clock
        self._make_store = make_store
        self._stored: DedupeStore | None = None
        self._seen: OrderedDict[Hashable, float] = OrderedDict()

    @property
    def enabled(self) -> bool:
        """Whether anything is remembered at all."""
        return self._ttl > 0 and self._max_entries > 0

    def begin(self, key: Hashable) -> bool:
        """Return whether ``key`` is new, and remember it."""
        now = self._clock()
        while self._seen and next(iter(self._seen.values())) <= now - self._ttl:
            self._seen.popitem(last=False)
        if key in self._seen or (self._store is not None and self._store.known(key)):
            return False
        self._seen[key] = now
        if len(self._seen) > self._max_entries:
            self._seen.popitem(last=False)
        return True

    @property
    def _store(self) -> DedupeStore | None:
        if self._stored is None and self._make_store is not None:
            self._stored = self._make_store()
        return self._stored

    def transaction(self, key: Hashable) -> AbstractContextManager[sqlite3.Connection]:
        """Write what the body writes and ``key`` together.

        Raises:
            TransactionError: there is no store.
        """
        if self._store is None:
            raise TransactionError("a transaction needs a file: set dedupe_ttl and dedupe_store")
        return self._store.transaction(key)

    def done(self, key: Hashable) -> None:
        """Record that the message was handled."""
        if self._store is not None:
            self._store.add(key)

    def failed(self, key: Hashable) -> None:
        """Forget ``key``."""
        self._seen.pop(key, None)
