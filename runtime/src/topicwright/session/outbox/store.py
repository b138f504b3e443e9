"""The outbox in an SQLite file: unacknowledged publishes and the replay window, for the next process.

A message is written before it is sent, and removed after its acknowledgement. Writing waits for the operating system
and not for the disk: a killed process loses nothing; after a power cut the file is intact, but may lack the last
messages.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from topicwright.config.private_files import make_private
from topicwright.errors import OutboxError
from topicwright.mqtt.message import EMPTY, Outgoing, Properties, Window

log = logging.getLogger("topicwright")

SCHEME: Final = "sqlite:///"
APPLICATION_ID: Final = 0x74777762
"""Marks a database as an outbox (SQLite's ``application_id``)."""
SCHEMA_VERSION: Final = 2
TABLE: Final = """
CREATE TABLE message (
    number INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL,
    retain INTEGER NOT NULL, properties BLOB, window TEXT NOT NULL, window_size INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0, added REAL NOT NULL DEFAULT 0, ends INTEGER NOT NULL DEFAULT 0
)"""
FROM_VERSION_1: Final = (
    "ALTER TABLE message ADD COLUMN added REAL NOT NULL DEFAULT 0",
    "ALTER TABLE message ADD COLUMN ends INTEGER NOT NULL DEFAULT 0",
    f"PRAGMA user_version={SCHEMA_VERSION}",
)
COLUMNS: Final = "number, topic, payload, qos, retain, properties, window, window_size, acknowledged, added, ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A message of an earlier process."""

    row: int
    message: Outgoing
    window: Window
    acknowledged: bool
    """Whether it is kept for the replay window alone."""
    age: float = 0.0
    """How many seconds ago it was published."""
    ends: int = 0
    """How many connections ended while it was unanswered."""


class OutboxStore:
    """One file, which one process uses at a time."""

    def __init__(self, url: str) -> None:
        """Open or make the file.

        Raises:
            OutboxError: it is no outbox, it is damaged, another process uses it, or it cannot be written.
        """
        self.path = url.removeprefix(SCHEME)
        self._removed: list[int] = []
        self._acknowledged: list[int] = []
        self._ends: dict[int, int] = {}
        self._due = False
        try:
            make_private(self.path)
            self._database = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
            self._open()
        except sqlite3.Error as error:
            raise _explain(self.path, error) from None

    def _open(self) -> None:
        execute = self._database.execute
        try:
            for statement in ("PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"):
                execute(statement)
            execute("BEGIN EXCLUSIVE")
            application = execute("PRAGMA application_id").fetchone()[0], execute("PRAGMA user_version").fetchone()[0]
            if application == (0, 0) and not execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in (
                    f"PRAGMA application_id={APPLICATION_ID}",
                    f"PRAGMA user_version={SCHEMA_VERSION}",
                    TABLE,
                ):
                    execute(statement)
            elif application == (APPLICATION_ID, 1):
                for statement in FROM_VERSION_1:
                    execute(statement)
                execute("UPDATE message SET added = ?", (time.time(),))
            elif application != (APPLICATION_ID, SCHEMA_VERSION):
                raise OutboxError(self.path, "it is a database of something else: name another file")
            execute("COMMIT")
            problems = execute("PRAGMA quick_check(1)").fetchone()[0]
            if problems != "ok":
                raise sqlite3.DatabaseError(problems)
        except BaseException:
            self._database.close()
            raise

    def load(self) -> list[Stored]:
        """Return the messages of an earlier process, in the order of publishing.

        Raises:
            OutboxError: the file cannot be read.
        """
        try:
            rows = self._database.execute(f"SELECT {COLUMNS} FROM message ORDER BY number").fetchall()
            return [_stored(row, time.time()) for row in rows]
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise _explain(self.path, error) from None

    def add(self, message: Outgoing, window: Window) -> int:
        """Write a message and return its number.

        Raises:
            OutboxError: it cannot be written, for example because the disk is full.
        """
        values = (
            *(message.topic, message.payload, message.qos, message.retain),
            *(_packed(message.properties), window.name, window.size, time.time()),
        )
        try:
            self._database.execute("BEGIN")
            self._settle()
            cursor = self._database.execute(
                "INSERT INTO message (topic, payload, qos, retain, properties, window, window_size, added)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise _explain(self.path, error) from None
        self._settled()
        return int(cursor.lastrowid or 0)

    def acknowledge(self, row: int) -> None:
        """Keep a message for the replay window alone."""
        self._acknowledged.append(row)
        self._schedule()

    def blame(self, row: int, ends: int) -> None:
        """Write how many connections ended while a message was unanswered."""
        self._ends[row] = ends
        self._schedule()

    def remove(self, row: int) -> None:
        """Remove a message."""
        self._removed.append(row)
        self._schedule()

    def _schedule(self) -> None:
        # One transaction for all answers of a turn of the loop; those that a kill prevents are sent again.
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        self._due = False
        if not (self._removed or self._acknowledged or self._ends):
            return
        try:
            self._database.execute("BEGIN")
            self._settle()
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            log.error("%s; messages that the broker has may be sent again", _explain(self.path, error))
        else:
            self._settled()

    def _settle(self) -> None:
        run = self._database.executemany
        run("UPDATE message SET acknowledged = 1 WHERE number = ?", [(row,) for row in self._acknowledged])
        run("UPDATE message SET ends = ? WHERE number = ?", [(ends, row) for row, ends in self._ends.items()])
        run("DELETE FROM message WHERE number = ?", [(row,) for row in self._removed])

    def _settled(self) -> None:
        self._removed.clear()
        self._acknowledged.clear()
        self._ends.clear()

    def _roll_back(self) -> None:
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file. Idempotent."""
        try:
            self._write()
        except sqlite3.ProgrammingError:
            return  # closed already
        self._database.close()


def _packed(properties: Properties) -> bytes | None:
    if properties == EMPTY:
        return None
    correlation = properties.correlation_data
    return orjson.dumps(
        {
            "content_type": properties.content_type,
            "response_topic": properties.response_topic,
            "correlation_data": None if correlation is None else correlation.hex(),
            "expiry": properties.expiry,
            "user": properties.user,
        }
    )


def _unpacked(packed: bytes | None) -> Properties:
    if packed is None:
        return EMPTY
    fields = orjson.loads(packed)
    correlation = fields["correlation_data"]
    fields["correlation_data"] = None if correlation is None else bytes.fromhex(correlation)
    fields["user"] = tuple((name, value) for name, value in fields["user"])
    return Properties(**fields)


def _stored(values: tuple[int, str, bytes, int, int, bytes | None, str, int, int, float, int], now: float) -> Stored:
    row, topic, payload, qos, retain, packed, window, size, acknowledged, added, ends = values
    properties = _unpacked(packed)
    message = Outgoing(topic=topic, payload=bytes(payload), qos=qos, retain=bool(retain), properties=properties)
    age = max(0.0, now - added)  # a clock that was set back makes nothing older
    window_ = Window(size, window)
    return Stored(row=row, message=message, window=window_, acknowledged=bool(acknowledged), age=age, ends=ends)


def _explain(path: str, error: Exception) -> OutboxError:
    text = str(error)
    if isinstance(error, sqlite3.OperationalError) and "locked" in text:
        return OutboxError(path, "another process uses it: give each client a file of its own")
    if isinstance(error, sqlite3.OperationalError) and "unable to open" in text and not Path(path).parent.is_dir():
        return OutboxError(path, f"there is no directory {Path(path).parent}")
    if isinstance(error, sqlite3.OperationalError):
        return OutboxError(path, text)
    return OutboxError(path, f"it is damaged or no SQLite file ({text}): move it away to start with an empty one")
