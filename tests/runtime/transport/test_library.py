"""The library transport takes what the engine takes: many files, busy executors, packet ids that run out."""

from __future__ import annotations

import asyncio
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import mqtt5
import pytest
from topicwright.transport.paho import exchange

from tests.runtime.support.clients import Clients, eventually, within
from tests.runtime.support.scripted_broker import Link, ScriptedBroker, ack, publish, suback


@pytest.fixture
def many_files() -> Iterator[None]:
    """Open more files than select() can watch."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1400:
        pytest.skip(f"this system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1400), hard))
    with ExitStack() as files:
        for _ in range(1100):
            files.enter_context(Path("/dev/null").open())
        yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
async def test_a_paused_connection_is_read_above_1024_files(clients: Clients):
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
    async with ScriptedBroker() as broker:

        def on_subscribe(link: Link, packet: mqtt5.SubscribePacket) -> bool:
            flood = (publish(b"t", qos=1, packet_id=number) for number in range(1, 1501))
            return link.send(suback(packet.packet_id, 1), *flood)

        broker.hooks[mqtt5.SubscribePacket] = on_subscribe
        done = 0
        client = await clients(broker.url, "me", transport="library", protocol="5", receive_maximum=400)

        async def handler(payload: bytes) -> None:
            nonlocal done
            await client.publish_event("out", "x", {}, qos=1)  # its answer comes over the connection that is paused
            done += 1

        await client.subscribe("t", handler, qos=1)
        await eventually(lambda: done >= 20)
    assert errors == []


async def test_connecting_leaves_the_default_executor_to_the_program(clients: Clients):
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    release = threading.Event()
    blocked = asyncio.get_running_loop().run_in_executor(None, release.wait)
    async with ScriptedBroker() as broker:
        try:
            await within(clients(broker.url, "me", transport="library", protocol="5"))
        finally:
            release.set()
            await blocked


async def test_packet_ids_that_run_out_are_waited_for(clients: Clients, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exchange, "MOST_UNACKNOWLEDGED", 3)
    async with ScriptedBroker() as broker:
        kept: list[Any] = []

        def on_publish(link: Link, packet: mqtt5.PublishPacket) -> bool:
            kept.append(packet)
            return True

        broker.hooks[mqtt5.PublishPacket] = on_publish
        client = await clients(broker.url, "me", transport="library", protocol="5")
        sending = [asyncio.create_task(client.publish_event("a", "x", {}, qos=1)) for _ in range(7)]
        await eventually(lambda: len(kept) == 3)
        for number in range(7):
            await eventually(lambda n=number: len(kept) > n)
            broker.links[0].send(ack(0x40, kept[number].packet_id))
        await within(asyncio.gather(*sending))
        assert len({packet.packet_id for packet in kept}) == 7


async def test_a_packet_id_in_use_is_not_given_twice(clients: Clients):
    async with ScriptedBroker() as broker:
        kept: list[Any] = []

        def on_publish(link: Link, packet: mqtt5.PublishPacket) -> bool:
            kept.append(packet)
            return len(kept) == 1

        broker.hooks[mqtt5.PublishPacket] = on_publish
        client = await clients(broker.url, "me", transport="library", protocol="5")
        first = asyncio.create_task(client.publish_event("a", "x", {}, qos=1))
        await eventually(lambda: kept)
        session: Any = client._core.session  # the id is made to come round at once
        session._connection._client._paho._last_mid = kept[0].packet_id - 1
        await within(client.publish_event("b", "x", {}, qos=1))
        assert kept[1].packet_id != kept[0].packet_id
        broker.links[0].send(ack(0x40, kept[0].packet_id))
        await within(first)
