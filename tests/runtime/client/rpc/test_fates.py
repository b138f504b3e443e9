"""A request ends when its fate is known: nobody listens, the responder failed, the reply is invalid."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from topicwright import (
    Call,
    DecodeError,
    Event,
    Model,
    MQTTClient,
    NobodyListensError,
    RemoteError,
    RequestTimeoutError,
    Topic,
    retry,
)
from topicwright.codec.envelope import seal
from topicwright.mqtt.message import Properties
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import BARE, INBOX, LLM_DELTAS, MEMORY, Hit, LLMRequest, MemoryQuery, Query
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, within

Broker = LocalBroker | MemoryBroker
LONG = 60.0
"""Seconds that no request waits for here: it ends before, or the test fails by its own deadline."""


class Id(Model):
    id: str | None = None
    n: int = 0


class Status(Model):
    status: str


ask = Topic("calc/do", "calc.do", Id)
BY_FIELD = Call(Topic("f/do", "f.do", Id, correlation="id"), (Topic("f/done", "f.done", Id, correlation="id"),))
BY_HEADER = Call(
    Topic("h/do", "h.do", Id, correlation_header="x-id"), (Topic("h/done", "h.done", Id, correlation_header="x-id"),)
)
BY_DATA = Call(Topic("d/do", "d.do", Id), (Topic(None, "d.done", Id),))
BY_ENVELOPE = Call(Topic("e/do", "e.do", Id, wire="tars"), (Topic("e/done", "e.done", Id, wire="tars"),))
CALLS = [BY_FIELD, BY_HEADER, BY_DATA, BY_ENVELOPE]


async def test_row_56_request_that_nobody_receives_ends_at_once(broker: Broker, clients: Clients):
    if getattr(broker, "kind", "") == "iotcore":
        pytest.skip("rumqttd does not say that nobody has subscribed")
    client = await clients(broker.url)
    with pytest.raises(NobodyListensError, match=r"nobody has subscribed to 'memory/query'.*correlation id \w{32}"):
        await within(client.request(MEMORY, MemoryQuery(text="x"), timeout=LONG))
    with pytest.raises(NobodyListensError):
        await within(anext(aiter(client.stream(LLM_DELTAS, LLMRequest(text="x"), timeout=LONG))))


async def test_request_waits_for_a_responder_where_messages_must_be_heard(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, must_be_heard=True)
    request = asyncio.create_task(client.request(BARE, Hit(text="x"), timeout=LONG))
    await eventually(lambda: client.stats().unheard > 0)
    server = await clients(memory_broker.url, "server")

    async def upper(event: Event[Hit]) -> Hit:
        return Hit(text=event.data.text.upper())

    await server.serve(BARE, upper)
    assert (await within(request)).text == "X"


@pytest.mark.parametrize("call", CALLS, ids=["field", "header", "data", "envelope"])
async def test_row_56_failure_of_a_responder_reaches_its_requester(
    memory_broker: MemoryBroker, clients: Clients, call: Any
):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    bystander: Inbox[Event[Any]] = Inbox()
    if call is not BY_DATA:
        await client.on(call.replies[0], bystander)

    async def fail(event: Event[Id]) -> Id:
        raise LookupError(f"no {event.data.n}\n\x1b[31m")

    await server.serve(call, fail)
    with pytest.raises(RemoteError, match=r"the responder of '\w/do' failed: LookupError: no 7") as caught:
        await within(client.request(call, Id(n=7), timeout=LONG))
    assert (caught.value.error_type, caught.value.error) == ("LookupError", "no 7\\n\\x1b[31m")
    assert memory_broker.messages[-1].payload == b""
    await client.shutdown()
    assert bystander.items == []
    assert client.stats().total("invalid") == 0


async def test_failure_is_answered_after_the_last_attempt_alone(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    calls = 0

    async def fail(event: Event[Id]) -> Id:
        nonlocal calls
        calls += 1
        if calls in (1, 2, 3, 4):
            raise ValueError(f"attempt {calls}")
        return Id(n=calls)

    await server.serve(BY_DATA, fail, on_error=retry(2, 0.001))
    with pytest.raises(RemoteError, match="ValueError: attempt 3"):
        await within(client.request(BY_DATA, Id(), timeout=LONG))
    assert (await within(client.request(BY_DATA, Id(), timeout=LONG))).n == 5
    assert sum(message.payload == b"" for message in memory_broker.messages) == 1


async def test_failure_is_kept_secret_where_the_setting_says_so(memory_broker: MemoryBroker, clients: Clients):
    server = await clients(memory_broker.url, "server", answer_errors=False)
    client = await clients(memory_broker.url, "client")

    async def fail(event: Event[Id]) -> Id:
        raise ValueError("secret")

    await server.serve(BY_DATA, fail)
    with pytest.raises(RequestTimeoutError):
        await within(client.request(BY_DATA, Id(), timeout=0.2))
    assert len(memory_broker.messages) == 1


async def test_long_text_of_a_failure_is_cut(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")

    async def fail(event: Event[Id]) -> Id:
        raise ValueError("\n" * 100_000)

    await server.serve(BY_DATA, fail)
    with pytest.raises(RemoteError) as caught:
        await within(client.request(BY_DATA, Id(), timeout=LONG))
    assert len(str(caught.value)) < 600


async def test_requester_of_an_invalid_request_hears_of_it(memory_broker: MemoryBroker, clients: Clients):
    server = await clients(memory_broker.url, "server")
    replies = Raw()

    async def answer(event: Event[Id]) -> Id:
        return Id()

    await server.serve(BY_DATA, answer)
    await server.subscribe("my/replies", replies, qos=1)
    properties = Properties(response_topic="my/replies", correlation_data=b"\xff\0")
    memory_broker.publish("d/do", b'{"n": "x"}', qos=1, properties=properties)
    await replies.get(1)
    answered = memory_broker.messages[-1].properties
    assert (answered.correlation_data, dict(answered.user)["error-type"]) == (b"\xff\0", "DecodeError")


async def test_hand_written_responder_may_answer_with_an_error(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)

    async def answer(payload: bytes, topic: str) -> None:
        asked = memory_broker.messages[-1].properties
        error = Properties(correlation_data=asked.correlation_data, user=(("error", "out of paper"),))
        memory_broker.publish(asked.response_topic or "", b"", qos=1, properties=error)

    await client.subscribe("d/do", answer, qos=1)
    with pytest.raises(RemoteError, match="error: out of paper"):
        await within(client.request(BY_DATA, Id(), timeout=LONG))


@pytest.mark.parametrize("call", CALLS, ids=["field", "header", "data", "envelope"])
@pytest.mark.parametrize("kind", ["wrong type", "no JSON"])
async def test_invalid_reply_reaches_its_requester_at_once(
    memory_broker: MemoryBroker, clients: Clients, call: Any, kind: str
):
    client = await clients(memory_broker.url)

    async def answer(payload: bytes, topic: str) -> None:
        asked = memory_broker.messages[-1]
        body = json.loads(payload)
        if call is BY_ENVELOPE:
            reply = seal("e.done", b'{"n":"x"}', message_id=body["id"], source="s", ts=1.0)
        else:
            reply = json.dumps({**body, "n": "x"}).encode()
        if kind == "no JSON" and call in (BY_HEADER, BY_DATA):
            reply = b"{"
        name = call.replies[0].address or asked.properties.response_topic
        memory_broker.publish(name, reply, qos=1, properties=asked.properties)

    await client.subscribe(call.request.address, answer, qos=1)
    with pytest.raises(DecodeError):
        await within(client.request(call, Id(n=1), timeout=LONG))
    assert client.stats().unmatched_replies == 0


async def test_reply_with_an_invalid_header_reaches_its_requester_at_once(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    call = Call(ask, (Topic(None, "calc.done", Id, headers=Status),))

    async def answer(payload: bytes, topic: str) -> None:
        asked = memory_broker.messages[-1].properties
        properties = Properties(correlation_data=asked.correlation_data)
        memory_broker.publish(asked.response_topic or "", payload, qos=1, properties=properties)

    await client.subscribe("calc/do", answer, qos=1)
    with pytest.raises(DecodeError, match="header status: Field required"):
        await within(client.request(call, Id(n=1), timeout=LONG))


class Yes(Model):
    yes: int


class No(Model):
    no: str


@pytest.mark.parametrize("given", [Yes(yes=1), No(no="x")])
async def test_bare_reply_that_another_class_fits_is_not_invalid(
    memory_broker: MemoryBroker, clients: Clients, given: Any
):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    call: Call[Id, Yes | No] = Call(ask, (Topic(None, "yes", Yes), Topic(None, "no", No)))

    async def answer(event: Event[Id]) -> Yes | No:
        return given

    await server.serve(call, answer)
    assert await within(client.request(call, Id(), timeout=LONG)) == given


@pytest.mark.parametrize(
    "data", [b"plain", b"\x9f\x8d|kZI8", b"\\x9f", b"\\x5c", b"\\", b"\xff\\x5c", "ä".encode(), b"\0", b"\xff" * 100]
)
async def test_row_54_correlation_data_come_back_as_the_same_bytes(
    memory_broker: MemoryBroker, clients: Clients, data: bytes
):
    server = await clients(memory_broker.url, "server")
    seen: list[str] = []

    async def answer(event: Event[Id]) -> Id:
        seen.append(event.id)
        await server.publish(Topic("copy/d", "copy", Id), Id(), correlation_id=event.id)
        return Id()

    for call in (BY_DATA, INBOX):
        await server.serve(call, answer if call is BY_DATA else _hit)  # type: ignore[arg-type]
    properties = Properties(response_topic="my/replies", correlation_data=data)
    memory_broker.publish("d/do", b"{}", qos=1, properties=properties)
    await eventually(lambda: len(memory_broker.messages) == 3)
    assert [message.properties.correlation_data for message in memory_broker.messages] == [data] * 3
    assert "\ufffd" not in seen[0]


async def _hit(event: Query) -> Hit:
    return Hit(text="x")


async def test_reply_in_an_envelope_carries_the_correlation_data_of_its_request(
    memory_broker: MemoryBroker, clients: Clients
):
    server = await clients(memory_broker.url, "server")

    async def answer(event: Event[Id]) -> Id:
        return event.data

    await server.serve(BY_ENVELOPE, answer)
    payload = seal("e.do", b"{}", message_id="1", source="s", ts=1.0)
    memory_broker.publish("e/do", payload, qos=1, properties=Properties(correlation_data=b"\xfe"))
    await eventually(lambda: len(memory_broker.messages) == 2)
    assert memory_broker.messages[-1].properties.correlation_data == b"\xfe"


async def test_repeated_request_gets_its_reply_again_under_deduplication(memory_broker: MemoryBroker, clients: Clients):
    server: MQTTClient = await clients(memory_broker.url, "server", dedupe_ttl=60.0)
    calls = 0

    async def answer(event: Event[Id]) -> Id:
        nonlocal calls
        calls += 1
        return Id(n=calls)

    await server.serve(BY_ENVELOPE, answer)
    payload = seal("e.do", b"{}", message_id="1", source="s", ts=1.0)
    for _ in range(2):
        memory_broker.publish("e/do", payload, qos=1)
    await eventually(lambda: sum(message.topic == "e/done" for message in memory_broker.messages) == 2)
    first, second = [message.payload for message in memory_broker.messages if message.topic == "e/done"]
    assert (calls, first) == (1, second)
    assert server.stats().total("duplicates") == 1
