"""The event loop belongs to everybody: handlers that never wait have a part of each turn, and no more."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import pytest
from topicwright.dispatch.handlers import loop_share
from topicwright.dispatch.handlers.loop_share import LoopShare
from topicwright.dispatch.handlers.turn import (
    MESSAGES_OF_A_BACKLOG,
    MESSAGES_PER_TURN,
    PAUSE,
    TURNS_OF_A_BACKLOG,
    Turn,
)
from topicwright.mqtt.message import Incoming
from topicwright.testing import MemoryBroker

from tests.runtime.support.clients import Clients, eventually, make, transport
from tests.runtime.support.script_broker import ScriptBroker, publish

BACKLOG = 200


class Turns:
    """Counts the turns of the event loop."""

    def __init__(self) -> None:
        self.count = 0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)

    def stop(self) -> None:
        self._task.cancel()


@pytest.fixture(params=["engine", "library"])
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("concurrency", [1, 4])
async def test_row_50_the_loop_has_a_turn_after_a_few_messages(over: str, qos: int, concurrency: int):
    packets = [publish("a", packet_id=number if qos else None) for number in range(1, BACKLOG + 1)]
    seen = list[int]()
    async with ScriptBroker(*packets) as broker, make(broker.url, "me") as client:
        turns = Turns()

        async def handler(payload: bytes) -> None:
            seen.append(turns.count)

        await client.subscribe("a", handler, qos=qos, concurrency=concurrency)
        await eventually(lambda: len(seen) == BACKLOG)
        turns.stop()
    assert max(Counter(seen).values()) <= MESSAGES_PER_TURN * 2
    assert seen[-1] - seen[0] >= BACKLOG / MESSAGES_PER_TURN / 2


async def test_row_50_acknowledgements_go_out_while_a_handler_works_through_a_backlog(over: str):
    packets = [publish("a", packet_id=number) for number in range(1, BACKLOG + 1)]
    acknowledged = list[int]()
    async with ScriptBroker(*packets) as broker, make(broker.url, "me") as client:

        async def handler(payload: bytes) -> None:
            time.sleep(0.002)  # noqa: ASYNC251
            acknowledged.append(broker.count("PUBACK"))

        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: broker.count("PUBACK") == BACKLOG)
    assert 0 < acknowledged[BACKLOG // 2] < BACKLOG


async def test_row_50_a_long_backlog_of_a_blocking_handler_keeps_its_connection(over: str):
    """As many keep alives pass as in a backlog of minutes with the usual one: PINGREQ must go out in between."""
    packets = [publish("a", b"%d" % number, packet_id=number) for number in range(1, 41)]
    seen = list[bytes]()
    async with ScriptBroker(*packets) as broker, make(broker.url, "me", keepalive=1) as client:

        async def handler(payload: bytes) -> None:
            time.sleep(0.08)  # noqa: ASYNC251
            seen.append(payload)

        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: broker.count("PUBACK") == 40)
        assert client.stats().reconnects == 0
    assert len(seen) == len(set(seen)) == 40
    assert broker.connections == 1


async def test_handlers_take_turns_although_none_of_them_waits(memory_broker: MemoryBroker, clients: Clients):
    client, order = await clients(memory_broker.url), list[str]()

    async def handler(payload: bytes, topic: str) -> None:
        time.sleep(0.006)  # noqa: ASYNC251
        order.append(topic)

    for topic in ("a", "b", "c"):
        await client.subscribe(topic, handler)
    for topic in ("a", "b", "c"):
        for _ in range(5):
            client._dispatcher.receive(Incoming(topic, b""))
    await eventually(lambda: len(order) == 15)
    assert [sorted(order[at : at + 3]) for at in range(0, 15, 3)] == [["a", "b", "c"]] * 5


async def test_handlers_with_tasks_of_their_own_share_turns_and_none_starves(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen, turns = await clients(memory_broker.url), Counter[str](), Turns()
    at = Counter[int]()

    async def handler(payload: bytes, topic: str) -> None:
        if payload:
            await asyncio.sleep(0)  # from now on it has a task of its own
        else:
            at[turns.count] += 1
            seen[topic] += 1
            assert max(seen.values()) - min(seen[name] for name in topics) <= 2 * MESSAGES_PER_TURN

    topics = [f"unit/{number}" for number in range(20)]
    for topic in topics:
        await client.subscribe(topic, handler)
        client._dispatcher.receive(Incoming(topic, b"wait"))
    await eventually(lambda: client.stats().total("handled") == 20)
    for topic in topics:
        for _ in range(12):
            client._dispatcher.receive(Incoming(topic, b""))
    await eventually(lambda: seen.total() == 240)
    turns.stop()
    assert client.stats().total("failed") == 0
    assert max(at.values()) <= MESSAGES_PER_TURN * 2


async def test_cancelling_a_task_that_waits_for_its_turn_loses_no_message(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen, tasks = await clients(memory_broker.url), list[bytes](), set[asyncio.Task[object]]()

    async def handler(payload: bytes) -> None:
        task = asyncio.current_task()
        assert task is not None
        if task not in tasks:
            tasks.add(task)
            asyncio.get_running_loop().call_soon(task.cancel)
        seen.append(payload)

    for topic in ("a", "b"):
        await client.subscribe(topic, handler)
    sent = [b"%d" % number for number in range(40)]
    for payload in sent:
        client._dispatcher.receive(Incoming("a", payload))
        client._dispatcher.receive(Incoming("b", payload))
    await eventually(lambda: len(seen) == 80)
    assert sorted(seen) == sorted(sent * 2)
    assert client.stats().of("a").in_flight == 0


async def test_shutdown_ends_in_the_middle_of_a_backlog_of_a_blocking_handler(
    memory_broker: MemoryBroker, clients: Clients
):
    client, seen = await clients(memory_broker.url, shutdown_timeout=0.05), list[bytes]()

    async def handler(payload: bytes) -> None:
        time.sleep(0.01)  # noqa: ASYNC251
        seen.append(payload)

    await client.subscribe("a", handler, qos=1)
    for number in range(300):
        memory_broker.publish("a", b"%d" % number, qos=1)
    await eventually(lambda: seen)
    await client.shutdown()
    assert len(seen) < 300


async def test_a_turn_has_few_messages_and_more_in_a_long_backlog(monkeypatch: pytest.MonkeyPatch):
    turn, sizes = Turn(), list[float]()
    for _ in range(TURNS_OF_A_BACKLOG + 2):
        sizes.append(turn.left)
        turn.left = 0
        await turn.next(used=True)
    assert sizes == [MESSAGES_PER_TURN] * TURNS_OF_A_BACKLOG + [MESSAGES_OF_A_BACKLOG] * 2
    turn.all_done()
    assert turn.left == MESSAGES_OF_A_BACKLOG  # the next portion of it comes at once
    monkeypatch.setattr("topicwright.dispatch.handlers.turn.perf_counter", lambda: time.perf_counter() + 2 * PAUSE)
    await turn.next(used=True)
    assert turn.left == MESSAGES_PER_TURN


async def test_a_handler_that_waited_has_its_part_of_a_turn_back():
    turn = Turn()
    for _ in range(MESSAGES_PER_TURN * 3):
        turn.left -= 1
        turn.give_back()
    assert turn.left == MESSAGES_PER_TURN
    turn.give_back()
    assert turn.left == MESSAGES_PER_TURN


# -- the warning -------------------------------------------------------------------------------------------------


def steps(monkeypatch: pytest.MonkeyPatch, *, seconds: float, pause: float, count: int) -> None:
    """Give a handler's steps and the pauses between them to its share of the loop."""
    now = 1000.0
    share = LoopShare("the/filter")
    monkeypatch.setattr(loop_share, "perf_counter", lambda: now)
    for _ in range(count):
        now += pause + seconds
        share.add(seconds)


def test_a_handler_whose_messages_together_hold_the_loop_is_named_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    steps(monkeypatch, seconds=0.1, pause=0.001, count=200)
    assert len(caplog.records) == 1
    assert (
        "the handler of the/filter kept the event loop for 1.1 of 1.1 s, in 11 steps of at most 100 ms" in caplog.text
    )


def test_a_handler_that_leaves_the_loop_to_others_is_not_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    steps(monkeypatch, seconds=0.1, pause=0.2, count=200)
    assert caplog.text == ""


async def test_steps_after_waiting_count_too(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(loop_share, "BLOCKED_AFTER", 0.05)
    client = await clients(memory_broker.url)

    async def handler(payload: bytes) -> None:
        await asyncio.sleep(0)
        time.sleep(0.02)  # noqa: ASYNC251

    await client.subscribe("hog", handler)
    for _ in range(5):
        memory_broker.publish("hog", b"")
    await eventually(lambda: client.stats().of("hog").handled == 5)
    assert "the handler of hog kept the event loop" in caplog.text
