"""What the broker queued for an earlier version of a service is handled by whoever handles its topic now."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import MQTTClient
from topicwright.dispatch.unclaimed import Unclaimed
from topicwright.mqtt.message import Incoming
from topicwright.mqtt.topic_filters import subscription_identifier
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually

Broker = LocalBroker | MemoryBroker


@pytest.mark.parametrize("before", ["mv/+", "mv/#", "$share/g/mv/x", "+/x"])
@pytest.mark.parametrize("after", ["mv/x", "mv/+", "$share/other/mv/x"])
async def test_row_52_queued_messages_are_handled_after_a_redeploy_with_another_filter(
    mosquitto: LocalBroker, clients: Clients, before: str, after: str
):
    if before == after:
        return
    first, peer = await clients(mosquitto.url, "it"), await clients(mosquitto.url, "peer")
    await first.subscribe(before, Raw(), qos=1)
    await first.shutdown()
    for number in range(50):  # more than mosquitto sends at once
        await peer.publish_event("mv/x", "x", {"n": number}, qos=1)
    second, raw = await clients(mosquitto.url, "it", claim_timeout=0.3), Raw()
    await second.subscribe(after, raw, qos=1)
    await raw.get(50)
    got = [payload for _, payload in raw.items]
    assert [b'"n":%d}' % number in payload for number, payload in enumerate(got)] == [True] * 50
    assert second.stats().unclaimed == 0


async def test_what_is_published_after_a_redeploy_is_handled_once(mosquitto: LocalBroker, clients: Clients):
    first, peer = await clients(mosquitto.url, "it"), await clients(mosquitto.url, "peer")
    await first.subscribe("mv/+", Raw(), qos=1)
    await first.shutdown()
    second, raw, end = await clients(mosquitto.url, "it", claim_timeout=0.0), Raw(), Raw()
    await second.subscribe("mv/x", raw, qos=1)
    await second.subscribe("end", end, qos=1)
    for number in range(20):
        await peer.publish_event("mv/x", "x", {"n": number}, qos=1)
    await peer.publish_event("end", "x", {}, qos=1)
    await end.get()
    assert len({payload for _, payload in raw.items}) == 20
    assert len(raw.items) <= 21  # the first one may come by the former subscription before it comes by the new one


def received(topic: str, topic_filter: str, payload: bytes, *, retain: bool = False) -> Incoming:
    message = Incoming(topic, payload)
    message.subscriptions, message.retain = (subscription_identifier(topic_filter),), retain
    return message


async def settled(client: MQTTClient, got: Raw, expected: list[bytes]) -> None:
    await eventually(lambda: client.stats().of("other").handled and [item for _, item in got.items] == expected)


async def test_a_handler_that_is_still_to_come_gets_its_message_and_no_other_one_does(
    memory_broker: MemoryBroker, clients: Clients
):
    client, one, all_of_them = await clients(memory_broker.url), Raw(), Raw()
    await client.shutdown()
    await client.connect()  # it resumes its session
    await client.subscribe("mv/x", one, qos=1)
    client._dispatcher.receive(received("mv/x", "mv/+", b"queued"))
    await client.subscribe("mv/+", all_of_them, qos=1)
    await all_of_them.get()
    assert one.items == []


async def test_copies_by_two_former_subscriptions_are_handled_once(memory_broker: MemoryBroker, clients: Clients):
    client, raw, other = await clients(memory_broker.url, claim_timeout=0.0), Raw(), Raw()
    await client.subscribe("mv/x", raw, qos=1)
    await client.subscribe("other", other, qos=1)
    for number in range(3):
        for former in ("mv/+", "mv/#"):
            client._dispatcher.receive(received("mv/x", former, b"%d" % number))
    memory_broker.publish("other", b"", qos=1)
    await settled(client, raw, [b"0", b"1", b"2"])
    assert client.stats().unclaimed == 3


async def test_a_former_subscription_brings_nothing_after_the_first_message_of_the_new_one(
    memory_broker: MemoryBroker, clients: Clients
):
    client, raw, other = await clients(memory_broker.url, claim_timeout=0.0), Raw(), Raw()
    await client.subscribe("mv/x", raw, qos=1)
    await client.subscribe("other", other, qos=1)
    client._dispatcher.receive(received("mv/x", "mv/x", b"state", retain=True))  # says nothing about the queue
    for topic_filter, payload in [("mv/+", b"old"), ("mv/x", b"new"), ("mv/+", b"new"), ("mv/+", b"newer")]:
        client._dispatcher.receive(received("mv/x", topic_filter, payload))
    memory_broker.publish("other", b"", qos=1)
    await settled(client, raw, [b"state", b"old", b"new"])


async def test_what_comes_for_a_subscription_that_was_closed_goes_to_no_other_handler(
    memory_broker: MemoryBroker, clients: Clients
):
    client, raw, other = await clients(memory_broker.url, claim_timeout=0.0), Raw(), Raw()
    await client.subscribe("mv/+", Raw(), qos=1)
    await client.subscribe("mv/x", raw, qos=1)
    await client.subscribe("other", other, qos=1)
    await client.unsubscribe("mv/+")
    client._dispatcher.receive(received("mv/x", "mv/+", b"late"))
    memory_broker.publish("other", b"", qos=1)
    await settled(client, raw, [])


async def test_replies_are_not_looked_for_in_the_messages_of_former_subscriptions(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, claim_timeout=0.0)
    got = list[Incoming]()
    await client._registrations.add("replies/+", 1, got.append, inline=True)
    client._dispatcher.receive(received("replies/x", "#", b"old"))
    assert got == []
    assert client.stats().unclaimed == 1


async def test_messages_that_are_due_together_leave_in_the_order_in_which_they_came():
    left = list[int]()
    waiting = Unclaimed(1000, lambda incoming: left.append(incoming.packet_id))
    due = asyncio.get_running_loop().time() + 0.01
    for number in range(100):
        message = Incoming("a", b"")
        message.packet_id, message.qos = number, 1
        waiting.add(message, due)
    await eventually(lambda: len(left) == 100)
    assert left == list(range(100))
