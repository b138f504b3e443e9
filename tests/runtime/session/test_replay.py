"""The replay window, publishes without subscribers, and backpressure on a broker that sends too much."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import orjson
import pytest
from topicwright import PublishTimeoutError, Received, Sent
from topicwright.mqtt.message import Outgoing, Window
from topicwright.session.outbox.replay_window import Acknowledged, ReplayWindow
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.transport.link.backpressure import Backpressure

from tests.runtime.support.catalog import Frame, FrameParams, Hit, topic
from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.network import Proxy


def numbers(broker: MemoryBroker) -> list[int]:
    return [int(orjson.loads(item.payload)["data"]["n"]) for item in broker.messages]


async def test_the_last_acknowledged_messages_are_published_again_before_the_waiting_ones(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, replay_window=3)
    for number in range(5):
        await client.publish_event("a", "a", {"n": number}, qos=1)
    await client.publish_event("state", "a", {"n": 100}, qos=1, retain=True)
    await client.publish_event("a", "a", {"n": 101}, qos=0)
    memory_broker.messages.clear()
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    waiting = asyncio.create_task(client.publish_event("a", "a", {"n": 5}, qos=1))
    await asyncio.sleep(0)
    memory_broker.start()
    await within(waiting)
    assert numbers(memory_broker) == [2, 3, 4, 5]
    assert client.stats().replayed == 3


async def test_the_window_holds_over_connections_that_break_at_once(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, replay_window=10)
    for number in range(4):
        await client.publish_event("a", "a", {"n": number}, qos=1)
    for _ in range(3):
        memory_broker.messages.clear()
        before = client.stats().reconnects
        memory_broker.disconnect("me")
        await eventually(lambda: client.stats().reconnects > before)  # noqa: B023
    await eventually(lambda: numbers(memory_broker) == [0, 1, 2, 3])


async def test_what_nobody_hears_is_published_again_until_somebody_does(mosquitto: LocalBroker, clients: Clients):
    client, raw = await clients(mosquitto.url, must_be_heard=True), Raw()
    pending = asyncio.create_task(client.publish_event("a", "a", {}, qos=1))
    await eventually(lambda: client.stats().unheard == 1)
    assert not pending.done()
    reader = await clients(mosquitto.url, "reader")
    await reader.subscribe("a", raw, qos=1)
    await within(pending)
    await raw.get(1)


async def test_what_nobody_hears_in_time_is_an_error(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, must_be_heard=True, publish_timeout=0.4)
    with pytest.raises(PublishTimeoutError):
        await within(client.publish_event("a", "a", {}, qos=1))


async def test_an_intake_stops_at_twice_the_receive_maximum_unless_a_reply_is_due():
    reading, sips, due = list[bool](), list[int](), False
    backpressure = Backpressure(1000, reading.append, lambda: sips.append(1), lambda: due)
    for _ in range(1999):
        backpressure.arrived()
    assert reading == []
    backpressure.arrived()
    backpressure.arrived()
    assert reading == [False]
    await asyncio.sleep(0.05)
    assert sips == []
    due = True
    await eventually(lambda: sips)
    for _ in range(1000):
        backpressure.acknowledged()
    assert reading == [False]
    backpressure.acknowledged()
    assert reading == [False, True]
    backpressure.close()


async def test_handlers_that_publish_continue_while_reading_is_stopped(mosquitto: LocalBroker, clients: Clients):
    writer, raw = await clients(mosquitto.url, "writer"), Raw()
    await writer.subscribe("out", raw, qos=1)
    client = await clients(mosquitto.url, receive_maximum=20, keepalive=2)
    total = 1200

    async def handler(payload: bytes) -> None:
        await asyncio.sleep(0.001)
        await client.publish_event("out", "a", {}, qos=1)

    await client.subscribe("a", handler, qos=1)
    await asyncio.gather(*(writer.publish_event("a", "a", {"n": number}, qos=1) for number in range(total)))
    await raw.get(total, timeout=60)
    assert client.stats().reconnects == 0


async def test_messages_in_flight_at_a_cut_stay_in_the_replay_window(mosquitto: LocalBroker, clients: Clients):
    """The engine sends again what was under way before the window is published again; both are as old as they were."""
    reader, raw = await clients(mosquitto.url, "reader"), Raw()
    await reader.subscribe("a", raw, qos=1)
    async with Proxy(mosquitto.port) as proxy:
        client = await clients(proxy.url, replay_window=5)
        for number in range(5):
            await client.publish_event("a", "a", {"n": number}, qos=1)
        proxy.mute = True
        pending = [asyncio.create_task(client.publish_event("a", "a", {"n": number}, qos=1)) for number in (5, 6)]
        await raw.get(7)
        proxy.mute = False
        for count in (7, 5):
            before, raw.items = client.stats().reconnects, []
            proxy.cut()
            await eventually(lambda: client.stats().reconnects > before)  # noqa: B023
            await within(asyncio.gather(*pending))
            await raw.get(count)
    await eventually(lambda: [orjson.loads(payload)["data"]["n"] for _, payload in raw.items] == [2, 3, 4, 5, 6])


async def test_what_nobody_heard_for_long_is_as_new_as_a_new_message():
    window = ReplayWindow()
    message = Outgoing(topic="a", payload=b"", qos=1)
    items = [Acknowledged(message, Window(2)) for _ in range(3)]
    gone = [window.add(item) for item in items]
    assert gone == [[], [], [items[0]]]
    again = window.take()
    assert again == items[1:]
    assert window.add(again[1]) == []
    assert window.add(Acknowledged(message, Window(2))) == []
    assert window.add(again[0]) == [again[0]]
    assert window.add(Acknowledged(message, Window(2))) == [again[1]]


async def test_a_window_of_its_own_is_not_shortened_by_other_topics(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, replay_window=1)
    rare = topic("rare/{camera_id}", "rare", Frame, params=FrameParams, replay_window=2)
    never = topic("never", "never", Hit, replay_window=0)
    for number in range(3):
        await client.publish(rare, Frame(data=str(number)), params=FrameParams(camera_id=str(number)))
        await client.publish(never, Hit(text="x"))
        await client.publish_event("a", "a", {"n": number}, qos=1)
    memory_broker.messages.clear()
    memory_broker.disconnect("me")
    await eventually(lambda: client.stats().reconnects == 1)
    await eventually(lambda: len(memory_broker.messages) == 3)
    assert [item.topic for item in memory_broker.messages] == ["rare/1", "rare/2", "a"]


class Rewriting:
    """An observer that publishes a message of its own making."""

    @contextmanager
    def publishing(self, sent: Sent) -> Generator[Outgoing]:
        message = sent.message
        yield Outgoing(message.topic, message.payload, message.qos, message.retain, message.properties)

    @contextmanager
    def handling(self, received: Received) -> Generator[None]:
        yield


async def test_a_topic_keeps_its_window_where_an_observer_makes_the_message(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, observer=Rewriting())
    await client.publish(topic("state", "state", Hit, replay_window=5), Hit(text="a"))
    memory_broker.disconnect("me")
    await eventually(lambda: client.stats().replayed == 1)
