"""Handlers share tasks: how shutting down and connecting again get along with that."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from topicwright import MQTTClient, OutboxError, SessionTakenOverError, Subscription
from topicwright.dispatch.handlers import workers
from topicwright.mqtt.message import Incoming
from topicwright.testing import MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, within


async def test_a_handler_that_stops_waiting_for_shutdown_gets_no_further_message(
    memory_broker: MemoryBroker, clients: Clients
):
    client, began = await clients(memory_broker.url, "it", shutdown_timeout=0.3), list[bytes]()

    async def handler(payload: bytes) -> None:
        began.append(payload)
        if len(began) == 1:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.shutdown()
        else:
            await asyncio.sleep(30)

    async def slow(payload: bytes) -> None:
        await asyncio.sleep(0.15)

    await client.subscribe("slow", slow, qos=1)
    await client.subscribe("a", handler, qos=1)
    await client.publish_event("slow", "x", {}, qos=1)
    await asyncio.gather(*(client.publish_event("a", "x", {}, qos=1) for _ in range(2)))
    await eventually(lambda: not client.connected)
    await within(client.shutdown())
    assert len(began) == 2
    again = Raw()
    other = await clients(memory_broker.url, "it")
    await other.subscribe("a", again, qos=1)
    await again.get()  # it was cancelled, and comes again


async def test_an_abandoned_connect_leaves_no_second_worker_for_a_handler(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, began, at, most = await clients(memory_broker.url), asyncio.Event(), asyncio.Event(), 0, 0

    async def handler(payload: bytes) -> None:
        nonlocal at, most
        if payload == b"first":
            began.set()
            await go.wait()
            return
        at += 1
        most = max(most, at)
        await asyncio.sleep(0.005)
        at -= 1

    await client.subscribe("a", handler)
    client._dispatcher.receive(Incoming("a", b"first"))
    await within(began.wait())
    assert client._core.session is not None
    client._core.session.failed.set_result(SessionTakenOverError("taken over"))
    attempt = asyncio.ensure_future(client.connect())
    for _ in range(100):  # it is for two turns of the loop
        if client._dispatcher._workers._draining:
            break
        await asyncio.sleep(0)
    assert not attempt.done()
    attempt.cancel()
    await asyncio.gather(attempt, return_exceptions=True)
    await within(client.connect())
    go.set()
    await asyncio.sleep(0.01)
    for _ in range(10):
        client._dispatcher.receive(Incoming("a", b"more"))
    await eventually(lambda: client.stats().filters["a"].handled >= 10)
    assert most == 1


async def test_a_handler_left_running_at_shutdown_does_not_serve_the_next_connection(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workers, "CANCEL_TIMEOUT", 0.05)
    client, go, left, at, most = await clients(memory_broker.url, shutdown_timeout=0.05), asyncio.Event(), False, 0, 0

    async def handler(payload: bytes) -> None:
        nonlocal left, at, most
        if not left:
            left = True
            while not go.is_set():
                with suppress(asyncio.CancelledError):
                    await go.wait()
            return
        at += 1
        most = max(most, at)
        if at == 1 and not go.is_set():
            go.set()
            await asyncio.sleep(0.01)  # the other one ends meanwhile
        await asyncio.sleep(0)
        at -= 1

    await client.subscribe("a", handler, qos=1)
    await client.publish_event("a", "x", {}, qos=1)
    await eventually(lambda: left)
    await within(client.shutdown())
    await within(client.connect())
    for _ in range(20):
        await client.publish_event("a", "x", {}, qos=1)
    await eventually(lambda: client.stats().filters["a"].handled >= 20)
    assert most == 1


def test_a_subscription_of_an_event_loop_that_has_ended_can_be_closed(memory_broker: MemoryBroker, tmp_path: Path):
    client = MQTTClient(memory_broker.url, "me")

    async def subscribe() -> Subscription:
        async def handle(payload: bytes) -> None:
            handled.append(payload)
            await asyncio.sleep(0)

        await client.connect()
        await client.subscribe("a", handle, qos=1)
        await client.publish_event("a", "a", {}, qos=1)
        await eventually(lambda: handled)
        (registration,) = client._dispatcher.registrations
        return client._registrations.subscription(registration)

    async def fail_to_connect_and_close(subscription: Subscription) -> None:
        client._core.settings = client.settings.model_copy(update={"outbox": f"sqlite:///{tmp_path}"})
        with pytest.raises(OutboxError):
            await client.connect()
        await subscription.close()

    handled: list[bytes] = []
    loop = asyncio.new_event_loop()
    subscription = loop.run_until_complete(subscribe())
    loop.close()
    asyncio.run(fail_to_connect_and_close(subscription))
