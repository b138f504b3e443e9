"""Handlers share tasks, and each still runs as if it had its own."""

from __future__ import annotations

import asyncio
import sys
from contextvars import ContextVar

import pytest
from topicwright.mqtt.message import Incoming
from topicwright.testing import MemoryBroker

from tests.runtime.support.clients import Clients, eventually

who: ContextVar[str] = ContextVar("who", default="nobody")


def handlers_tasks() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("handler")]


async def test_a_handler_sees_the_context_it_was_registered_in_and_no_other_handlers(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen = await clients(memory_broker.url), list[tuple[str, str, str]]()

    async def handler(payload: bytes, topic: str) -> None:
        before = who.get()
        await asyncio.sleep(0)
        after = who.get()
        who.set(f"{topic} again")
        seen.append((topic, before, after))

    for topic in ("a", "b"):
        who.set(f"registered {topic}")
        await client.subscribe(topic, handler, qos=1)
    who.set("the test")
    for topic in ("a", "b", "a", "b"):
        await client.publish_event(topic, "x", {}, qos=1)
    await eventually(lambda: len(seen) == 4)
    first = [("a", "registered a", "registered a"), ("b", "registered b", "registered b")]
    assert sorted(seen) == sorted([*first, ("a", "a again", "a again"), ("b", "b again", "b again")])
    assert who.get() == "the test"


async def test_all_of_a_handler_runs_in_one_task_while_others_run_beside_it(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, tasks = await clients(memory_broker.url), asyncio.Event(), dict[str, list[object]]()

    async def waits(payload: bytes, topic: str) -> None:
        tasks[topic] = [asyncio.current_task()]
        try:
            async with asyncio.timeout(0.01):
                await go.wait()
        except TimeoutError:
            tasks[topic].append(asyncio.current_task())
        await go.wait()
        tasks[topic].append(asyncio.current_task())

    async def quick(payload: bytes) -> None:
        go.set()

    for number in range(5):
        await client.subscribe(f"waits/{number}", waits, qos=1)
    await client.subscribe("quick", quick, qos=1)
    for number in range(5):
        await client.publish_event(f"waits/{number}", "x", {}, qos=1)
    await eventually(lambda: len(tasks) == 5 and all(len(found) == 2 for found in tasks.values()))
    await client.publish_event("quick", "x", {}, qos=1)
    await eventually(lambda: all(len(found) == 3 for found in tasks.values()))
    assert all(len(set(found)) == 1 for found in tasks.values())
    assert len({found[0] for found in tasks.values()}) == 5


async def test_messages_of_one_turn_reach_their_handlers_although_the_first_wait(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, began, tasks = await clients(memory_broker.url), asyncio.Event(), list[str](), set[object]()

    async def handler(payload: bytes, topic: str) -> None:
        began.append(topic)
        tasks.add(asyncio.current_task())
        await go.wait()

    topics = [f"unit/{number}" for number in range(10)]
    for topic in topics:
        await client.subscribe(topic, handler)
    for topic in topics:
        client._dispatcher.receive(Incoming(topic, b"{}"))
    await eventually(lambda: sorted(began) == topics)
    assert len(tasks) == 10
    go.set()


async def test_handlers_that_do_not_wait_share_a_task(memory_broker: MemoryBroker, clients: Clients):
    client, seen = await clients(memory_broker.url), set[str]()

    async def handler(payload: bytes, topic: str) -> None:
        seen.add(topic)

    for number in range(200):
        await client.subscribe(f"unit/{number}", handler, qos=1)
    for number in range(200):
        await client.publish_event(f"unit/{number}", "x", {}, qos=1)
    await eventually(lambda: len(seen) == 200)
    assert len(handlers_tasks()) == 1


async def test_a_handler_that_waited_keeps_its_task_and_loses_it_with_its_subscription(
    memory_broker: MemoryBroker, clients: Clients
):
    client, tasks = await clients(memory_broker.url), dict[str, list[object]]()

    async def handler(payload: bytes, topic: str) -> None:
        await asyncio.sleep(0)
        tasks.setdefault(topic, []).append(asyncio.current_task())

    topics = [f"unit/{number}" for number in range(20)]
    for topic in topics:
        await client.subscribe(topic, handler, qos=1)
    for topic in topics * 2:
        await client.publish_event(topic, "x", {}, qos=1)
    await eventually(lambda: len(tasks) == 20 and all(len(found) == 2 for found in tasks.values()))
    assert all(len(set(found)) == 1 for found in tasks.values())
    assert len({found[0] for found in tasks.values()}) == 20
    for topic in topics:
        await client.unsubscribe(topic)
    await eventually(lambda: len(handlers_tasks()) <= 3)


async def test_cancelling_the_task_of_a_finished_handler_stops_no_other_handler(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, over, done = await clients(memory_broker.url), asyncio.Event(), list[asyncio.Task[None]](), list[str]()

    async def generate(payload: bytes) -> None:
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        over.append(task)

    async def pay(payload: bytes) -> None:
        await go.wait()
        done.append("paid")

    await client.subscribe("generate", generate, qos=1)
    await client.subscribe("pay", pay, qos=1)
    await client.publish_event("generate", "x", {}, qos=1)
    await eventually(lambda: client.stats().filters["generate"].handled == 1)
    await client.publish_event("pay", "x", {}, qos=1)
    await eventually(lambda: client.stats().filters["pay"].in_flight == 1)
    over[0].cancel()
    await asyncio.sleep(0)
    go.set()
    await eventually(lambda: done == ["paid"])
    await client.publish_event("generate", "x", {}, qos=1)
    await eventually(lambda: client.stats().filters["generate"].handled == 2)


async def test_a_handler_that_cancels_its_task_and_returns_harms_no_other(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, done = await clients(memory_broker.url), asyncio.Event(), list[str]()

    async def careless(payload: bytes) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    async def careful(payload: bytes) -> None:
        await go.wait()
        done.append("careful")

    await client.subscribe("careless", careless, qos=1)
    await client.subscribe("careful", careful, qos=1)
    for _ in range(3):
        await asyncio.gather(
            client.publish_event("careless", "x", {}, qos=1), client.publish_event("careful", "x", {}, qos=1)
        )
    go.set()
    await eventually(lambda: len(done) == 3)
    assert client.stats().filters["careful"].failed == 0


async def test_messages_reach_their_handlers_after_all_tasks_were_cancelled(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, began, done = await clients(memory_broker.url), asyncio.Event(), list[str](), list[str]()

    async def handler(payload: bytes, topic: str) -> None:
        began.append(topic)
        await go.wait()
        done.append(topic)

    for topic in ("a", "b", "c"):
        await client.subscribe(topic, handler, qos=1)
    for topic in ("a", "b"):
        await client.publish_event(topic, "x", {}, qos=1)
    await eventually(lambda: len(began) == 2)
    for task in handlers_tasks():
        task.cancel()
    await client.publish_event("a", "x", {}, qos=1)
    await client.publish_event("c", "x", {}, qos=1)
    go.set()
    await eventually(lambda: sorted(done) == ["a", "c"])
    assert [client.stats().filters[topic].failed for topic in ("a", "b", "c")] == [1, 1, 0]
    assert client.stats().filters["a"].in_flight == 0


async def test_a_task_that_is_cancelled_in_the_turn_in_which_a_message_comes_loses_nothing(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen, tasks = await clients(memory_broker.url), list[bytes](), list[asyncio.Task[None]]()

    async def handler(payload: bytes) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        await asyncio.sleep(0)
        seen.append(payload)

    await client.subscribe("a", handler)
    for cancelled_first in (False, True, False, True):
        client._dispatcher.receive(Incoming("a", b"before"))
        await eventually(lambda: client.stats().filters["a"].in_flight == 0)
        await asyncio.sleep(0)
        if cancelled_first:
            tasks[-1].cancel()
        client._dispatcher.receive(Incoming("a", b"{}"))
        if not cancelled_first:
            tasks[-1].cancel()
        await eventually(lambda: seen[-1] == b"{}")
    assert seen == [b"before", b"{}"] * 4
    assert client.stats().filters["a"].failed == 0


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks start eagerly from Python 3.12 on")
async def test_no_handler_begins_inside_of_the_transport_where_tasks_start_eagerly(
    memory_broker: MemoryBroker, clients: Clients
):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
    client, seen = await clients(memory_broker.url), list[object]()

    async def handler(payload: bytes) -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)

    for number in range(30):
        await client.subscribe(f"unit/{number}", handler, qos=1)
    for number in range(30):
        await client.publish_event(f"unit/{number}", "x", {}, qos=1)
    await eventually(lambda: len(seen) == 30)
    assert all(isinstance(task, asyncio.Task) and task.get_name().startswith("handler") for task in seen)
