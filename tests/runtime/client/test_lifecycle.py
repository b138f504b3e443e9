"""Connect, shut down, connect again."""

from __future__ import annotations

import asyncio

import mqtt5
import pytest
from topicwright import (
    NotConnectedError,
)
from topicwright.session.session import Session
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, within
from tests.runtime.support.policy_broker import SILENT, PolicyBroker

Broker = LocalBroker | MemoryBroker


async def test_async_with_connects_and_shuts_down_also_on_an_exception(memory_broker: MemoryBroker):
    client = make(memory_broker.url, "me", enable_health=True)
    with pytest.raises(ZeroDivisionError):
        async with client:
            print(1 / (not client.connected))
    assert not client.connected
    assert b'"event":"shutdown"' in memory_broker.messages[-1].payload


async def test_disconnect_and_shutdown_are_no_ops_when_not_connected(memory_broker: MemoryBroker):
    client = make(memory_broker.url, "me")
    await client.disconnect()
    await client.shutdown()
    await client.connect()
    await client.shutdown()
    await client.shutdown()
    await client.disconnect()


async def test_a_client_can_connect_again_and_its_handlers_are_still_there(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inbox = Raw()
    await client.subscribe("a", inbox, qos=1)
    for number in range(3):
        await client.shutdown()
        with pytest.raises(NotConnectedError):
            await client.publish_event("a", "a", {})
        await within(client.connect())
        await client.publish_event("a", "a", {"n": number}, qos=1)
        await inbox.get(number + 1)
    await asyncio.sleep(0.05)
    assert len(inbox.items) == 3


async def test_shutdown_lets_running_handlers_finish(broker: Broker, clients: Clients):
    """A handler that runs at shutdown may still publish, and its message is acknowledged."""
    peer = await clients(broker.url, "peer")
    out = Raw()
    await peer.subscribe("out", out, qos=1)
    client = await clients(broker.url, "worker")
    started, go = asyncio.Event(), asyncio.Event()

    async def work(payload: bytes) -> None:
        started.set()
        await go.wait()
        await client.publish_event("out", "out", {}, qos=1)

    await client.subscribe("in", work, qos=1)
    await peer.publish_event("in", "in", {}, qos=1)
    await within(started.wait())
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0.05)
    assert not closing.done()
    go.set()
    await within(closing)
    await out.get()
    assert client.stats().filters["in"].handled == 1
    await client.connect()
    await asyncio.sleep(0.2)
    assert len(out.items) == 1


async def test_a_running_handler_may_still_request_at_shutdown(broker: Broker, clients: Clients):
    from tests.runtime.support.catalog import MEMORY, MemoryQuery, MemoryQueryResult, Query

    server = await clients(broker.url, "server")
    go = asyncio.Event()

    async def slow(event: Query) -> MemoryQueryResult:
        await go.wait()
        return MemoryQueryResult(query=event.data.text, k=1)

    await server.serve(MEMORY, slow)
    client = await clients(broker.url, "worker")
    got: list[str] = []
    started = asyncio.Event()

    async def work(payload: bytes) -> None:
        started.set()
        got.append((await client.request(MEMORY, MemoryQuery(text="Mars"), timeout=5)).query)

    await client.subscribe("in", work, qos=1)
    await server.publish_event("in", "in", {}, qos=1)
    await within(started.wait())
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0.05)
    go.set()
    await within(closing)
    assert got == ["Mars"]


async def test_a_handler_that_never_ends_is_cancelled_and_its_message_redelivered(broker: Broker, clients: Clients):
    client = await clients(broker.url, shutdown_timeout=0.2)
    calls = 0
    block = asyncio.Event()

    async def work(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        await block.wait()

    await client.subscribe("in", work, qos=1)
    await client.publish_event("in", "in", {}, qos=1)
    await eventually(lambda: calls == 1)
    await within(client.shutdown())
    block.set()
    await client.connect()
    await eventually(lambda: client.stats().filters["in"].handled == 1)
    assert calls == 2


async def test_shutdown_inside_a_handler(broker: Broker, clients: Clients):
    """It neither waits for itself nor does its message come again."""
    client = await clients(broker.url, shutdown_timeout=10.0)
    calls = 0
    done = asyncio.Event()

    async def stop(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        await client.shutdown()
        done.set()

    await client.subscribe("stop", stop, qos=1)
    await client.publish_event("stop", "stop", {}, qos=1)
    await within(done.wait(), 5)
    assert not client.connected
    await client.connect()
    await asyncio.sleep(0.2)
    assert calls == 1
    await client.publish_event("stop", "stop", {}, qos=1)
    await eventually(lambda: calls == 2)


async def test_shutdown_and_connect_inside_a_handler(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inbox = Raw()

    async def again(payload: bytes) -> None:
        await client.shutdown()
        await client.connect()

    await client.subscribe("again", again, qos=1)
    await client.subscribe("in", inbox, qos=1)
    await client.publish_event("again", "again", {}, qos=1)
    await eventually(lambda: client.stats().filters["again"].handled == 1)
    for _ in range(3):
        await client.publish_event("in", "in", {}, qos=1)
    await inbox.get(3)
    await client.publish_event("again", "again", {}, qos=1)
    await eventually(lambda: client.stats().filters["again"].handled == 2)
    assert client.connected


async def test_two_shutdowns_at_once_and_one_in_a_handler(broker: Broker, clients: Clients):
    client = await clients(broker.url, enable_health=True)
    started = asyncio.Event()

    async def stop(payload: bytes) -> None:
        started.set()
        await asyncio.sleep(0.05)
        await client.shutdown()

    await client.subscribe("stop", stop)
    await client.publish_event("stop", "stop", {})
    await within(started.wait())
    await within(asyncio.gather(client.shutdown(), client.shutdown(), client.disconnect()))
    assert not client.connected


async def test_a_cancelled_shutdown_still_ends(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    closing = asyncio.create_task(client.shutdown())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    await within(client.shutdown())
    assert not client.connected


async def test_shutdown_sends_what_was_published(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    inbox = Raw()
    await peer.subscribe("out", inbox, qos=1)
    client = await clients(broker.url, "me")
    pending = [asyncio.create_task(client.publish_event("out", "out", {"n": n}, qos=1)) for n in range(200)]
    await asyncio.sleep(0)
    await client.shutdown()
    results = await asyncio.gather(*pending, return_exceptions=True)
    good = [item for item in results if isinstance(item, str)]
    await inbox.get(len(good))
    assert len(good) == 200


async def test_shutdown_during_connect(mosquitto: LocalBroker):
    client = make(mosquitto.url, "me")
    for steps in range(0, 30, 2):
        connecting = asyncio.create_task(client.connect())
        for _ in range(steps):
            await asyncio.sleep(0.0005)
        await within(client.shutdown())
        await asyncio.gather(connecting, return_exceptions=True)
        await within(client.shutdown())
        assert not client.connected


async def test_row_53_a_client_that_is_cancelled_again_and_again_still_ends():
    async with PolicyBroker(lambda _: None) as broker:
        client = make(broker.url, "me", enable_health=True)

        async def service() -> None:
            async with client:
                await asyncio.sleep(60)

        task = asyncio.create_task(service())
        await eventually(lambda: client.connected)
        while not task.done():
            task.cancel()
            await asyncio.sleep(0)
        await eventually(lambda: not client.connected)
        await within(client.shutdown())
        await eventually(lambda: isinstance(broker.packets[-1], mqtt5.DisconnectPacket))


async def test_connect_that_is_cancelled_again_and_again_leaves_nothing_behind():
    async with PolicyBroker(lambda packet: SILENT if isinstance(packet, mqtt5.PublishPacket) else None) as broker:
        client = make(broker.url, "me", enable_health=True)
        task = asyncio.create_task(client.connect())
        await eventually(lambda: broker.topics)
        while not task.done():
            task.cancel()
            await asyncio.sleep(0)
        await eventually(lambda: not client.connected)
        broker.rule = lambda _: None
        await within(client.connect())
        await within(client.shutdown())


async def test_row_53_shutdown_has_one_deadline_for_all_that_it_waits_for(monkeypatch: pytest.MonkeyPatch):
    """Each wait is given what is left of the time, so that they never add up."""
    limits: list[float] = []
    flush = Session.flush

    async def flushed(self: Session, timeout: float) -> None:
        limits.append(timeout)
        await flush(self, timeout)

    monkeypatch.setattr(Session, "flush", flushed)
    started = asyncio.Event()
    async with PolicyBroker(lambda _: None) as broker:
        client = make(broker.url, "me", enable_health=True, shutdown_timeout=0.5, publish_timeout=60.0)
        await client.connect()

        async def handler(payload: bytes) -> None:
            started.set()
            await client.publish_event("out", "x", {}, qos=1)

        await client.subscribe("in", handler, qos=1)
        broker.rule = lambda packet: None if isinstance(packet, mqtt5.SubscribePacket) else SILENT
        await broker.send(mqtt5.PublishPacket("in", b"", qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=1))
        await within(started.wait())
        publishes = [asyncio.create_task(client.publish_event("out", "x", {}, qos=1)) for _ in range(3)]
        await asyncio.sleep(0)
        await within(client.shutdown())
        await within(asyncio.gather(*publishes, return_exceptions=True))
    assert limits == [0.0]
