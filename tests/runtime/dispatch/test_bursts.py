"""A burst is not overload: QoS 0 is dropped only where a handler is behind, and what waits is bounded in bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from topicwright import MQTTClient
from topicwright.dispatch.handlers import crowd, registration
from topicwright.dispatch.handlers.registration import MAX_SEEN_TOPICS
from topicwright.dispatch.unclaimed import MOST_BYTES, Unclaimed
from topicwright.mqtt.message import Incoming
from topicwright.testing import MemoryBroker
from topicwright.transport.link import backpressure as link
from topicwright.transport.link.backpressure import Backpressure

from tests.runtime.support.clients import Clients, eventually, make, transport
from tests.runtime.support.script_broker import ScriptBroker, publish

MIB = 1 << 20


@pytest.fixture(params=["engine", "library"])
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


async def nothing() -> None: ...


async def a_turn() -> None:
    await asyncio.sleep(0)


@pytest.mark.parametrize("work", [nothing, a_turn])
@pytest.mark.parametrize("concurrency", [1, 4])
async def test_row_51_an_idle_handler_gets_all_retained_messages_of_a_burst(
    over: str, work: Callable[[], Awaitable[None]], concurrency: int
):
    count = 5000
    packets = [publish(f"z/{number}", b"ON", retain=True) for number in range(count)]
    got = list[str]()
    async with ScriptBroker(*packets) as broker, make(broker.url, "me") as client:

        async def handler(payload: bytes, topic: str) -> None:
            await work()
            got.append(topic)

        await client.subscribe("z/#", handler, concurrency=concurrency)
        await eventually(lambda: len(got) + client.stats().of("z/#").dropped == count)
        assert client.stats().of("z/#").dropped == 0
    assert concurrency > 1 or got == [f"z/{number}" for number in range(count)]


async def test_a_burst_above_a_tiny_queue_is_no_overload_either(over: str):
    packets = [publish("a", b"%d" % number) for number in range(2000)]
    got = list[bytes]()
    async with ScriptBroker(*packets) as broker, make(broker.url, "me", queue_size=1) as client:

        async def handler(payload: bytes) -> None:
            got.append(payload)

        await client.subscribe("a", handler)
        await eventually(lambda: len(got) == 2000)


async def flooded(client: MQTTClient, count: int, payload: bytes = b"x") -> list[bytes]:
    """Give so many messages to a handler that never waits, in one turn; return what it got."""
    got = list[bytes]()

    async def handler(payload: bytes) -> None:
        got.append(payload)

    await client.subscribe("a", handler)
    for number in range(count):
        client._dispatcher.receive(Incoming("a", payload + b"%d" % number))
    await eventually(lambda: client.stats().of("a").in_flight == 0)
    return got


async def test_a_queue_that_is_never_empty_for_long_is_no_burst(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(crowd, "PATIENCE", -1.0)
    client = await clients(memory_broker.url, queue_size=10)
    assert await flooded(client, 100) == [b"x%d" % number for number in range(90, 100)]
    assert client.stats().of("a").dropped == 90


async def test_a_burst_of_too_many_bytes_is_dropped_down_to_the_size_of_the_queue(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(crowd, "MOST_BYTES", 50 * (crowd.EACH + 1001))
    client = await clients(memory_broker.url, queue_size=10)
    got = await flooded(client, 59, b"x" * 1000)
    assert (len(got), client.stats().of("a").dropped) == (59, 0)
    await client.unsubscribe("a")
    got = await flooded(client, 100, b"x" * 1000)
    assert len(got) <= 60
    assert got[-1].endswith(b"99")


async def test_large_payloads_of_qos_0_are_bounded_by_their_bytes(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registration, "MOST_LARGE", 5 * MIB)
    client = await clients(memory_broker.url)
    got = await flooded(client, 20, b"x" * (MIB - 10))
    assert [payload[-2:] for payload in got] == [b"15", b"16", b"17", b"18", b"19"]
    assert client.stats().of("a").dropped == 15


async def test_a_message_above_all_bounds_is_handled_if_it_is_alone(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registration, "MOST_LARGE", MIB)
    client = await clients(memory_broker.url)
    assert len(await flooded(client, 1, b"x" * 2 * MIB)) == 1


async def test_row_51_reading_stops_while_large_payloads_are_unacknowledged():
    reading = list[bool]()
    intake = Backpressure(1000, reading.append, lambda: None, lambda: False)
    size = link.MOST_BYTES // 4
    for _ in range(4):
        intake.arrived(size)
    assert reading == [False]
    intake.acknowledged(size)
    assert reading == [False]
    intake.acknowledged(size)
    assert reading == [False, True]
    for _ in range(900):
        intake.arrived(link.LARGE)
    assert reading == [False, True]
    intake.close()


async def test_large_messages_reach_their_handler_one_after_the_other_on_both_transports(
    over: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(link, "MOST_BYTES", 2 * MIB)
    packets = [publish("a", b"x" * MIB, packet_id=number) for number in range(1, 11)]
    async with ScriptBroker(*packets) as broker, make(broker.url, "me") as client:
        sizes = list[int]()

        async def handler(payload: bytes) -> None:
            await asyncio.sleep(0.001)
            sizes.append(len(payload))

        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: broker.count("PUBACK") == 10)
        assert client.stats().reconnects == 0
    assert sizes == [MIB] * 10


async def test_qos_0_messages_without_a_handler_are_bounded_by_their_bytes():
    expired = list[Incoming]()
    waiting = Unclaimed(1000, expired.append)
    for _ in range(8):
        waiting.add(Incoming("a", b"x" * (MOST_BYTES // 4)), asyncio.get_running_loop().time() + 60)
    assert len(expired) == 4
    waiting.clear()


async def test_long_topics_are_not_remembered_and_their_messages_are_handled(
    memory_broker: MemoryBroker, clients: Clients
):
    client, got = await clients(memory_broker.url), list[str]()

    async def handler(payload: bytes, topic: str) -> None:
        got.append(topic)

    await client.subscribe("a/#", handler)
    topics = [f"a/{number}{'x' * 60_000}" for number in range(20)]
    for topic in topics * 2:
        client._dispatcher.receive(Incoming(topic, b""))
    await eventually(lambda: got == topics * 2)
    dispatcher = client._dispatcher
    known = [*dispatcher.registrations[0].seen, *(route[0] for route in dispatcher._routes.direct)]
    assert sum(map(len, known)) < 60_000
    assert len(dispatcher.registrations[0].seen) < MAX_SEEN_TOPICS
