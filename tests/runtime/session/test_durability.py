"""Messages are not lost: kill -9 of consumers and brokers, kept sessions, late handlers."""

from __future__ import annotations

import asyncio
import itertools

import orjson
from topicwright import Event
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import SECTION, SNAPSHOT, Section, Snapshot
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, needs_mosquitto, within
from tests.runtime.support.network import Child

Broker = LocalBroker | MemoryBroker


CONSUMER = """
import asyncio, sys
from topicwright import MQTTClient
import orjson
async def handler(payload):
    number = orjson.loads(payload)["data"]["n"]
    print("start", number)
    await asyncio.sleep(0.005)
    print("done", number)
async def main():
    async with MQTTClient(sys.argv[1], "consumer") as client:
        await client.subscribe("work", handler, qos=1)
        print("ready")
        await client.run_forever()
asyncio.run(main())
"""


async def test_acknowledge_after_the_handler_kill_9_in_the_middle_loses_nothing(
    mosquitto: LocalBroker, clients: Clients
):
    client = await clients(mosquitto.url, "producer")
    done: set[int] = set()
    total = 100
    async with Child(CONSUMER, mosquitto.url) as child:
        await child.says("ready")
        await asyncio.gather(*(client.publish_event("work", "work", {"n": n}, qos=1) for n in range(total)))
        for _ in range(3):
            before = len(child.lines)
            await eventually(lambda: sum(line.startswith("done") for line in child.lines[before:]) >= 15)  # noqa: B023
            child.kill()
            await child.ended()
            done |= {int(line.split()[1]) for line in child.lines if line.startswith("done")}
            assert len(done) < total
            await child.__aenter__()
        await eventually(
            lambda: {int(line.split()[1]) for line in child.lines if line.startswith("done")} == set(range(total))
        )
    twice = [n for n in range(total) if child.lines.count(f"done {n}") > 1]
    assert len(twice) <= 3 * 3


async def test_row_09_messages_queued_while_the_client_was_down_arrive(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    first, raw = await clients(broker.url, "me"), Raw()
    await first.subscribe("a", raw, qos=1)
    await first.shutdown()
    for number in range(20):
        await peer.publish_event("a", "a", {"n": number}, qos=1)
    second = await clients(broker.url, "me")
    await second.subscribe("a", raw, qos=1)
    await raw.get(20)
    await asyncio.sleep(0.05)
    assert [orjson.loads(payload)["data"]["n"] for _, payload in raw.items] == list(range(20))


async def test_a_message_that_comes_before_its_handler_waits_for_it(broker: Broker, clients: Clients):
    """It is neither lost nor acknowledged: after a crash before the handler was there, it comes again."""
    peer = await clients(broker.url, "peer")
    first = await clients(broker.url, "me")
    await first.subscribe("a", Raw(), qos=1)
    await first.shutdown()
    await peer.publish_event("a", "a", {}, qos=1)
    for _ in range(2):
        between = await clients(broker.url, "me")
        await asyncio.sleep(0.1)
        await between.disconnect()
    last, raw = await clients(broker.url, "me"), Raw()
    await asyncio.sleep(0.1)
    await last.subscribe("a", raw, qos=1)
    await raw.get()
    await asyncio.sleep(0.1)
    assert len(raw.items) == 1


async def test_two_messages_of_one_topic_wait_each_for_its_handler(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    first = await clients(broker.url, "me")
    await first.on(SNAPSHOT, Inbox[Event[Snapshot]]())
    await first.shutdown()
    await peer.publish(SECTION, Section(section="s", value="v"))
    await peer.publish(SNAPSHOT, Snapshot(name="n"))
    second = await clients(broker.url, "me")
    snapshots: Inbox[Event[Snapshot]] = Inbox()
    sections: Inbox[Event[Section]] = Inbox()
    await second.on(SNAPSHOT, snapshots)
    await snapshots.get()
    await asyncio.sleep(0.05)
    await second.on(SECTION, sections)
    await sections.get()


async def test_a_subscription_that_the_program_dropped_blocks_nothing_for_long(
    memory_broker: MemoryBroker, clients: Clients
):
    first = await clients(memory_broker.url, "me")
    await first.subscribe("old", Raw(), qos=1)
    await first.shutdown()
    for _ in range(10):
        memory_broker.publish("old", b"x", qos=1)
    second, raw = await clients(memory_broker.url, "me", claim_timeout=0.2, receive_maximum=5), Raw()
    await second.subscribe("new", raw, qos=1)
    memory_broker.publish("new", b"x", qos=1)
    await raw.get()
    await eventually(lambda: second.stats().unclaimed == 10)
    memory_broker.publish("old", b"x", qos=1)
    memory_broker.publish("new", b"x", qos=1)
    await raw.get(2)
    assert second.stats().unclaimed == 11


async def test_a_qos_0_flood_without_a_handler_is_bounded(memory_broker: MemoryBroker, clients: Clients):
    first = await clients(memory_broker.url, "me")
    await first.subscribe("old/#", Raw(), qos=1)
    await first.shutdown()
    memory_broker.publish("old/1", b"x", qos=1)
    second = await clients(memory_broker.url, "me", queue_size=10)
    for _ in range(100):
        memory_broker.publish("old/0", b"x", qos=0)
    await eventually(lambda: second.stats().unclaimed == 90)
    raw = Raw()
    await second.subscribe("old/#", raw, qos=1)
    await raw.get(10)
    assert "old/1" in raw.topics


async def test_row_08_without_session_expiry_no_session_is_expected(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    first, raw = await clients(broker.url, "me", session_expiry=0), Raw()
    await first.subscribe("a", raw, qos=1)
    await first.shutdown()
    await peer.publish_event("a", "a", {}, qos=1)
    second = await clients(broker.url, "me", session_expiry=0)
    await second.subscribe("a", raw, qos=1)
    await peer.publish_event("a", "b", {}, qos=1)
    await raw.get()
    await asyncio.sleep(0.05)
    assert len(raw.items) == 1


async def test_row_11_a_session_that_the_broker_forgot_is_reported(mosquitto: LocalBroker, clients: Clients):
    lost = asyncio.Event()

    async def on_session_lost() -> None:
        lost.set()

    client, raw = await clients(mosquitto.url, "me", on_session_lost=on_session_lost), Raw()
    await client.subscribe("a", raw, qos=1)
    mosquitto.kill()
    mosquitto.start()
    await within(lost.wait())
    assert client.stats().sessions_lost == 1
    await client.publish_event("a", "a", {}, qos=1)
    await raw.get()


@needs_mosquitto
async def test_row_06_a_session_that_the_broker_kept_is_resumed(clients: Clients):
    with LocalBroker(kind="mosquitto", persistence=True) as broker:
        client, raw = await clients(broker.url, "me", reconnect_max_delay=0.2), Raw()
        await client.subscribe("a", raw, qos=1)
        broker.stop()
        broker.start()
        await eventually(lambda: client.connected and client.stats().reconnects == 1)
        assert client.stats().sessions_lost == 0
        await client.publish_event("a", "a", {}, qos=1)
        await raw.get()
        await client.shutdown()


async def test_a_handler_that_runs_over_a_reconnect_is_not_run_twice(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    go, calls = asyncio.Event(), 0

    async def slow(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        await go.wait()

    await client.subscribe("a", slow, qos=1)
    memory_broker.publish("a", b"x", qos=1)
    await eventually(lambda: calls == 1)
    for _ in range(2):
        memory_broker.stop()
        await eventually(lambda: not client.connected)
        await asyncio.sleep(0.3)  # some attempts fail
        memory_broker.start()
        await eventually(lambda: client.connected)
    go.set()
    await eventually(lambda: client.stats().filters["a"].handled == 1)
    memory_broker.disconnect("me")
    await eventually(lambda: client.connected)
    await asyncio.sleep(0.05)
    assert calls == 1


async def test_messages_in_the_queue_over_a_reconnect_are_handled_once_and_in_order(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    go, got = asyncio.Event(), list[bytes]()

    async def slow(payload: bytes) -> None:
        await go.wait()
        got.append(payload)

    await client.subscribe("a", slow, qos=1)
    for number in range(50):
        memory_broker.publish("a", b"%d" % number, qos=1)
    await eventually(lambda: client.stats().filters["a"].received == 50)
    memory_broker.disconnect("me")
    await eventually(lambda: client.connected)
    for number in range(50, 60):
        memory_broker.publish("a", b"%d" % number, qos=1)
    go.set()
    await eventually(lambda: len(got) >= 60)
    await asyncio.sleep(0.05)
    assert got == [b"%d" % number for number in range(60)]
    memory_broker.disconnect("me")
    await eventually(lambda: client.connected)
    await asyncio.sleep(0.05)
    assert len(got) == 60


@needs_mosquitto
async def test_nothing_published_is_lost_over_broker_restarts(clients: Clients):
    """Publishes that returned are with the subscriber, with a broker that keeps what it acknowledged."""
    with LocalBroker(kind="mosquitto", persistence=True) as broker:
        producer = await clients(broker.url, "producer", reconnect_max_delay=0.2)
        consumer, raw = await clients(broker.url, "consumer", reconnect_max_delay=0.2), Raw()
        await consumer.subscribe("a", raw, qos=1)
        numbers, stop = itertools.count(), asyncio.Event()
        sent: list[int] = []

        async def produce() -> None:
            while not stop.is_set():
                number = next(numbers)
                await producer.publish_event("a", "a", {"n": number}, qos=1)
                sent.append(number)

        producing = [asyncio.create_task(produce()) for _ in range(4)]
        for _ in range(3):
            count = len(sent)
            await eventually(lambda: len(sent) > count + 20)  # noqa: B023
            broker.stop()
            broker.start()
        stop.set()
        await within(asyncio.gather(*producing), 30)
        await eventually(
            lambda: set(sent) <= {orjson.loads(payload)["data"]["n"] for _, payload in raw.items}, "all messages"
        )
        await producer.shutdown()
        await consumer.shutdown()
