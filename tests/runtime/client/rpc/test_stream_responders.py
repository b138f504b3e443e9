"""A stream has a responder, and its requester hears how it ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import mqtt5
import pytest
from topicwright import Call, Event, MQTTClient, NobodyListensError, RemoteError, Reply, Topic
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    LLM,
    LLM_DELTAS,
    LLM_STREAM,
    Delta,
    LLMRequest,
    LLMResponse,
    TraceHeaders,
    topic,
)
from tests.runtime.support.clients import Clients, within
from tests.runtime.support.scripted_broker import ScriptedBroker, ack

Broker = LocalBroker | MemoryBroker
LONG = 60.0
"""Seconds that no request waits for here: it ends before, or the test fails by its own deadline."""
TRACED: Call[LLMRequest, Delta, Any, Any] = Call(
    LLM.request, (topic("traced", "traced", Delta, correlation="id", headers=TraceHeaders),), until="done"
)
EXACT: Topic[Delta, Any, Any] = Topic("exact", "exact", Delta, qos=2, wire="tars")
EXACT_REPLY: Topic[Delta, Any, Any] = Topic("exact/reply", "exact.reply", Delta, wire="tars")


async def deltas(event: Event[LLMRequest]) -> AsyncGenerator[Delta, None]:
    for seq in range(1, 4):
        if event.data.text == f"fail at {seq}":
            raise ValueError("the model is gone")
        yield Delta(id=event.id, seq=seq, done=seq == 3)


async def failing(client: MQTTClient, text: str) -> list[int]:
    """Return what a stream yields before it ends with the error of its responder."""
    got: list[int] = []
    stream = aiter(client.stream(LLM_DELTAS, LLMRequest(text=text), timeout=LONG))

    async def follow() -> None:
        while True:
            got.append((await anext(stream)).seq)

    with pytest.raises(RemoteError, match="the model is gone"):
        await follow()
    return got


async def test_a_responder_yields_the_replies_of_a_stream(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")
    await server.answer_stream(LLM_DELTAS, deltas)
    got = [delta.seq async for delta in client.stream(LLM_DELTAS, LLMRequest(text="x"), timeout=LONG)]
    assert got == [1, 2, 3]


async def test_row_56_a_stream_ends_with_the_error_of_its_responder(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")
    await server.answer_stream(LLM_DELTAS, deltas)
    for at in (1, 2, 3):
        assert await within(failing(client, f"fail at {at}")) == list(range(1, at))


async def test_a_stream_ends_with_the_error_of_a_responder_of_another_call(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")

    async def llm(event: Event[LLMRequest]) -> LLMResponse:
        for seq in (1, 2):
            await server.publish(LLM_STREAM, Delta(id=event.id, seq=seq), correlation_id=event.id)
        raise ValueError("the model is gone")

    await server.serve(LLM, llm)
    assert await within(failing(client, "x")) == [1, 2]
    with pytest.raises(RemoteError, match="the model is gone"):
        await within(client.request(LLM, LLMRequest(text="x"), timeout=LONG))


async def test_replies_of_a_stream_come_with_their_headers(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")

    async def answer(event: Event[LLMRequest]) -> AsyncGenerator[Reply[Delta, TraceHeaders], None]:
        for seq in (1, 2):
            yield Reply(Delta(id=event.id, seq=seq, done=seq == 2), TraceHeaders(trace="t", hop=seq))

    await server.answer_stream(TRACED, answer)
    got = [event async for event in client.replies(TRACED, LLMRequest(text="x"), timeout=LONG)]
    assert [(event.data.seq, event.headers.hop, event.type) for event in got] == [(1, 1, "traced"), (2, 2, "traced")]


async def test_only_a_generator_answers_a_stream(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def plain(event: Event[LLMRequest]) -> Delta:
        return Delta(id=event.id, seq=1, done=True)

    wrong: Any = plain
    with pytest.raises(TypeError, match=r"'async def' with 'yield'; .*plain is not"):
        await client.answer_stream(LLM_DELTAS, wrong)


@pytest.mark.parametrize("over", ["engine", "library"])
async def test_pubrec_says_that_nobody_listens_to_a_request_of_qos_2(over: str, clients: Clients):
    plain: Call[Delta, Delta, Any, Any] = Call(EXACT, (EXACT_REPLY,))
    stream: Call[Delta, Delta, Any, Any] = Call(EXACT, (EXACT_REPLY,), until="done")
    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.PublishPacket] = lambda link, packet: link.send(ack(0x50, packet.packet_id, 0x10))
        client = await clients(broker.url, transport=over, protocol="5")
        with pytest.raises(NobodyListensError):
            await within(client.request(plain, Delta(id="", seq=1), timeout=LONG))
        with pytest.raises(NobodyListensError):
            await within(anext(aiter(client.stream(stream, Delta(id="", seq=1), timeout=LONG))))
        assert client.stats().unheard == 2
        assert len(broker.of(mqtt5.PubRelPacket)) == 2
