"""Keys of handled messages in an SQLite file, for the next process."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from typing import Final

from topicwright.config.private_files import make_private

TABLE: Final = "CREATE TABLE IF NOT EXISTS handled (key BLOB UNIQUE NOT NULL, at REAL NOT NULL)"
PRUNE_EVERY: Final = 1000
"""The number of new keys after which the old ones are deleted."""


class DedupeStore:
    """A file with the keys of messages handled in the last ``ttl`` seconds, at most ``max_entries`` of them.

    It is written after each handler, before the acknowledgement, and does not wait for the disk. A killed process loses
    no key. After a power cut the file is intact, but may lack the last keys.
    """

    def __init__(self, path: str, ttl: float, max_entries: int) -> None:
        self._ttl = ttl
        self._max_entries = max_entries
        self._added = 0
        # One thread at a time: the client checks that; a second loop in another thread may follow the first.
        make_private(path)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", TABLE):
            self._database.execute(statement)

    def known(self, key: Hashable) -> bool:
        """Return whether ``key`` was handled."""
        since = time.time() - self._ttl
        rows = self._database.execute("SELECT 1 FROM handled WHERE key = ? AND at > ?", (_digest(key), since))
        return rows.fetchone() is not None

    def add(self, key: Hashable) -> None:
        """Remember ``key``."""
        self._database.execute("INSERT OR REPLACE INTO handled VALUES (?, ?)", (_digest(key), time.time()))
        self._added += 1
        if self._added % PRUNE_EVERY == 0:
            self._prune()

    @contextmanager
    def transaction(self, key: Hashable) -> Generator[sqlite3.Connection]:
        """Write what the body writes and ``key`` together, or, where it raises, nothing."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
            self.add(key)
            self._database.execute("COMMIT")
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def _prune(self) -> None:
        self._database.execute("DELETE FROM handled WHERE at <= ?", (time.time() - self._ttl,))
        oldest = "(SELECT max(rowid) FROM handled) - ?"
        self._database.execute(f"DELETE FROM handled WHERE rowid <= {oldest}", (self._max_entries,))


def _digest(key: Hashable) -> bytes:
    return hashlib.blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=16).digest()
