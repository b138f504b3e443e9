"""Requirement 19: handlers that fail, that cancel themselves, that are none."""

from __future__ import annotations

import asyncio
import logging
from unittest.mock import AsyncMock

import pytest
from runtime_catalog import MEMORY, MEMORY_QUERY, MemoryQuery
from runtime_support import Clients, Raw, eventually
from topicwright import Event, TopicError
from topicwright.testing import LocalBroker, MemoryBroker

Broker = LocalBroker | MemoryBroker


async def test_requirement_19_an_error_is_logged_counted_and_dispatch_goes_on(
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


@pytest.mark.parametrize("handler", [lambda payload: None, print, object()])
async def test_requirement_19_a_handler_that_is_not_async_is_a_type_error(
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
