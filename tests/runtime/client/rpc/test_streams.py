"""Streams of replies, and requests over the life of a client."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import Event, NotConnectedError, RequestTimeoutError
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    LLM,
    LLM_DELTAS,
    LLM_STREAM,
    MEMORY,
    Delta,
    LLMRequest,
    MemoryQuery,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Raw, eventually

Broker = LocalBroker | MemoryBroker


async def stream_of(client: object, event: Event[LLMRequest], count: int) -> None:
    for seq in range(1, count + 1):
        delta = Delta(id=event.id, seq=seq, delta=f"{seq}", done=seq == count)
        await client.publish(LLM_STREAM, delta, correlation_id=event.id)  # type: ignore[attr-defined]


async def test_a_stream_ends_at_done(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")

    async def llm(event: Event[LLMRequest]) -> None:
        await stream_of(server, event, 50)

    await server.on(LLM.request, llm)
    got = [delta.seq async for delta in client.stream(LLM_DELTAS, LLMRequest(text="x"), timeout=5)]
    assert got == list(range(1, 51))


async def test_two_streams_at_once_do_not_mix(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")

    async def llm(event: Event[LLMRequest]) -> None:
        await stream_of(server, event, int(event.data.text))

    await server.on(LLM.request, llm)

    async def read(count: int) -> list[int]:
        return [delta.seq async for delta in client.stream(LLM_DELTAS, LLMRequest(text=str(count)), timeout=5)]

    assert await asyncio.gather(read(5), read(9)) == [list(range(1, 6)), list(range(1, 10))]


async def test_a_stream_that_falls_silent_times_out(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def llm(event: Event[LLMRequest]) -> None:
        await client.publish(LLM_STREAM, Delta(id=event.id, seq=1), correlation_id=event.id)

    await client.on(LLM.request, llm)
    stream = client.stream(LLM_DELTAS, LLMRequest(text="x"), timeout=0.2)
    assert (await anext(stream)).seq == 1
    with pytest.raises(RequestTimeoutError):
        await anext(stream)


async def test_a_stream_that_is_left_early_is_forgotten(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def llm(event: Event[LLMRequest]) -> None:
        await stream_of(client, event, 10)

    await client.on(LLM.request, llm)
    stream = client.stream(LLM_DELTAS, LLMRequest(text="x"), timeout=5)
    async for delta in stream:
        if delta.seq == 3:
            break
    await stream.aclose()  # type: ignore[attr-defined]
    assert client._requests._replies._waiting == {}
    await eventually(lambda: client.stats().unmatched_replies > 0)


async def test_request_before_connect(clients: Clients):
    client = clients.make("memory://none", "me")
    with pytest.raises(NotConnectedError):
        await client.request(MEMORY, MemoryQuery(text="x"))
    with pytest.raises(NotConnectedError):
        await anext(client.stream(LLM_DELTAS, LLMRequest(text="x")))


async def test_requests_after_shutdown_and_connect(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    await client.serve(MEMORY, answer_memory)
    for number in range(3):
        assert (await client.request(MEMORY, MemoryQuery(text=str(number)), timeout=5)).query == str(number)
        await client.shutdown()
        await client.connect()
    assert client.stats().unmatched_replies == 0


async def test_a_listening_that_failed_is_tried_again(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, publish_timeout=0.2)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    for _ in range(2):
        with pytest.raises(Exception, match="reconnecting"):
            await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)
    memory_broker.start()
    await eventually(lambda: client.connected)
    await client.serve(MEMORY, answer_memory)
    assert (await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)).query == "x"


async def test_a_cancelled_request_leaves_nothing_behind(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    for steps in range(12):
        task = asyncio.create_task(client.request(MEMORY, MemoryQuery(text="x"), timeout=5))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert client._requests._replies._waiting == {}
    await client.serve(MEMORY, answer_memory)
    assert (await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)).query == "x"


async def test_the_reply_topic_of_a_peer_is_not_kept_for_a_client_that_is_gone(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    await client.serve(MEMORY, answer_memory)
    await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)
    raw = Raw()
    await client.subscribe("a", raw, qos=1)
    await client.shutdown()
    assert set(memory_broker._sessions["me"].subscriptions) == {"memory/query", "a"}
