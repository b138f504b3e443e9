"""Rows 1 to 16: the broker is killed, restarted or hangs; the network is cut, or loses packets silently."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from topicwright import MQTTClient
from topicwright.testing import LocalBroker

from tests.runtime.support.clients import Clients, Raw, eventually, needs_mosquitto, within
from tests.runtime.support.network import Proxy

pytestmark = needs_mosquitto


def numbers(raw: Raw) -> list[int]:
    return [int(orjson.loads(payload)["data"]["n"]) for _, payload in raw.items]


async def publish_over_kills(broker: LocalBroker, publisher: MQTTClient, kills: int) -> set[int]:
    """Publish from four tasks while the broker is killed and started; return what was acknowledged."""
    acknowledged: set[int] = set()
    running = True

    async def produce(first: int) -> None:
        number = first
        while running:
            await publisher.publish_event("a", "a", {"n": number}, qos=1)
            acknowledged.add(number)
            number += 4

    tasks = [asyncio.create_task(produce(first)) for first in range(4)]
    for _ in range(kills):
        before = len(acknowledged)
        await eventually(lambda: len(acknowledged) > before + 50)  # noqa: B023 - awaited in this turn of the loop
        broker.kill()
        broker.start()
    running = False
    await within(asyncio.gather(*tasks), 30)
    return acknowledged


async def check_kill(broker: LocalBroker, clients: Clients, **options: Any) -> MQTTClient:
    publisher = await clients(broker.url, "publisher", reconnect_max_delay=0.2, **options)
    reader, raw = await clients(broker.url, "reader", reconnect_max_delay=0.2, dedupe_ttl=60), Raw()
    await reader.subscribe("a", raw, qos=1)
    acknowledged = await publish_over_kills(broker, publisher, kills=3)
    await eventually(lambda: acknowledged <= set(numbers(raw)), "what was acknowledged")
    assert len(numbers(raw)) == len(set(numbers(raw)))
    return reader


SAVES_EACH_CHANGE = ("autosave_interval 1", "autosave_on_changes true")


@pytest.mark.parametrize("autosave", [None, (), SAVES_EACH_CHANGE], ids=["no file", "every 1800 s", "each change"])
async def test_row_01_02_with_a_replay_window_a_killed_broker_loses_nothing(
    over: str, clients: Clients, tmp_path: Path, autosave: tuple[str, ...] | None
):
    lines = [] if autosave is None else ["persistence true", f"persistence_location {tmp_path}/", *autosave]
    with LocalBroker(kind="mosquitto", config=lines) as broker:
        reader = await check_kill(broker, clients, replay_window=1000, must_be_heard=True)
        assert bool(reader.stats().sessions_lost) is (autosave != SAVES_EACH_CHANGE)
        await clients.close()


async def test_row_03_what_a_saving_broker_has_queued_outlives_its_kills(over: str, clients: Clients):
    """mosquitto acknowledges first and saves in the same turn of its loop, before it reads anything else.

    So all that was acknowledged before the answer to another packet is on disk. It counts what it queues for a client
    that is away; what is on its way to one that is there is no change, and is lost.
    """
    with LocalBroker(kind="mosquitto", persistence=True) as broker:
        publisher = await clients(broker.url, "publisher", reconnect_max_delay=0.2)
        reader, raw = await clients(broker.url, "reader"), Raw()
        await reader.subscribe("a", raw, qos=1)
        await reader.shutdown()
        for number in range(60):
            await publisher.publish_event("a", "a", {"n": number}, qos=1)
            if number in (19, 39, 59):
                await publisher.subscribe(f"answered/{number}", Raw(), qos=1)
                broker.kill()
                broker.start()
        await reader.connect()
        await raw.get(60)
        assert sorted(set(numbers(raw))) == list(range(60))
        assert reader.session_present
        await clients.close()


async def test_row_04_a_queue_lost_while_the_subscriber_was_away_is_reported(mosquitto: LocalBroker, clients: Clients):
    reader, raw = await clients(mosquitto.url, "reader"), Raw()
    await reader.subscribe("a", raw, qos=1)
    assert reader.session_present is False
    await reader.shutdown()
    publisher = await clients(mosquitto.url, "publisher")
    await publisher.publish_event("a", "a", {"n": 1}, qos=1)
    await reader.connect()
    assert reader.session_present is True
    await raw.get(1)
    await reader.shutdown()
    mosquitto.kill()
    mosquitto.start()
    await reader.connect()
    assert reader.session_present is False
    assert reader.stats().sessions_lost == 1


async def test_row_05_qos_0_lost_in_transit_is_counted_and_what_the_broker_read_is_not(
    mosquitto: LocalBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("topicwright.transport.link.unconfirmed.PING_EVERY", 0.05)
    reader, raw = await clients(mosquitto.url, "reader"), Raw()
    await reader.subscribe("a", raw)
    async with Proxy(mosquitto.port) as proxy:
        publisher = await clients(proxy.url, "publisher")
        for number in range(200):
            await publisher.publish_event("a", "a", {"n": number})
        await raw.get(200)
        connection = publisher._core.require()._connection
        assert connection is not None
        await eventually(lambda: connection.unconfirmed == 0, "an answer to a ping")
        proxy.swallow = True
        for number in range(200, 207):
            await publisher.publish_event("a", "a", {"n": number})
        proxy.swallow = False
        proxy.cut()
        await eventually(lambda: publisher.stats().reconnects == 1)
        assert publisher.stats().perhaps_lost == 7
        await publisher.publish_event("a", "a", {"n": 207})
        await eventually(lambda: numbers(raw)[-1] == 207)
        await publisher.shutdown()
        assert (numbers(raw), publisher.stats().perhaps_lost) == ([*range(200), 207], 7)


async def test_row_05_qos_0_at_a_kill_blocks_nobody_for_long(mosquitto: LocalBroker, clients: Clients):
    publisher = await clients(mosquitto.url, "publisher")
    reader, raw = await clients(mosquitto.url, "reader"), Raw()
    await reader.subscribe("a", raw)
    for number in range(100):
        await publisher.publish_event("a", "a", {"n": number})
    await raw.get(100)
    mosquitto.kill()
    pending = [asyncio.create_task(publisher.publish_event("a", "a", {"n": number})) for number in range(100, 108)]
    mosquitto.start()
    await within(asyncio.gather(*pending), 5)
    await eventually(lambda: reader.connected)
    assert publisher.stats().published == 108
    await eventually(lambda: publisher.stats().reconnects == 1)


async def test_row_07_subscriptions_come_back_after_a_cut_without_a_session(mosquitto: LocalBroker, clients: Clients):
    peer = await clients(mosquitto.url, "peer")
    async with Proxy(mosquitto.port) as proxy:
        client, raw = await clients(proxy.url, session_expiry=0), Raw()
        subscription = await client.subscribe("a", raw, qos=1)
        await peer.publish_event("a", "a", {"n": 1}, qos=1)
        await raw.get(1)
        proxy.cut()
        await eventually(lambda: client.stats().reconnects == 1 and subscription.granted_qos is not None)
        await peer.publish_event("a", "a", {"n": 2}, qos=1)
        await raw.get(2)
        assert client.stats().sessions_lost == 1


async def test_row_10_messages_published_during_a_cut_arrive(mosquitto: LocalBroker, clients: Clients):
    peer = await clients(mosquitto.url, "peer")
    async with Proxy(mosquitto.port) as proxy:
        client, raw = await clients(proxy.url), Raw()
        await client.subscribe("a", raw, qos=1)
        await peer.publish_event("a", "a", {"n": 1}, qos=1)
        await raw.get(1)
        proxy.refuse = True
        proxy.cut()
        await peer.publish_event("a", "a", {"n": 2}, qos=1)
        proxy.refuse = False
        await eventually(lambda: client.stats().reconnects == 1)
        await peer.publish_event("a", "a", {"n": 3}, qos=1)
        await raw.get(3)
        assert numbers(raw) == [1, 2, 3]
        assert client.stats().sessions_lost == 0


@pytest.mark.parametrize("keepalive", [1, 2])
async def test_row_13_a_half_open_connection_is_found_within_one_and_a_half_keepalives(
    mosquitto: LocalBroker, clients: Clients, keepalive: int
):
    async with Proxy(mosquitto.port) as proxy:
        client = await clients(proxy.url, keepalive=keepalive)
        peer, raw = await clients(mosquitto.url, "peer"), Raw()
        await peer.subscribe("a", raw, qos=1)
        proxy.swallow = True
        pending = asyncio.create_task(client.publish_event("a", "a", {"n": 1}, qos=1))
        await eventually(lambda: not client.connected, timeout=keepalive * 1.5 + 0.3)
        proxy.swallow = False
        await within(pending, 2)
        await raw.get(1)
