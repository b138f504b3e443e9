"""Health, heartbeat, Last Will, and detecting a peer that is gone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import orjson
import pytest
from topicwright import ConfigurationError, LastWill, MQTTClient, Received, Sent
from topicwright.mqtt.message import Outgoing
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, needs_mosquitto, within
from tests.runtime.support.network import Child, Proxy

Broker = LocalBroker | MemoryBroker


async def test_health_is_published_on_connect_and_shutdown(broker: Broker, clients: Clients):
    client = await clients(broker.url, "svc", enable_health=True, source_name="src")
    await client.publish_health(ok=True, event="startup_complete")
    await client.publish_health(False, err="no disk")
    await client.shutdown()
    watcher, raw = await clients(broker.url, "watcher"), Raw()
    await watcher.subscribe("system/health/+", raw, qos=1)
    ((name, payload),) = await raw.get()
    last = orjson.loads(payload)
    assert name == "system/health/svc"
    assert (last["type"], last["source"]) == ("health.status", "src")
    assert last["data"]["ok"] is False
    assert last["data"]["event"] == "shutdown"


async def test_health_messages_come_in_order(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, "svc", enable_health=True)
    await client.publish_health(ok=True, event="startup_complete")
    await client.publish_health(False, err="no disk")
    await client.shutdown()
    sent = memory_broker.messages
    data = [orjson.loads(item.payload)["data"] for item in sent]
    told = [{name: item.get(name) for name in ("ok", "event", "err") if name in item} for item in data]
    assert told == [
        {"ok": True, "event": "ready"},
        {"ok": True, "event": "startup_complete"},
        {"ok": False, "err": "no disk"},
        {"ok": False, "event": "shutdown"},
    ]
    assert all(b"null" not in item.payload for item in sent)
    assert {(item.topic, item.qos, item.retain) for item in sent} == {("system/health/svc", 1, True)}


async def test_disabled_health_is_a_no_op(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.publish_health(ok=True, event="x")
    await client.shutdown()
    assert memory_broker.messages == []


async def test_disconnect_publishes_no_health(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, enable_health=True)
    await client.disconnect()
    assert len(memory_broker.messages) == 1


DYING = """
import asyncio, sys
from topicwright import MQTTClient
async def main():
    client = MQTTClient(sys.argv[1], "child", enable_health=True)
    await client.connect()
    print("ready")
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_crash_leaves_ok_false_behind(mosquitto: LocalBroker, clients: Clients):
    watcher, raw = await clients(mosquitto.url, "watcher"), Raw()
    await watcher.subscribe("system/health/child", raw, qos=1)
    async with Child(DYING, mosquitto.url) as child:
        await child.says("ready")
        child.kill()
        await child.ended()
    await raw.get(2)
    data = orjson.loads(raw.items[-1][1])["data"]
    assert data["ok"] is False
    assert data["event"] == "connection_lost"
    late, again = await clients(mosquitto.url, "late"), Raw()
    await late.subscribe("system/health/child", again, qos=1)
    assert b"connection_lost" in (await again.get())[0][1]


async def test_heartbeats_are_bare_and_the_first_comes_at_once(memory_broker: MemoryBroker, clients: Clients):
    await clients(memory_broker.url, "svc", enable_heartbeat=True, heartbeat_interval=1.0)
    await eventually(lambda: memory_broker.messages, timeout=0.9)
    first = memory_broker.messages[0]
    body = orjson.loads(first.payload)
    assert (first.topic, first.qos, first.retain) == ("system/keepalive/svc", 0, False)
    assert sorted(body) == ["event", "ok", "timestamp"]
    assert (body["ok"], body["event"]) == (True, "heartbeat")
    await eventually(lambda: len(memory_broker.messages) >= 2)


class Failing:
    """An observer that fails at its first publish."""

    def __init__(self) -> None:
        self.calls = 0

    @contextmanager
    def publishing(self, sent: Sent) -> Generator[Outgoing]:
        self.calls += 1
        if self.calls == 1:
            raise ValueError("planted")
        yield sent.message

    @contextmanager
    def handling(self, received: Received) -> Generator[None]:
        yield


async def test_an_observer_that_fails_does_not_end_the_heartbeat(memory_broker: MemoryBroker, clients: Clients):
    watcher, raw, observer = await clients(memory_broker.url, "watcher"), Raw(), Failing()
    await watcher.subscribe("system/keepalive/svc", raw)
    await clients(memory_broker.url, "svc", enable_heartbeat=True, heartbeat_interval=1, observer=observer)
    await raw.get(1)
    assert observer.calls >= 2


async def test_a_subclass_may_override_how_health_is_published(memory_broker: MemoryBroker):
    class Service(MQTTClient):
        async def publish_health(self, ok: bool, event: str | None = None, err: str | None = None) -> None:
            events.append(event)
            await super().publish_health(ok, event, err)

    events: list[str | None] = []
    async with Service(memory_broker.url, "svc"):
        pass
    assert events == ["ready", "shutdown"]


async def test_a_last_will_may_be_set_before_connecting(memory_broker: MemoryBroker, clients: Clients):
    watcher, raw = await clients(memory_broker.url, "watcher"), Raw()
    await watcher.subscribe("gone", raw)
    client = clients.make(memory_broker.url, "svc")
    client.will = LastWill(topic="gone", message="svc")
    await client.connect()
    client._core.session._connection.abort()
    assert await raw.get() == [("gone", b"svc")]


@pytest.mark.parametrize("topic", ["fleet/{site}/{robot}/health", "a/{client_id}/{x}", "a/+", ""])
async def test_a_last_will_that_no_broker_can_publish_is_refused(memory_broker: MemoryBroker, topic: str):
    client = make(memory_broker.url, "me")
    client.will = LastWill(topic=topic)
    with pytest.raises(ConfigurationError, match="the Last Will"):
        await client.connect()


async def test_the_client_id_is_filled_into_a_last_will(memory_broker: MemoryBroker, clients: Clients):
    client = clients.make(memory_broker.url, "r7")
    client.will = LastWill(topic="fleet/{client_id}/gone", message="gone")
    await client.connect()
    memory_broker.disconnect("r7")
    assert [message.topic for message in memory_broker.messages] == ["fleet/r7/gone"]


@needs_mosquitto
@pytest.mark.parametrize("over", ["engine", "library"])
async def test_a_client_that_is_back_within_the_will_delay_leaves_no_last_will(clients: Clients, over: str):
    with LocalBroker(kind="mosquitto") as broker:
        watcher, seen = await clients(broker.url, "watcher"), Raw()
        await watcher.subscribe("#", seen, qos=1)
        async with Proxy(broker.port) as proxy:
            for name, delay in (("late", 600), ("prompt", 0)):
                client = clients.make(proxy.url, name, transport=over, will_delay=delay)
                client.will = LastWill(topic=f"gone/{name}", qos=1)
                await client.connect()
            proxy.cut()
            await eventually(lambda: "gone/prompt" in seen.topics)
            assert "gone/late" not in seen.topics


async def test_the_memory_broker_waits_for_the_will_delay(memory_broker: MemoryBroker, clients: Clients):
    client = clients.make(memory_broker.url, "me", will_delay=1, reconnect_min_delay=0.1)
    client.will = LastWill(topic="gone", qos=1)
    await client.connect()
    memory_broker.disconnect("me")
    assert not memory_broker.messages
    memory_broker.stop()
    await eventually(lambda: [message.topic for message in memory_broker.messages] == ["gone"])


async def test_a_half_open_connection_is_found_within_three_heartbeats(mosquitto: LocalBroker, clients: Clients):
    async with Proxy(mosquitto.port) as proxy:
        client = await clients(
            proxy.url, enable_heartbeat=True, heartbeat_interval=1.0, keepalive=60, reconnect_max_delay=0.3
        )
        proxy.swallow = True
        await eventually(lambda: not client.connected, timeout=6)
        proxy.swallow = False
        await eventually(lambda: client.connected)


@pytest.mark.parametrize("keepalive", [1, 2])
async def test_row_14_a_hung_broker_is_found_within_one_and_a_half_keepalives(
    mosquitto: LocalBroker, clients: Clients, keepalive: int
):
    client = await clients(mosquitto.url, keepalive=keepalive, connect_timeout=0.5)
    mosquitto.pause()
    await eventually(lambda: not client.connected, timeout=keepalive * 1.5 + 1)
    mosquitto.resume()
    await eventually(lambda: client.connected)
    await within(client.publish_event("a", "a", {}, qos=1))


async def test_a_silent_but_living_broker_is_kept(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, keepalive=1)
    await asyncio.sleep(3)
    assert client.connected
    assert client.stats().reconnects == 0


async def test_row_44_a_handler_that_blocks_the_loop_costs_no_connection(
    mosquitto: LocalBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    import time

    client = await clients(mosquitto.url, keepalive=2)

    async def block(payload: bytes) -> None:
        time.sleep(2.9)  # noqa: ASYNC251

    await client.subscribe("a", block, qos=1)
    await client.publish_event("a", "a", {}, qos=1)
    await eventually(lambda: client.stats().filters["a"].handled == 1)
    await asyncio.sleep(0.5)
    assert "the event loop was blocked" in caplog.text
    assert "reconnecting" not in caplog.text


def flood(url: str, over: threading.Event) -> None:
    """Publish as fast as the broker takes it, from a loop of its own."""

    async def publish() -> None:
        async with MQTTClient(url, "flood") as client:
            while not over.is_set():
                for _ in range(20):
                    await client.publish_event("load", "x", {"text": "y" * 1000}, qos=1)
                await asyncio.sleep(0)

    asyncio.run(publish())


async def test_a_client_that_is_sent_much_while_it_shuts_down_leaves_no_last_will(broker: Broker, clients: Clients):
    if isinstance(broker, MemoryBroker):
        pytest.skip("it has no sockets that could be reset")
    watcher, seen, over = await clients(broker.url, "watcher"), Raw(), threading.Event()
    await watcher.subscribe("system/health/+", seen, qos=1)
    flooding = asyncio.create_task(asyncio.to_thread(flood, broker.url, over))

    async def handler(payload: bytes) -> None:
        pass

    try:
        for number in range(12):
            client = await clients(broker.url, f"busy-{number}", enable_health=True, session_expiry=0)
            await client.subscribe("load", handler, qos=1)
            await eventually(lambda client=client: client.stats().filters["load"].received > 20)
            # What arrives meanwhile is unread when the connection is closed.
            asyncio.get_running_loop().call_soon(time.sleep, 0.02)
            await within(client.shutdown())
    finally:
        over.set()
        await within(flooding)
    await eventually(lambda: sum(b'"shutdown"' in payload for _, payload in seen.items) == 12)
    last = await clients(broker.url, "last", enable_health=True)
    await last.shutdown()
    await eventually(lambda: sum(b'"shutdown"' in payload for _, payload in seen.items) == 13)
    assert not [topic for topic, payload in seen.items if b"connection_lost" in payload]
