"""The memory of memory-worker: sentences in SQLite, with full-text search (FTS5)."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

STOP_WORDS = frozenset(
    ["a", "an", "and", "are", "for", "is", "it", "my", "of", "our", "that", "the", "to", "what", "you"]
)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that matches a search."""

    text: str
    speaker: str
    score: float
    """0..1, higher is closer."""
    ts: float


class MemoryStore:
    """Sentences by message id; a message is stored only once."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
        self._db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS said USING fts5(text, speaker UNINDEXED, ts UNINDEXED)")

    def remember(self, message_id: str, speaker: str, text: str, ts: float) -> None:
        """Store a sentence and its message id in one transaction."""
        with self._db:
            new = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (message_id,)).rowcount
            if new:
                self._db.execute("INSERT INTO said VALUES (?, ?, ?)", (text, speaker, ts))

    def search(self, text: str, limit: int) -> list[Found]:
        """Return sentences of the user that share words with ``text``, best first, without ``text`` itself."""
        words = [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]
        if not words:
            return []
        rows = self._db.execute(
            "SELECT text, speaker, ts, bm25(said) FROM said WHERE said MATCH ? AND speaker = 'user' AND text <> ? "
            "ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), text, limit),
        )
        return [Found(found, speaker, 1 / (1 + abs(rank)), ts) for found, speaker, ts, rank in rows]

    def count(self) -> int:
        """Return the number of sentences."""
        return int(self._db.execute("SELECT count(*) FROM said").fetchone()[0])

    def close(self) -> None:
        """Close the database."""
        self._db.close()
