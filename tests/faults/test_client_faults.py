"""Rows 19 to 46: consumers that are killed, slow or wrong; brokers that refuse; errors that must be reported."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import Event, SubscribeRejectedError
from topicwright.testing import LocalBroker

from tests.runtime.support.catalog import MEMORY_QUERY, MemoryQuery
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, make, needs_mosquitto, within
from tests.runtime.support.network import Child, FakeBroker

CONSUMER = """
import asyncio, sys
import orjson
from topicwright import MQTTClient

async def handler(payload):
    number = orjson.loads(payload)["data"]["n"]
    print("start", number)
    await asyncio.sleep(0.005)
    print("done", number)

async def main():
    async with MQTTClient(sys.argv[1], "consumer", transport=sys.argv[2]) as client:
        await client.subscribe("work", handler, qos=1)
        print("ready")
        await client.run_forever()

asyncio.run(main())
"""


def publish_packet(topic: bytes, packet_id: int, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic + packet_id.to_bytes(2, "big") + b"\0" + payload
    return b"\x32" + bytes([len(body)]) + body


def said(child: Child, word: str) -> list[int]:
    # A process that is killed may leave its last line half written.
    lines = (line.split() for line in child.lines)
    return [int(parts[1]) for parts in lines if len(parts) == 2 and parts[0] == word]


@pytest.mark.parametrize("total", [150])
async def test_row_19_20_a_consumer_killed_in_its_handler_loses_nothing(
    mosquitto: LocalBroker, clients: Clients, over: str, total: int
):
    producer = await clients(mosquitto.url, "producer")
    async with Child(CONSUMER, mosquitto.url, over) as child:
        await child.says("ready")
        await asyncio.gather(*(producer.publish_event("work", "work", {"n": n}, qos=1) for n in range(total)))
        for kill in range(3):
            goal = 30 * (kill + 1)
            await eventually(lambda: len(set(said(child, "done"))) >= goal)  # noqa: B023 - awaited in this turn of the loop
            child.kill()
            await child.ended()
            await child.__aenter__()
        await eventually(lambda: set(said(child, "done")) == set(range(total)))
    # Started twice is what was in a handler when it was killed; the acknowledgement of one more may be under way.
    assert len(said(child, "start")) - total <= 3 * 2
    assert len(said(child, "done")) - total <= 3


async def test_row_21_a_broker_that_exceeds_the_receive_maximum_is_tolerated(over: str):
    flood = b"".join(publish_packet(b"a", number, b"%d" % number) for number in range(1, 61))
    async with FakeBroker(flood) as broker, make(broker.url, "me", receive_maximum=10) as client:
        raw = Raw()
        await client.subscribe("a", raw, qos=1)
        await raw.get(60)
        assert client.stats().reconnects == 0
        assert client.stats().filters["a"].dropped == 0


@needs_mosquitto
async def test_row_25_what_the_broker_drops_from_its_queues_can_be_read(over: str, clients: Clients):
    lines = ["max_queued_messages 100", "sys_interval 1"]
    with LocalBroker(kind="mosquitto", config=lines) as broker:
        reader = await clients(broker.url, "reader")
        await reader.subscribe("a", Raw(), qos=1)
        await reader.shutdown()
        publisher, dropped = await clients(broker.url, "publisher"), Raw()
        await publisher.subscribe("$SYS/broker/publish/messages/dropped", dropped)
        await asyncio.gather(*(publisher.publish_event("a", "a", {"n": n}, qos=1) for n in range(300)))
        await eventually(lambda: dropped.items and int(dropped.items[-1][1]) == 200, "the broker's counter")
        await clients.close()


async def test_row_29_a_flood_of_poison_does_not_block_good_messages(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, receive_maximum=10)
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await client.on(MEMORY_QUERY, inbox)
    for number in range(46):
        await client.publish_event(MEMORY_QUERY.address or "", "memory.query", {"wrong": number}, qos=1)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="good"))
    await inbox.get(1)
    assert client.stats().filters["memory/query"].invalid == 46


async def test_row_37_a_refused_subscription_raises(over: str, monkeypatch: pytest.MonkeyPatch):
    class Refusing(FakeBroker):
        SUBACK = 0x87

    async with Refusing() as broker, make(broker.url, "me") as client:
        with pytest.raises(SubscribeRejectedError, match="0x87 not authorized"):
            await within(client.subscribe("a", Raw(), qos=1))
        assert client.connected


async def test_row_38_that_nobody_listens_is_counted(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url)
    await client.publish_event("nobody", "a", {}, qos=1)
    assert client.stats().unheard == 1
    await client.subscribe("nobody", Raw(), qos=1)
    await client.publish_event("nobody", "a", {}, qos=1)
    assert client.stats().unheard == 1
