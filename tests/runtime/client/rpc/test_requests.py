"""Request and reply, and how they fail."""

from __future__ import annotations

import asyncio
import time

import pytest
from topicwright import DecodeError, Event, RemoteError, RequestTimeoutError
from topicwright.codec.envelope import seal
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    BARE,
    CHARACTER,
    INBOX,
    LLM,
    MEMORY,
    MEMORY_QUERY_RESULT,
    TARS_INBOX,
    TOOL,
    Hit,
    LLMRequest,
    LLMResponse,
    MemoryQuery,
    MemoryQueryResult,
    Query,
    Section,
    SectionRequest,
    Snapshot,
    ToolCall,
    ToolResult,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Raw, eventually, within

Broker = LocalBroker | MemoryBroker


async def test_a_request_returns_a_typed_reply(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")
    await server.serve(MEMORY, answer_memory)
    reply = await client.request(MEMORY, MemoryQuery(text="Mars", top_k=3), timeout=5)
    assert reply == MemoryQueryResult(query="Mars", k=3)


async def test_a_thousand_requests_in_flight_get_their_own_replies(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")
    await server.serve(MEMORY, answer_memory)
    # rumqttd acknowledges nothing of a client that owes it 100 acknowledgements.
    count = 90 if getattr(broker, "kind", "") == "iotcore" else 1000
    work = (client.request(MEMORY, MemoryQuery(text=str(number)), timeout=60) for number in range(count))
    replies = await within(asyncio.gather(*work), 60)
    assert [reply.query for reply in replies] == [str(number) for number in range(count)]
    assert client.stats().unmatched_replies == 0


async def test_no_reply_is_a_timeout_that_names_topic_and_id(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    await client.subscribe("memory/query", Raw(), qos=1)
    with pytest.raises(RequestTimeoutError, match=r"no reply to 'memory/query' \(correlation id \w{32}\)") as caught:
        await within(client.request(MEMORY, MemoryQuery(text="x"), timeout=0.2))
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.topic == "memory/query"
    assert caught.value.seconds == 0.2


async def test_a_request_while_reconnecting_keeps_its_time_out(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    start = time.monotonic()
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="x"), timeout=0.2)
    assert time.monotonic() - start < 5
    memory_broker.start()
    await eventually(lambda: client.connected)
    await client.serve(MEMORY, answer_memory)
    assert (await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)).query == "x"


async def test_late_and_foreign_replies_are_counted(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.subscribe("memory/query", Raw(), qos=1)
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="x"), timeout=0.05)
    await client.publish(MEMORY_QUERY_RESULT, MemoryQueryResult(query="x", k=1), correlation_id="foreign")
    await eventually(lambda: client.stats().unmatched_replies == 1)
    counts = client.stats().filters["memory/results"]
    assert (counts.failed, counts.invalid, counts.unexpected) == (0, 0, 0)


async def test_a_reply_survives_a_restart_of_the_broker(mosquitto: LocalBroker, clients: Clients):
    server, client = await clients(mosquitto.url, "server"), await clients(mosquitto.url, "client")
    go = asyncio.Event()

    async def slow(event: Query) -> MemoryQueryResult:
        await go.wait()
        return MemoryQueryResult(query=event.data.text, k=1)

    await server.serve(MEMORY, slow)
    pending = asyncio.create_task(client.request(MEMORY, MemoryQuery(text="Mars"), timeout=20))
    await eventually(lambda: server.stats().filters["memory/query"].received == 1)
    mosquitto.kill()
    mosquitto.start()
    await eventually(lambda: server.connected and client.connected and client.stats().reconnects)
    go.set()
    assert (await within(pending)).query == "Mars"


async def test_a_handler_may_make_a_request(broker: Broker, clients: Clients):
    """The reference client deadlocked here until its time-out."""
    client = await clients(broker.url)
    await client.serve(MEMORY, answer_memory)

    async def llm(event: Event[LLMRequest]) -> LLMResponse:
        found = await client.request(MEMORY, MemoryQuery(text=event.data.text), timeout=5)
        return LLMResponse(id=event.id, reply=found.query)

    await client.serve(LLM, llm)
    assert (await client.request(LLM, LLMRequest(text="Mars"), timeout=5)).reply == "Mars"


async def test_a_request_to_oneself_inside_its_own_handler_times_out(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def recursive(event: Query) -> MemoryQueryResult:
        if event.data.text == "deep":
            with pytest.raises(RequestTimeoutError):
                await client.request(MEMORY, MemoryQuery(text="x"), timeout=0.1)
        return MemoryQueryResult(query=event.data.text, k=1)

    await client.serve(MEMORY, recursive)
    assert (await client.request(MEMORY, MemoryQuery(text="deep"), timeout=5)).query == "deep"


async def test_the_correlation_id_is_that_of_the_request(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    ids: list[str] = []

    async def serve(event: Query) -> MemoryQueryResult:
        ids.append(event.id)
        return MemoryQueryResult(query="", k=1)

    await client.serve(MEMORY, serve)
    await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)
    wire = [item.payload for item in memory_broker.messages]
    assert len(wire) == 2
    assert all(b'{"id":"%b"' % ids[0].encode() in payload for payload in wire)


async def test_correlation_by_a_payload_field(broker: Broker, clients: Clients):
    client = await clients(broker.url)

    async def tool(event: Event[ToolCall]) -> ToolResult:
        return ToolResult(call_id="will be replaced", result=event.data.name)

    await client.serve(TOOL, tool)
    reply = await client.request(TOOL, ToolCall(call_id="7", name="x"), timeout=5)
    assert reply == ToolResult(call_id="7", result="x")


async def test_a_request_keeps_its_own_id_and_gets_one_where_it_has_none(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    seen: list[str] = []

    async def llm(event: Event[LLMRequest]) -> LLMResponse:
        seen.append(event.data.id)
        return LLMResponse(id=event.data.id, reply="x")

    await client.serve(LLM, llm)
    assert (await client.request(LLM, LLMRequest(id="mine", text="x"), timeout=5)).id == "mine"
    reply = await client.request(LLM, LLMRequest(text="x"), timeout=5)
    assert seen == ["mine", reply.id]
    assert len(reply.id) == 32


async def test_two_requests_with_one_id_are_refused(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.subscribe(LLM.request.address or "", Raw(), qos=1)
    first = asyncio.create_task(client.request(LLM, LLMRequest(id="same", text="x"), timeout=1))
    await asyncio.sleep(0.02)
    with pytest.raises(ValueError, match="already waiting"):
        await client.request(LLM, LLMRequest(id="same", text="x"), timeout=1)
    first.cancel()


@pytest.mark.parametrize("call", [BARE, INBOX])
async def test_bare_messages_are_tied_by_mqtt_5_properties(broker: Broker, clients: Clients, call: object):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")

    async def upper(event: Event[Hit]) -> Hit:
        assert event.reply is not None
        return Hit(text=event.data.text.upper())

    await server.serve(call, upper)  # type: ignore[arg-type]
    replies = await asyncio.gather(*(client.request(call, Hit(text=t), timeout=5) for t in "abc"))  # type: ignore[arg-type]
    assert [reply.text for reply in replies] == ["A", "B", "C"]


async def test_an_enveloped_request_may_have_its_reply_in_an_inbox(broker: Broker, clients: Clients):
    server, client = await clients(broker.url, "server"), await clients(broker.url, "client")

    async def serve(event: Query) -> Hit:
        return Hit(text=event.data.text)

    await server.serve(TARS_INBOX, serve)
    assert (await client.request(TARS_INBOX, MemoryQuery(text="x"), timeout=5)).text == "x"


async def test_one_of_several_reply_types(broker: Broker, clients: Clients):
    client = await clients(broker.url)

    async def character(event: Event[SectionRequest]) -> Snapshot | Section:
        if event.data.section is None:
            return Snapshot(name="TARS")
        return Section(section=event.data.section, value="v")

    await client.serve(CHARACTER, character)
    assert await client.request(CHARACTER, SectionRequest(), timeout=5) == Snapshot(name="TARS")
    reply = await client.request(CHARACTER, SectionRequest(section="humor"), timeout=5)
    assert reply == Section(section="humor", value="v")


async def test_a_wrong_reply_type_is_an_error_of_the_server(
    memory_broker: MemoryBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    client = await clients(memory_broker.url)

    async def wrong(event: Query) -> MemoryQueryResult:
        return Hit(text="x")  # type: ignore[return-value]

    await client.serve(MEMORY, wrong)
    with pytest.raises(RemoteError, match="must be MemoryQueryResult, not Hit"):
        await client.request(MEMORY, MemoryQuery(text="x"), timeout=30)
    assert "the reply to memory.query must be MemoryQueryResult, not Hit" in caplog.text


async def test_a_server_that_raises_serves_the_next_one(broker: Broker, clients: Clients):
    client = await clients(broker.url)

    async def serve(event: Query) -> MemoryQueryResult:
        if event.data.text == "bad":
            raise ValueError("bad")
        return MemoryQueryResult(query=event.data.text, k=1)

    await client.serve(MEMORY, serve)
    with pytest.raises(RemoteError, match="ValueError: bad"):
        await client.request(MEMORY, MemoryQuery(text="bad"), timeout=30)
    assert (await client.request(MEMORY, MemoryQuery(text="good"), timeout=5)).query == "good"


async def test_an_invalid_reply_is_a_decode_error_of_the_caller(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def serve(payload: bytes) -> None:
        import orjson

        request = orjson.loads(payload)
        reply = seal("memory.query.result", b'{"k":"x"}', message_id=request["id"], source="s", ts=1.0)
        memory_broker.publish("memory/results", reply, qos=1)

    await client.subscribe("memory/query", serve, qos=1)
    with pytest.raises(DecodeError, match=r"data\.query"):
        await client.request(MEMORY, MemoryQuery(text="x"), timeout=5)


async def test_a_request_whose_time_is_over_is_not_delivered_any_more(mosquitto: LocalBroker, clients: Clients):
    server, client = await clients(mosquitto.url, "server", session_expiry=60), await clients(mosquitto.url, "client")
    seen: list[str] = []

    async def answer(event: Query) -> MemoryQueryResult:
        seen.append(event.data.text)
        return MemoryQueryResult(query=event.data.text, k=1)

    await server.serve(MEMORY, answer)
    await server.shutdown()  # its session stays, and the broker queues for it
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="late"), timeout=0.2)
    await asyncio.sleep(2.5)  # time has to pass: mosquitto counts whole seconds, and one is the shortest expiry
    back = await clients(mosquitto.url, "server", session_expiry=60)
    await back.serve(MEMORY, answer)
    assert (await client.request(MEMORY, MemoryQuery(text="now"), timeout=10)).query == "now"
    assert seen == ["now"]


@pytest.mark.parametrize("timeout", [0, -1.0, float("nan")])
async def test_a_time_that_nothing_can_be_waited_for_is_refused(
    memory_broker: MemoryBroker, clients: Clients, timeout: float
):
    client = await clients(memory_broker.url)
    for call in (MEMORY, BARE):
        with pytest.raises(ValueError, match="above 0 s"):
            await client.request(call, MemoryQuery(text="x"), timeout=timeout)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="above 0 s"):
            await anext(aiter(client.stream(call, MemoryQuery(text="x"), timeout=timeout)))  # type: ignore[arg-type]
    assert memory_broker.messages == []
