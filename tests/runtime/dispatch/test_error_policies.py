"""Error policies of handlers that fail, and warnings for handlers that block the event loop."""

from __future__ import annotations

import asyncio
import time

import pytest
from topicwright import Event, TopicError, dead_letter, ignore, retry
from topicwright.dispatch.handlers.stepping import watched
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import MEMORY, MEMORY_QUERY, MemoryQuery, MemoryQueryResult
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually

Broker = LocalBroker | MemoryBroker


class Failing:
    """Fails the first ``times`` calls."""

    def __init__(self, times: int, error: BaseException | None = None) -> None:
        self.times = times
        self.error = error or RuntimeError("not now")
        self.calls: list[bytes] = []

    async def __call__(self, payload: bytes) -> None:
        self.calls.append(payload)
        if len(self.calls) <= self.times:
            raise self.error


async def test_row_27_a_message_is_retried_then_dead_lettered_and_the_next_follows(broker: Broker, clients: Clients):
    client, letters, handler = await clients(broker.url), Raw(), Failing(3)
    await client.subscribe("dead", letters, qos=1)
    await client.subscribe("a", handler, qos=1, on_error=retry(2, 0.01, then=dead_letter("dead")))
    await client.publish_event("a", "a", {"n": 1}, qos=1)
    await client.publish_event("a", "a", {"n": 2}, qos=1)
    await letters.get(1)
    await eventually(lambda: client.stats().filters["a"].handled == 1)
    assert [b'"n":1' in payload for payload in handler.calls] == [True, True, True, False]
    counts = client.stats().filters["a"]
    assert (counts.failed, counts.retried, counts.dead_lettered) == (1, 2, 1)
    assert letters.items[0][1] == handler.calls[0]


async def test_a_dead_letter_names_its_origin_and_the_reason(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, on_error=dead_letter("dead"))
    await client.subscribe("a", Failing(1), qos=1)
    memory_broker.publish("a", b"x", qos=1)
    await eventually(lambda: memory_broker.messages[-1].topic == "dead")
    assert memory_broker.messages[-1].properties.user == (
        ("topic", "a"), ("reason", "RuntimeError: not now"), ("client", "me"),
    )  # fmt: skip


async def test_a_second_attempt_that_succeeds_is_not_counted_as_a_failure(
    memory_broker: MemoryBroker, clients: Clients
):
    client, handler = await clients(memory_broker.url, on_error=retry(3, 0.01)), Failing(1)
    await client.subscribe("a", handler, qos=1)
    memory_broker.publish("a", b"x", qos=1)
    await eventually(lambda: client.stats().filters["a"].handled == 1)
    assert (client.stats().filters["a"].failed, client.stats().filters["a"].retried) == (0, 1)


async def test_the_policy_of_a_subscription_wins_over_the_clients(memory_broker: MemoryBroker, clients: Clients):
    client, handler = await clients(memory_broker.url, on_error=retry(5, 0.01)), Failing(1)
    await client.subscribe("a", handler, qos=1, on_error=ignore())
    memory_broker.publish("a", b"x", qos=1)
    await eventually(lambda: client.stats().filters["a"].failed == 1)
    assert len(handler.calls) == 1


async def test_typed_handlers_and_responders_have_policies_too(memory_broker: MemoryBroker, clients: Clients):
    client, calls = await clients(memory_broker.url), 0

    async def answer(event: Event[MemoryQuery]) -> MemoryQueryResult:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise RuntimeError("not now")
        return MemoryQueryResult(query=event.data.text, k=calls)

    await client.serve(MEMORY, answer, on_error=retry(2, 0.01))
    assert (await client.request(MEMORY, MemoryQuery(text="x"))).k == 3


async def test_an_invalid_message_is_not_tried_again(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]](), on_error=retry(5, 10.0))
    memory_broker.publish("memory/query", b"{", qos=1)
    await eventually(lambda: client.stats().filters["memory/query"].invalid == 1)
    assert client.stats().filters["memory/query"].retried == 0


async def test_a_message_that_waits_for_its_next_attempt_is_not_acknowledged_at_shutdown(
    mosquitto: LocalBroker, clients: Clients
):
    client, handler = await clients(mosquitto.url, shutdown_timeout=0.1), Failing(1)
    await client.subscribe("a", handler, qos=1, on_error=retry(1, 60.0))
    await client.publish_event("a", "a", {}, qos=1)
    await eventually(lambda: handler.calls)
    await client.shutdown()
    await client.connect()
    await eventually(lambda: len(handler.calls) == 2)


def test_wrong_policies_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        retry(-1)
    with pytest.raises(TopicError):
        dead_letter("a/#")


def test_delays_grow_to_a_bound():
    policy = retry(20, 0.5)
    assert 0.25 <= policy.delay(1) <= 0.5
    assert 15 <= policy.delay(20) <= 30


async def test_a_handler_that_blocks_the_loop_is_named(
    memory_broker: MemoryBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    client = await clients(memory_broker.url)

    async def block(payload: bytes) -> None:
        await asyncio.sleep(0)
        time.sleep(1.1)  # noqa: ASYNC251

    await client.subscribe("slow", block)
    await client.subscribe("patient", patient)
    memory_broker.publish("slow", b"x")
    memory_broker.publish("patient", b"x")
    await eventually(lambda: client.stats().total("handled") == 2)
    assert "the handler of slow blocked the event loop for 1.1 s" in caplog.text
    assert "handler of patient" not in caplog.text


async def patient(payload: bytes) -> None:
    await asyncio.sleep(1.2)


async def test_watching_passes_values_errors_and_cancellations():
    async def work() -> None:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, KeyError("x"))
        with pytest.raises(KeyError):
            await future
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RuntimeError("cancelled in time") from None

    async def waits() -> None:
        steps = work()
        await watched(steps, steps.send(None), "a")

    task = asyncio.create_task(waits())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(RuntimeError, match="cancelled in time"):
        await task
