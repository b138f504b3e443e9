"""The processes of the soak: a consumer that does each piece of work once, a publisher that resumes after a restart."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import orjson
from topicwright import BrokerUnavailableError, MQTTClient

PAIRS = 3
QUICK: dict[str, Any] = {
    "reconnect_min_delay": 0.1,
    "reconnect_max_delay": 0.5,
    "keepalive": 5,
    "connect_timeout": 3.0,
}


LINE = 10
"""The bytes of a line with a name."""


def named(number: int, index: int) -> str:
    """Return the name of a message: of which publisher, and its place."""
    return f"{number}-{index:07}"


async def connect(client: MQTTClient) -> None:
    """Connect, as a supervisor of services would see to it: the broker may be down at the start."""
    while not client.connected:
        with suppress(BrokerUnavailableError):
            await client.connect()


async def consume(url: str, number: int, folder: Path) -> None:
    """Do the work of each message, a row in a table, in one transaction with its id."""
    path, chance = folder / f"consumer-{number}.db", random.Random(os.getpid())
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS work (name TEXT NOT NULL)")
    client = MQTTClient(
        url, f"consumer-{number}", receive_maximum=200, dedupe_ttl=3600, dedupe_max_entries=1_000_000,
        dedupe_store=str(path), **QUICK,
    )  # fmt: skip

    async def handler(payload: bytes) -> None:
        name = orjson.loads(payload)["data"]["name"]
        await asyncio.sleep(0.002 if chance.random() < 0.05 else 0)
        with client.transaction() as database:
            database.execute("INSERT INTO work VALUES (?)", (name,))

    await connect(client)
    async with client:
        await client.subscribe(f"work/{number}", handler, qos=1)
        await client.run_forever()


def behind(folder: Path) -> int:
    """Return how many messages were given and are not worked off."""
    given = sum(path.stat().st_size // LINE for path in folder.glob("given-*"))
    for path in folder.glob("consumer-*.db"):
        with closing(sqlite3.connect(path, timeout=30)) as database:
            given -= int(database.execute("SELECT coalesce(max(rowid), 0) FROM work").fetchone()[0])
    return given


async def produce(url: str, number: int, folder: Path, total: int, window: int, rate: float) -> None:
    """Publish to all consumers in turn; note what the outbox has taken, and go on behind that after a kill."""
    path = folder / f"given-{number}"
    record = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    client = MQTTClient(
        url, f"publisher-{number}", outbox=f"sqlite:///{folder / f'publisher-{number}.db'}", replay_window=window,
        must_be_heard=True, publish_timeout=3600, **QUICK,
    )  # fmt: skip
    room, due = asyncio.Semaphore(200), time.monotonic()

    async def one(name: str, index: int) -> None:
        try:
            # The name is the id, so a message that was taken and not noted may be given again.
            await client.publish_event(f"work/{index % PAIRS}", "work", {"name": name}, correlation_id=name, qos=1)
        finally:
            room.release()

    await connect(client)
    async with client:
        async with asyncio.TaskGroup() as tasks:
            for index in range(path.stat().st_size // LINE, total):
                await room.acquire()
                # The window covers readers that are no further behind than it is long. No rate sees to that on a
                # machine that is busy with other things, so publishers wait for readers at half of it.
                while index % 50 == 0 and behind(folder) > window / 2:  # noqa: ASYNC110 - files of other processes
                    await asyncio.sleep(0.1)
                tasks.create_task(one(named(number, index), index))
                await asyncio.sleep(0)  # its first step puts it into the outbox
                os.write(record, f"{named(number, index)}\n".encode())
                # What an outage cost is not caught up with in a burst.
                due = max(due + 1 / rate, time.monotonic() - 0.05)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        print("done", flush=True)
        await asyncio.to_thread(sys.stdin.readline)  # stays for what has to be published again


def play(role: str, url: str, number: str, folder: str, *more: str) -> None:
    """Be one of the processes."""
    if role == "consumer":
        asyncio.run(consume(url, int(number), Path(folder)))
    else:
        total, window, rate = more
        asyncio.run(produce(url, int(number), Path(folder), int(total), int(window), float(rate)))
