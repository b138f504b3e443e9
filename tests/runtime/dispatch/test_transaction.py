"""Work and the note that it is done, written together: a handler that is killed anywhere does its work once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from topicwright import MQTTClient, TransactionError, dead_letter, retry
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, eventually, transport, within
from tests.runtime.support.network import DEADLINE, Child

WORKER = """
import asyncio, os, signal, sys
from topicwright import MQTTClient

async def main():
    url, over, path, where = sys.argv[1:]
    client = MQTTClient(url, "worker", transport=over, dedupe_ttl=3600, dedupe_store=path)

    async def handler(payload):
        if where == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        with client.transaction() as database:
            database.execute("INSERT INTO work VALUES (?)", (payload.decode(),))
            if where == "inside":
                os.kill(os.getpid(), signal.SIGKILL)
        if where == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    async with client:
        await client.subscribe("work", handler, qos=1)
        print("ready")
        await client.run_forever()
asyncio.run(main())
"""


def work(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM work").fetchone()[0])


def made(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE work (name TEXT)")
    return path


def options(path: Path) -> dict[str, Any]:
    return {"dedupe_ttl": 3600.0, "dedupe_store": str(path)}


@pytest.mark.parametrize(("where", "done"), [("before", 0), ("inside", 0), ("after", 1)])
async def test_a_process_that_is_killed_anywhere_does_the_work_once(
    mosquitto: LocalBroker, clients: Clients, tmp_path: Path, where: str, done: int
):
    path = made(tmp_path / "work.db")
    publisher = await clients(mosquitto.url, "publisher")
    async with Child(WORKER, mosquitto.url, transport["over"], str(path), where) as child:
        await child.says("ready")
        await publisher.publish_event("work", "work", {"n": 1}, qos=1)
        assert await child.ended() == -9
    assert work(path) == done
    async with Child(WORKER, mosquitto.url, transport["over"], str(path), "nowhere") as child:
        await child.says("ready")
        await publisher.publish_event("work", "work", {"n": 2}, qos=1)
        await eventually(lambda: work(path) == 2, "the work of both messages", DEADLINE)


async def test_an_error_inside_writes_nothing_and_one_after_it_is_not_tried_again(
    memory_broker: MemoryBroker, clients: Clients, tmp_path: Path
):
    path, calls = made(tmp_path / "work.db"), 0
    client = await clients(memory_broker.url, on_error=retry(3, 0.01, then=dead_letter("dead")), **options(path))

    async def handler(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        with client.transaction() as database:
            database.execute("INSERT INTO work VALUES ('x')")
            if calls == 1:
                raise ValueError("inside")
        raise ValueError("after")

    await client.subscribe("work", handler, qos=1)
    await client.publish_event("work", "work", {}, qos=1)
    await eventually(lambda: client.stats().filters["work"].failed == 1)
    counts = client.stats().filters["work"]
    assert (calls, work(path), counts.retried, counts.dead_lettered) == (2, 1, 1, 0)


async def problem(client: MQTTClient, broker: MemoryBroker, payload: bytes | None = None) -> str:
    """Return the error of a transaction in a handler."""
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handler(payload: bytes) -> None:
        try:
            with client.transaction():
                pass
            with client.transaction():
                pass
        except TransactionError as error:
            found.set_result(str(error))

    await client.subscribe("work", handler, qos=1)
    if payload is None:
        await client.publish_event("work", "work", {}, qos=1)
    else:
        broker.publish("work", payload, qos=1)
    return await within(found)


async def test_what_cannot_be_written_together_is_a_clear_error(
    memory_broker: MemoryBroker, clients: Clients, tmp_path: Path
):
    plain = await clients(memory_broker.url, "plain")
    assert "dedupe_store" in await problem(plain, memory_broker)
    remembering = await clients(memory_broker.url, "remembering", dedupe_ttl=60.0)
    assert "dedupe_store" in await problem(remembering, memory_broker)
    storing = await clients(memory_broker.url, "storing", **options(tmp_path / "a.db"))
    assert "it can have one transaction" in await problem(storing, memory_broker)
    bare = await clients(memory_broker.url, "bare", **options(tmp_path / "b.db"))
    assert "envelope id" in await problem(bare, memory_broker, b"no envelope")
    with pytest.raises(TransactionError, match="belongs to a handler"), storing.transaction():
        pass
