"""The brokers of ``topicwright.testing``: one contract that each fulfils."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import BrokerUnavailableError
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, within
from tests.runtime.support.raw_connection import RawClient, kind, message, published

Broker = LocalBroker | MemoryBroker


async def test_a_session_is_kept_and_queued_messages_come_in_order(broker: Broker):
    wire, peer = RawClient(broker, "me"), RawClient(broker, "peer")
    first = await wire.connect()
    assert not first.session_present
    assert await first.subscribe([("a", 1)], 7) == [1]
    await first.disconnect()
    assert await within(first.closed) is None
    sender = await peer.connect()
    for number in range(10):
        await within(published(sender, message("a", b"%d" % number)))
    second = await wire.connect()
    assert second.session_present
    await wire.get(10)
    assert [item.payload for item in wire.got] == [b"%d" % number for number in range(10)]
    await second.disconnect()
    await sender.disconnect()


async def test_a_clean_start_forgets_the_session(broker: Broker):
    wire = RawClient(broker, "me")
    first = await wire.connect()
    await first.subscribe([("a", 1)], 7)
    await first.disconnect()
    second = await wire.connect(clean=True)
    assert not second.session_present
    await published(second, message("a"))
    await asyncio.sleep(0.05)
    assert wire.got == []
    await second.disconnect()


async def test_a_session_without_expiry_ends_with_its_connection(broker: Broker):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd keeps a session as long as it runs")
    wire = RawClient(broker, "me")
    first = await wire.connect(expiry=0)
    await first.subscribe([("a", 1)], 7)
    await first.disconnect()
    second = await wire.connect()
    assert not second.session_present
    await second.disconnect()


async def test_an_unacknowledged_message_is_redelivered_with_dup_and_its_packet_id(broker: Broker):
    wire = RawClient(broker, "me", ack=False)
    first = await wire.connect()
    await first.subscribe([("a", 1)], 7)
    for number in range(3):
        await within(published(first, message("a", b"%d" % number)))
    before = list(await wire.get(3))
    first.abort()
    wire.got.clear()
    second = await wire.connect()
    after = await wire.get(3)
    assert [item.payload for item in after] == [b"0", b"1", b"2"]
    if kind(broker) != "iotcore":  # rumqttd does not set DUP
        assert all(item.duplicate for item in after)
        assert [item.packet_id for item in after] == [item.packet_id for item in before]
    await second.disconnect()


async def test_the_receive_maximum_is_kept(broker: Broker):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd ignores the client's receive maximum")
    wire = RawClient(broker, "me", ack=False)
    connection = await wire.connect(window=5)
    await connection.subscribe([("a", 1)], 7)
    for _ in range(20):
        await within(published(connection, message("a")))
    await wire.get(5)
    await asyncio.sleep(0.05)
    assert len(wire.got) == 5
    wire.got[0].acknowledge()
    await wire.get(6)
    await connection.disconnect()


async def test_retained_messages_reach_later_subscribers(broker: Broker):
    wire, late = RawClient(broker, "me"), RawClient(broker, "late")
    connection = await wire.connect()
    await connection.subscribe([("r/+", 1)], 7)
    await within(published(connection, message("r/1", b"old", retain=True)))
    await within(published(connection, message("r/1", b"new", retain=True)))
    await within(published(connection, message("r/2", b"gone", retain=True)))
    await within(published(connection, message("r/2", b"", retain=True)))
    await wire.get(4)
    assert not any(item.retain for item in wire.got)
    other = await late.connect()
    await other.subscribe([("r/#", 1)], 8)
    await late.get(1)
    await asyncio.sleep(0.05)
    assert [(item.topic, item.payload, item.retain) for item in late.got] == [("r/1", b"new", True)]
    await connection.disconnect()
    await other.disconnect()


async def test_overlapping_subscriptions_reach_every_identifier(broker: Broker):
    wire = RawClient(broker, "me")
    connection = await wire.connect()
    for number, text in enumerate(["a/+", "a/#", "a/b", "c"], 1):
        assert await connection.subscribe([(text, 1)], number) == [1]
    await within(published(connection, message("a/b")))
    await wire.get(1)
    await asyncio.sleep(0.05)
    if any(item.subscriptions for item in wire.got):
        assert sorted(number for item in wire.got for number in item.subscriptions) == [1, 2, 3]
    else:
        assert kind(broker) == "iotcore"
        assert len(wire.got) in {1, 3}
    await connection.disconnect()


async def test_the_lower_quality_of_service_wins(broker: Broker):
    wire = RawClient(broker, "me")
    connection = await wire.connect()
    await connection.subscribe([("zero", 0)], 1)
    await connection.subscribe([("one", 1)], 2)
    for topic in ("zero", "one"):
        for qos in (0, 1):
            await within(published(connection, message(topic, b"%d" % qos, qos)))
    await wire.get(4)
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd delivers with the QoS of the subscription")
    assert {(item.topic, item.payload): item.qos for item in wire.got} == {
        ("zero", b"0"): 0,
        ("zero", b"1"): 0,
        ("one", b"0"): 0,
        ("one", b"1"): 1,
    }
    await connection.disconnect()


async def test_properties_of_a_message_are_passed_on(broker: Broker):
    wire = RawClient(broker, "me")
    connection = await wire.connect()
    await connection.subscribe([("a", 1)], 1)
    sent = message(
        "a",
        content_type="image/jpeg",
        response_topic="r",
        correlation_data=b"\0\xff",
        expiry=60,
        user=(("k", "1"), ("k", "2"), ("ä", "")),
    )
    await within(published(connection, sent))
    got = (await wire.get(1))[0].properties
    assert (got.content_type, got.response_topic, got.correlation_data) == ("image/jpeg", "r", b"\0\xff")
    assert got.user == (("k", "1"), ("k", "2"), ("ä", ""))
    if kind(broker) != "iotcore":
        assert got.expiry in {59, 60}
    await connection.disconnect()


async def test_nobody_subscribed_is_reason_code_0x10(broker: Broker):
    wire = RawClient(broker, "me")
    connection = await wire.connect()
    assert await within(published(connection, message("nobody"))) in ({0x00} if kind(broker) == "iotcore" else {0x10})
    assert await within(published(connection, message("nobody", qos=0))) == 0
    await connection.subscribe([("somebody", 1)], 1)
    assert await within(published(connection, message("somebody"))) == 0
    await connection.disconnect()


async def test_a_last_will_is_published_unless_the_client_disconnects(broker: Broker):
    watcher = RawClient(broker, "watcher")
    watching = await watcher.connect()
    await watching.subscribe([("will/+", 1)], 1)
    polite = await RawClient(broker, "polite").connect(will=message("will/polite"))
    rude = await RawClient(broker, "rude").connect(will=message("will/rude", b"gone", retain=True))
    await polite.disconnect()
    rude.abort()
    await watcher.get(1)
    await asyncio.sleep(0.05)
    assert [(item.topic, item.payload) for item in watcher.got] == [("will/rude", b"gone")]
    await watching.disconnect()


async def test_an_unsubscribed_filter_brings_nothing(broker: Broker):
    wire = RawClient(broker, "me")
    connection = await wire.connect()
    await connection.subscribe([("a", 1)], 1)
    await connection.unsubscribe(["a"])
    if kind(broker) != "iotcore":  # rumqttd does not answer
        await connection.unsubscribe(["never"])
    await connection.subscribe([("b", 1)], 2)
    await within(published(connection, message("a")))
    await within(published(connection, message("b")))
    await wire.get(1)
    assert [item.topic for item in wire.got] == ["b"]
    await connection.disconnect()


async def test_a_broker_that_is_stopped_and_started_again(broker: Broker, clients: Clients):
    client, raw = await clients(broker.url), Raw()
    await client.subscribe("a", raw, qos=1)
    broker.stop()
    await eventually(lambda: not client.connected)
    with pytest.raises(BrokerUnavailableError):
        await within(make(broker.url, "other").connect())
    broker.start()
    await eventually(lambda: client.connected)
    await client.publish_event("a", "a", {}, qos=1)
    await raw.get()
