"""Handlers that fail, that cancel themselves, and objects that are not handlers."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from unittest.mock import AsyncMock

import pytest
from topicwright import Event, TopicError, dead_letter, retry
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import MEMORY, MEMORY_QUERY, MemoryQuery
from tests.runtime.support.clients import Clients, Raw, eventually, within

Broker = LocalBroker | MemoryBroker


async def test_an_error_is_logged_and_counted_and_dispatch_continues(
    broker: Broker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    client = await clients(broker.url)
    got: list[int] = []

    async def handler(event: Event[MemoryQuery]) -> None:
        got.append(event.data.top_k)
        if event.data.top_k < 4:
            raise [ValueError, asyncio.CancelledError, TimeoutError][event.data.top_k - 1]("broken")

    await client.on(MEMORY_QUERY, handler)
    for number in range(1, 6):
        await client.publish(MEMORY_QUERY, MemoryQuery(text="x", top_k=number))
    await eventually(lambda: got == [1, 2, 3, 4, 5])
    counts = client.stats().filters["memory/query"]
    await eventually(lambda: client.stats().filters["memory/query"].handled == 2)
    assert counts.failed == 3
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 3
    assert all("memory/query" in record.getMessage() for record in errors)


async def test_row_28_a_handler_that_cancels_its_own_task_stops_nothing(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)
        task = asyncio.current_task()
        if len(got) == 1 and task is not None:
            task.cancel()
            await asyncio.sleep(0)

    await client.subscribe("a", handler, qos=1)
    for _ in range(3):
        await client.publish_event("a", "x", {}, qos=1)
    await eventually(lambda: len(got) == 3)
    await eventually(lambda: client.stats().filters["a"].handled == 2)
    assert client.stats().filters["a"].failed == 1


class OddError(BaseException):
    """Like what some test and task libraries stop a program with."""


async def test_row_28_a_handler_that_raises_a_base_exception_stops_nothing(broker: Broker, clients: Clients):
    client, dead = await clients(broker.url, on_error=retry(2, 0.01, then=dead_letter("dead"))), Raw()
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)
        if len(got) < 3:
            raise [OddError, GeneratorExit][len(got) - 1]("odd")

    await client.subscribe("dead", dead, qos=1)
    await client.subscribe("a", handler, qos=1)
    for number in range(4):
        await client.publish_event("a", "x", {"n": number}, qos=1)
    await eventually(lambda: client.stats().filters["a"].handled == 2)
    assert client.stats().filters["a"].failed == 2
    assert len(await dead.get(1)) == 1  # GeneratorExit is the end of its task, which is made anew


async def test_a_handler_that_takes_no_cancellation_does_not_hold_shutdown_up(
    memory_broker: MemoryBroker, clients: Clients, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("topicwright.dispatch.handlers.workers.CANCEL_TIMEOUT", 0.05)
    client = await clients(memory_broker.url, shutdown_timeout=0.05)
    through, began = asyncio.Event(), asyncio.Event()

    async def handler(payload: bytes) -> None:
        began.set()
        while not through.is_set():
            with suppress(asyncio.CancelledError):
                await through.wait()

    await client.subscribe("a", handler, qos=1)
    await client.publish_event("a", "x", {}, qos=1)
    await within(began.wait())
    await within(client.shutdown())
    through.set()
    assert "the handler of a did not end although it was cancelled" in caplog.text


@pytest.mark.parametrize("handler", [lambda payload: None, print, object()])
async def test_a_handler_that_is_not_async_is_a_type_error(
    memory_broker: MemoryBroker, clients: Clients, handler: object
):
    client = await clients(memory_broker.url)
    with pytest.raises(TypeError, match="must be an 'async def' function"):
        await client.subscribe("a", handler)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="async def"):
        await client.on(MEMORY_QUERY, handler)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="async def"):
        await client.serve(MEMORY, handler)  # type: ignore[arg-type]


async def test_a_mock_of_an_async_function_is_a_handler(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    mock = AsyncMock()
    await client.on(MEMORY_QUERY, mock)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    await eventually(lambda: mock.await_count == 1)


async def test_a_wrong_filter_is_refused(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    for text in ("", "a/#/b", "a+", "$share/x"):
        with pytest.raises(TopicError):
            await client.subscribe(text, Raw())
