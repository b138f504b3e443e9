"""The outbox in a file: an unacknowledged publish survives the process."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import asdict
from pathlib import Path

import orjson
import pytest
from topicwright import OutboxError, PublishKeptError, PublishTimeoutError
from topicwright.mqtt.message import Outgoing, Properties, Window
from topicwright.session.outbox.store import OutboxStore
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, transport, within
from tests.runtime.support.network import Child, Proxy

PUBLISHER = """
import asyncio, sys
from topicwright import MQTTClient

async def main():
    url, over, path, count, window = sys.argv[1:]
    outbox = "sqlite:///" + path
    async with MQTTClient(
        url, "publisher", transport=over, outbox=outbox, replay_window=int(window), outbox_size=50, session_expiry=0
    ) as client:
        print("connected")
        await asyncio.to_thread(sys.stdin.readline)
        tasks = [
            asyncio.create_task(client.publish_event("work", "work", {"n": n}, qos=1)) for n in range(int(count))
        ]
        await asyncio.sleep(0)
        print("accepted")
        await asyncio.gather(*tasks)
        await client._core.require().flush(10)
        print("acknowledged")
        await asyncio.sleep(60)
asyncio.run(main())
"""


def stored(path: Path) -> int:
    database = sqlite3.connect(path)
    try:
        return int(database.execute("SELECT count(*) FROM message").fetchone()[0])
    finally:
        database.close()


def numbers(raw: Raw) -> list[int]:
    return [orjson.loads(payload)["data"]["n"] for _, payload in raw.items]


def publisher(url: str, path: Path, count: int, window: int = 0) -> Child:
    return Child(PUBLISHER, url, transport["over"], str(path), str(count), str(window))


def client_options(path: Path) -> dict[str, str]:
    return {"outbox": f"sqlite:///{path}"}


async def test_accepted_and_unacknowledged_messages_are_sent_in_order_after_kill_9(
    mosquitto: LocalBroker, clients: Clients, tmp_path: Path
):
    reader, raw, path = await clients(mosquitto.url, "reader"), Raw(), tmp_path / "outbox.db"
    await reader.subscribe("work", raw, qos=1)
    async with Proxy(mosquitto.port) as proxy:
        async with publisher(proxy.url, path, 40) as child:
            await child.says("connected")
            proxy.swallow = True
            child.say("go")
            await child.says("accepted")
            child.kill()
            await child.ended()
        proxy.swallow = False
        proxy.cut()
        assert not raw.items
        async with publisher(proxy.url, path, 0) as child:
            await child.says("connected")
            await raw.get(40)
            child.say("go")
            await child.says("acknowledged")  # the broker may deliver before it acknowledges
            child.kill()
            await child.ended()
    assert numbers(raw) == list(range(40))
    assert stored(path) == 0


async def test_no_more_than_outbox_size_wait_in_the_file_also_over_restarts(mosquitto: LocalBroker, tmp_path: Path):
    path = tmp_path / "outbox.db"
    async with Proxy(mosquitto.port) as proxy:
        for accepted in (30, 50, 50):
            proxy.mute = True  # CONNACK passes, acknowledgements do not
            async with publisher(proxy.url, path, 30) as child:
                await child.says("connected")
                child.say("go")
                await child.says("accepted")
                child.kill()
                await child.ended()
            proxy.cut()
            assert stored(path) == accepted


async def test_the_replay_window_outlives_the_process_and_the_broker(
    mosquitto: LocalBroker, clients: Clients, tmp_path: Path
):
    path = tmp_path / "outbox.db"
    async with publisher(mosquitto.url, path, 20, window=8) as child:
        await child.says("connected")
        child.say("go")
        await child.says("acknowledged")
        child.kill()
        await child.ended()
    assert stored(path) == 8
    mosquitto.kill()
    mosquitto.start()
    reader, raw = await clients(mosquitto.url, "reader"), Raw()
    await reader.subscribe("work", raw, qos=1)
    async with publisher(mosquitto.url, path, 0, window=8) as child:
        await child.says("connected")
        await raw.get(8)
    assert numbers(raw) == list(range(12, 20))


async def test_every_property_comes_back(tmp_path: Path):
    properties = Properties(
        content_type="a/b",
        response_topic="r",
        correlation_data=b"\xff\x00",
        expiry=7,
        user=(("k", "1"), ("k", "\u00e9")),
    )
    message = Outgoing(topic="t", payload=b"\x00\xff", qos=2, retain=True, properties=properties)
    store = OutboxStore(f"sqlite:///{tmp_path / 'o.db'}")
    store.add(message, Window(3, "w"))
    store.add(Outgoing(topic="t", payload=b"", qos=1), Window(0))
    store.close()
    again = OutboxStore(f"sqlite:///{tmp_path / 'o.db'}")
    first, second = again.load()
    again.close()
    assert (asdict(first.message), first.window, first.acknowledged) == (asdict(message), Window(3, "w"), False)
    assert asdict(second.message) == asdict(Outgoing(topic="t", payload=b"", qos=1))


async def test_shutdown_keeps_unacknowledged_messages_and_reports_it(
    memory_broker: MemoryBroker, clients: Clients, tmp_path: Path
):
    client = clients.make(memory_broker.url, "me", shutdown_timeout=0.1, **client_options(tmp_path / "o.db"))
    await client.connect()
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    pending = asyncio.create_task(client.publish_event("a", "a", {"n": 1}, qos=1))
    await asyncio.sleep(0)
    await client.shutdown()
    with pytest.raises(PublishKeptError, match="next client"):
        await pending
    memory_broker.start()
    await client.connect()
    await eventually(lambda: len(memory_broker.messages) == 1)
    await client.shutdown()
    assert stored(tmp_path / "o.db") == 0


async def test_a_cancelled_publish_is_still_sent_and_a_late_one_is_not(
    memory_broker: MemoryBroker, clients: Clients, tmp_path: Path
):
    path = tmp_path / "o.db"
    client = await clients(memory_broker.url, publish_timeout=0.2, outbox_size=1, **client_options(path))
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    with pytest.raises(PublishTimeoutError):
        await client.publish_event("a", "a", {"n": "late"}, qos=1)
    pending = asyncio.create_task(client.publish_event("a", "a", {"n": "cancelled"}, qos=1))
    await asyncio.sleep(0)
    pending.cancel()
    with pytest.raises(PublishTimeoutError):  # the place is still taken
        await client.publish_event("a", "a", {"n": "no room"}, qos=1)
    memory_broker.start()
    await eventually(lambda: client.connected)
    await client.publish_event("a", "a", {"n": "after"}, qos=1)
    sent = [orjson.loads(item.payload)["data"]["n"] for item in memory_broker.messages]
    assert sent == ["cancelled", "after"]
    await client.shutdown()
    assert stored(path) == 0


async def test_health_and_qos_0_are_not_kept(memory_broker: MemoryBroker, clients: Clients, tmp_path: Path):
    options = client_options(tmp_path / "o.db")
    client = clients.make(memory_broker.url, "me", enable_health=True, shutdown_timeout=0.1, **options)
    await client.connect()
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    tasks = [
        asyncio.create_task(client.publish_event("a", "a", {}, qos=0)),
        asyncio.create_task(client.publish_health(True)),
    ]
    await asyncio.sleep(0)
    await client.shutdown()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert stored(tmp_path / "o.db") == 0


async def test_a_file_that_cannot_be_used_is_a_clear_error(memory_broker: MemoryBroker, tmp_path: Path):
    damaged, other, good = tmp_path / "damaged.db", tmp_path / "other.db", tmp_path / "good.db"
    damaged.write_bytes(b"this is no database" * 100)
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE mine (x)")
    database.commit()
    database.close()
    first = make(memory_broker.url, "first", **client_options(good))
    await first.connect()
    cases = {
        damaged: "damaged or no SQLite file",
        other: "a database of something else",
        tmp_path / "none" / "o.db": "there is no directory",
        good: "another process uses it",
    }
    for path, problem in cases.items():
        client = make(memory_broker.url, "second", **client_options(path))
        with pytest.raises(OutboxError, match=problem):
            await within(client.connect())
        assert not client.connected
    await first.shutdown()
    assert damaged.read_bytes().startswith(b"this is no database")


async def test_a_file_with_a_broken_row_is_a_clear_error(memory_broker: MemoryBroker, tmp_path: Path):
    path = tmp_path / "o.db"
    store = OutboxStore(f"sqlite:///{path}")
    store.add(Outgoing(topic="t", payload=b"", qos=1, properties=Properties(expiry=1)), Window(0))
    store.close()
    database = sqlite3.connect(path)
    database.execute("UPDATE message SET properties = 'no json'")
    database.commit()
    database.close()
    with pytest.raises(OutboxError, match="damaged"):
        await make(memory_broker.url, "me", **client_options(path)).connect()


async def test_a_file_that_cannot_be_written_any_more_fails_the_publish(
    memory_broker: MemoryBroker, clients: Clients, tmp_path: Path
):
    client = await clients(memory_broker.url, **client_options(tmp_path / "o.db"))
    await client.publish_event("a", "a", {}, qos=1)
    client._core.require()._outbox._records.store._database.execute("PRAGMA max_page_count=1")  # type: ignore[union-attr]
    with pytest.raises(OutboxError, match="full"):
        await client.publish_event("a", "a", {"text": "x" * 1_000_000}, qos=1)
    assert len(memory_broker.messages) == 1
