"""Connections that end at any moment: while subscribing, in storms, at random; no state remains."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import orjson
import pytest
from topicwright import Event
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.transport.engine.connection import EngineConnection
from topicwright.transport.paho.connection import MqttConnection

from tests.runtime.support.catalog import MEMORY_QUERY, MemoryQuery
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, make, within

Broker = LocalBroker | MemoryBroker


async def test_a_broker_that_is_killed_in_the_middle_of_subscribing(mosquitto: LocalBroker, clients: Clients):
    client, raw = await clients(mosquitto.url, "me"), Raw()
    pending = [asyncio.create_task(client.subscribe(f"a/{number}", raw, qos=1)) for number in range(50)]
    await asyncio.sleep(0)
    mosquitto.kill()
    mosquitto.start()
    await within(asyncio.gather(*pending), 30)
    for number in range(50):
        await client.publish_event(f"a/{number}", "a", {}, qos=1)
    await raw.get(50)


async def test_a_broker_that_hangs_in_the_middle_of_subscribing(mosquitto: LocalBroker, clients: Clients):
    client, raw = await clients(mosquitto.url, "me", connect_timeout=0.5), Raw()
    mosquitto.pause()
    pending = asyncio.create_task(client.subscribe("a", raw, qos=1))
    await eventually(lambda: not client.connected)
    mosquitto.resume()
    await within(pending)
    await client.publish_event("a", "a", {}, qos=1)
    await raw.get()


async def test_a_subscription_closed_while_reconnecting_ends_at_the_broker_too(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    subscription = await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    await client.subscribe("a", Raw(), qos=1)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    await subscription.close()
    memory_broker.start()
    await eventually(lambda: client.connected)
    assert set(memory_broker._sessions["me"].subscriptions) == {"a"}


async def test_a_cancelled_subscribe_leaves_nothing_behind(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    for steps in range(8):
        task = asyncio.create_task(client.subscribe("a", Raw(), qos=1))
        for _ in range(steps):
            await asyncio.sleep(0)
        cancelled = task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not cancelled or not task.cancelled():
            await client.unsubscribe("a")
    await eventually(lambda: not memory_broker._sessions["me"].subscriptions)
    assert client._dispatcher.registrations == []


async def test_a_storm_of_reconnects(mosquitto: LocalBroker, clients: Clients):
    names = [f"c{number}" for number in range(20)]
    many = await asyncio.gather(*(clients(mosquitto.url, name, reconnect_max_delay=0.2) for name in names))
    inboxes = [Raw() for _ in many]
    subscriptions = [await one.subscribe("news", inbox, qos=1) for one, inbox in zip(many, inboxes, strict=True)]
    for round_ in range(1, 4):
        mosquitto.kill()
        mosquitto.start()
        await eventually(lambda: all(c.stats().reconnects >= round_ and c.connected for c in many))  # noqa: B023
        await eventually(lambda: all(one.granted_qos is not None for one in subscriptions))
        await many[0].publish_event("news", "news", {}, qos=1)
        for inbox in inboxes:
            await inbox.get(round_)


async def test_connections_closed_at_random_moments(memory_broker: MemoryBroker, clients: Clients):
    client, raw = await clients(memory_broker.url, reconnect_max_delay=0.1), Raw()
    await client.subscribe("a", raw, qos=1)
    publishing = [asyncio.create_task(client.publish_event("a", "a", {"n": n}, qos=1)) for n in range(100)]
    for steps in range(20):
        for _ in range(steps):
            await asyncio.sleep(0)
        if "me" in memory_broker.clients():
            memory_broker.disconnect("me")
        await eventually(lambda: client.connected)
    await within(asyncio.gather(*publishing))
    await eventually(lambda: {orjson.loads(p)["data"]["n"] for _, p in raw.items} == set(range(100)))


async def test_tcp_nodelay_is_set(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url)
    session = client._core.session
    assert session is not None
    connection = session._connection
    if isinstance(connection, MqttConnection):
        sock = connection._client._client.socket()
    else:
        assert isinstance(connection, EngineConnection)
        sock = connection._stream.extra("socket")
    assert sock is not None
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_no_file_or_task_is_left_behind(mosquitto: LocalBroker):
    import gc

    def open_files() -> int:
        folder = Path("/proc/self/fd")
        return len(list(folder.iterdir())) if folder.is_dir() else 0

    async def once() -> None:
        async with make(mosquitto.url, "me", enable_health=True, enable_heartbeat=True) as client:
            await client.subscribe("a", Raw(), qos=1)
            await client.publish_event("a", "a", {}, qos=1)

    await once()
    gc.collect()
    before = open_files()
    for _ in range(20):
        await once()
    gc.collect()
    assert open_files() <= before
    await eventually(lambda: len(asyncio.all_tasks()) <= 2)


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_every_quality_of_service_delivers(broker: Broker, clients: Clients, qos: int):
    if qos == 2 and getattr(broker, "kind", "") == "iotcore":
        pytest.skip("rumqttd has no QoS 2")
    client, raw = await clients(broker.url), Raw()
    await client.subscribe("a", raw, qos=qos)
    for number in range(30):
        await within(client.publish_event("a", "a", {"n": number}, qos=qos))
    await raw.get(30)
    assert [orjson.loads(payload)["data"]["n"] for _, payload in raw.items] == list(range(30))


async def test_qos_2_over_a_reconnect_does_not_get_stuck(mosquitto: LocalBroker, clients: Clients):
    from tests.runtime.support.network import Proxy

    async with Proxy(mosquitto.port) as proxy:
        client, peer = await clients(proxy.url, "me"), await clients(mosquitto.url, "peer")
        go, got = asyncio.Event(), list[bytes]()

        async def slow(payload: bytes) -> None:
            await go.wait()
            got.append(payload)

        await client.subscribe("a", slow, qos=2)
        for number in range(5):
            await peer.publish_event("a", "a", {"n": number}, qos=2)
        await eventually(lambda: client.stats().filters["a"].received == 5)
        proxy.cut()
        await eventually(lambda: client.stats().reconnects == 1)
        go.set()
        for number in range(5, 100):
            await peer.publish_event("a", "a", {"n": number}, qos=2)
        await eventually(lambda: {orjson.loads(p)["data"]["n"] for p in got} == set(range(100)))
        assert len(got) == 100
