"""``MemoryBroker``: its own guarantees."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from topicwright import BrokerUnavailableError, NoHeaders, NoParams, SessionTakenOverError, Topic
from topicwright.mqtt.message import Properties
from topicwright.mqtt.topic_filters import subscription_identifier
from topicwright.testing import MemoryBroker
from topicwright.transport.in_process import find

from tests.runtime.support.clients import Clients, Raw, eventually, make, within
from tests.runtime.support.raw_connection import RawClient, message

RAW: Topic[bytes] = Topic(address="raw", event_type="raw", model=bytes, params=NoParams, headers=NoHeaders, retain=True)


async def test_memory_broker_sessions_and_messages_expire_on_its_clock(memory_broker: MemoryBroker):
    wire = RawClient(memory_broker, "me")
    first = await wire.connect(expiry=100)
    await first.subscribe([("a", 1)], 1)
    await first.disconnect()
    memory_broker.publish("a", b"short", qos=1, properties=Properties(expiry=10))
    memory_broker.publish("a", b"long", qos=1, properties=Properties(expiry=50))
    memory_broker.publish("state", b"r", qos=1, retain=True, properties=Properties(expiry=10))
    memory_broker.advance(20)
    second = await wire.connect(expiry=100)
    assert second.session_present
    await second.subscribe([("state", 1)], 2)
    await wire.get(1)
    await asyncio.sleep(0.01)
    assert [(item.payload, item.properties.expiry) for item in wire.got] == [(b"long", 30)]
    await second.disconnect()
    memory_broker.advance(101)
    third = await wire.connect()
    assert not third.session_present


async def test_memory_broker_reports_a_takeover_to_the_older_client_and_publishes_its_will(memory_broker: MemoryBroker):
    watcher = RawClient(memory_broker, "watcher")
    await (await watcher.connect()).subscribe([("will", 1)], 1)
    first = await RawClient(memory_broker, "me").connect(will=message("will"))
    await RawClient(memory_broker, "me").connect()
    assert isinstance(await within(first.closed), SessionTakenOverError)
    await watcher.get(1)


async def test_memory_broker_records_published_messages(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    inbox = Raw()
    await client.subscribe("raw", inbox, qos=1)
    await client.publish(RAW, b"\0\xff")
    sent = memory_broker.messages[0]
    assert (sent.topic, sent.payload, sent.qos, sent.retain, sent.client_id) == ("raw", b"\0\xff", 1, True, "me")
    assert memory_broker.retained("raw") == b"\0\xff"
    assert memory_broker.retained("other") is None
    assert memory_broker.clients() == ["me"]
    with pytest.raises(KeyError, match="no client 'you' is connected"):
        memory_broker.disconnect("you")


async def test_memory_broker_shares_among_connected_clients(memory_broker: MemoryBroker):
    here, away = RawClient(memory_broker, "here"), RawClient(memory_broker, "away")
    for wire in (here, away):
        await (await wire.connect()).subscribe([("$share/g/jobs", 1)], 1)
    memory_broker.disconnect("away")
    for _ in range(4):
        memory_broker.publish("jobs", b"x", qos=1)
    await here.get(4)


async def test_memory_broker_is_found_by_its_name(memory_broker: MemoryBroker):
    assert find(memory_broker.name) is memory_broker
    client = make("memory://no-such", "me")
    with pytest.raises(BrokerUnavailableError, match="no MemoryBroker of that name"):
        await client.connect()


def test_memory_broker_keeps_sessions_from_one_event_loop_to_the_next(memory_broker: MemoryBroker):
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)

    async def first() -> None:
        await make(memory_broker.url, "me").connect()  # and leaves without a goodbye

    async def second() -> None:
        async with make(memory_broker.url, "me") as client:
            await client.subscribe("a", handler, qos=1)
            memory_broker.publish("a", b"x", qos=1)
            await eventually(lambda: got)

    asyncio.run(first())
    asyncio.run(second())


async def test_a_wrong_filter_is_refused_by_reason_code(memory_broker: MemoryBroker):
    connection = await RawClient(memory_broker, "me").connect()
    assert await connection.subscribe([("a/#/b", 1)], 1) == [0x8F]


def test_identifiers_of_filters_are_the_same_in_every_process():
    assert 1 <= subscription_identifier("a/#") <= 0x0FFFFFFF
    code = "from topicwright.mqtt.topic_filters import subscription_identifier as f; print(f('a/#'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(out) == subscription_identifier("a/#")
