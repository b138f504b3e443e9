"""Replies whose acknowledgement is not awaited: when they are sent, exceptions, and lost connections."""

from __future__ import annotations

import asyncio
import random

import pytest
from topicwright import EncodeError, Event, RequestTimeoutError, retry
from topicwright.errors import PublishRejectedError
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.testing import LocalBroker, MemoryBroker
from topicwright.transport.base import Answered, Connection

from tests.runtime.support.catalog import (
    MEMORY,
    MEMORY_QUERY,
    MEMORY_QUERY_RESULT,
    MemoryQuery,
    MemoryQueryResult,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.network import Proxy

Broker = LocalBroker | MemoryBroker
REFUSED = 0x87


def refuse_replies(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> list[Answered]:
    """Let a connection answer replies as a broker does that refuses them, when the test says so."""
    publish, asked = connection.publish, list[Answered]()

    def refusing(message: Outgoing, acknowledged: Answered) -> None:
        if message.topic == "memory/results":
            asked.append(acknowledged)
        else:
            publish(message, acknowledged)

    monkeypatch.setattr(connection, "publish", refusing)
    return asked


async def test_the_next_request_does_not_wait_for_the_acknowledgement_of_a_reply(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    server = await clients(memory_broker.url, "server")
    await server.serve(MEMORY, answer_memory)
    asked = refuse_replies(monkeypatch, server._core.session._connection)
    for text in ("a", "b", "c"):
        await server.publish(MEMORY_QUERY, MemoryQuery(text=text))
    await eventually(lambda: len(asked) == 3)
    assert server.stats().filters["memory/query"].handled == 3
    assert server.stats().in_flight == 3
    for acknowledged in asked:
        acknowledged.set_result(0)
    assert server.stats().in_flight == 0
    assert server.stats().topics["memory/results"].published == 3


async def test_a_reply_that_is_refused_is_logged_and_counted(
    memory_broker: MemoryBroker,
    clients: Clients,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    server = await clients(memory_broker.url, "server")
    await server.serve(MEMORY, answer_memory)
    asked = refuse_replies(monkeypatch, server._core.session._connection)
    await server.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    await eventually(lambda: asked)
    asked[0].set_result(REFUSED)
    assert server.stats().topics["memory/results"].failed == 1
    assert "a reply could not be published" in caplog.text
    assert "memory/results" in caplog.text


async def test_with_an_error_policy_a_refused_reply_is_a_failure_that_the_policy_treats(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    server = await clients(memory_broker.url, "server")
    await server.serve(MEMORY, answer_memory, on_error=retry(1, 0.01))
    asked = refuse_replies(monkeypatch, server._core.session._connection)
    await server.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    await eventually(lambda: len(asked) == 1)
    assert server.stats().filters["memory/query"].handled == 0
    asked[0].set_result(REFUSED)
    await eventually(lambda: len(asked) == 2)
    asked[1].set_result(0)
    await eventually(lambda: server.stats().filters["memory/query"].handled == 1)
    assert server.stats().filters["memory/query"].retried == 1


async def test_a_request_that_would_count_as_answered_is_so_when_its_reply_is_acknowledged(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    server = await clients(memory_broker.url, "server", dedupe_ttl=60.0)
    await server.serve(MEMORY, answer_memory)
    asked = refuse_replies(monkeypatch, server._core.session._connection)
    await server.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    await eventually(lambda: asked)
    assert server.stats().filters["memory/query"].handled == 0
    asked[0].set_result(0)
    await eventually(lambda: server.stats().filters["memory/query"].handled == 1)


async def test_a_reply_that_cannot_be_sent_is_a_failure_of_the_responder(memory_broker: MemoryBroker, clients: Clients):
    memory_broker.maximum_packet_size = 500
    server = await clients(memory_broker.url, "server")

    async def at_length(event: Event[MemoryQuery]) -> MemoryQueryResult:
        return MemoryQueryResult(query="x" * 1000, k=1)

    await server.serve(MEMORY, at_length)
    await server.publish(MEMORY_QUERY, MemoryQuery(text="a"))
    await eventually(lambda: server.stats().filters["memory/query"].failed == 1)
    await eventually(lambda: server.stats().in_flight == 0)  # the answer that it failed is acknowledged


async def test_a_request_that_was_not_sent_in_time_fails_and_leaves_nothing_behind(
    memory_broker: MemoryBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    client, server = await clients(memory_broker.url), await clients(memory_broker.url, "server")
    await server.serve(MEMORY, answer_memory)
    await client.request(MEMORY, MemoryQuery(text="a"), timeout=5)
    memory_broker.stop()
    await eventually(lambda: not client.connected)
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="b"), timeout=0.1)
    counts = client.stats().topics["memory/query"]
    assert (counts.published, counts.failed, client.stats().in_flight) == (1, 1, 0)
    assert "never retrieved" not in caplog.text


async def test_a_text_too_long_for_a_packet_is_refused_and_the_connection_stays(
    mosquitto: LocalBroker, clients: Clients
):
    client = await clients(mosquitto.url)
    for size in (65_536, 70_000):
        message = Outgoing("a", b"x", 1, properties=Properties(user=(("name", "x" * size),)))
        with pytest.raises(EncodeError, match=r"user property 'name'"):
            await client._publisher.send(message)
    assert client.stats().in_flight == 0
    client._core.session._connection.abort()
    await eventually(lambda: client.stats().reconnects == 1)
    await within(client.publish_event("a", "a", {}, qos=1))


async def test_without_a_connection_a_responder_waits_for_one(mosquitto: LocalBroker, clients: Clients):
    async with Proxy(mosquitto.port) as proxy:
        server, client = await clients(proxy.url, "server"), await clients(mosquitto.url, "client")
        may_answer = asyncio.Event()

        async def slowly(event: Event[MemoryQuery]) -> MemoryQueryResult:
            await may_answer.wait()
            return MemoryQueryResult(query=event.data.text, k=1)

        await server.serve(MEMORY, slowly)
        asking = asyncio.ensure_future(client.request(MEMORY, MemoryQuery(text="x"), timeout=30))
        await eventually(lambda: server.stats().filters["memory/query"].received == 1)
        proxy.refuse = True
        proxy.cut()
        await eventually(lambda: not server.connected)
        may_answer.set()
        await asyncio.sleep(0.1)
        assert server.stats().filters["memory/query"].handled == 0
        proxy.refuse = False
        assert (await within(asking, 30)).query == "x"


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_request_is_answered_while_both_connections_are_cut_at_random(
    mosquitto: LocalBroker, clients: Clients, seed: int
):
    dice = random.Random(seed)
    async with Proxy(mosquitto.port) as near, Proxy(mosquitto.port) as far:
        server = await clients(far.url, "server", reconnect_min_delay=0.1, reconnect_max_delay=0.2)
        client = await clients(near.url, "client", reconnect_min_delay=0.1, reconnect_max_delay=0.2)
        await server.serve(MEMORY, answer_memory, concurrency=4)
        answered = 0

        async def ask(name: str) -> None:
            nonlocal answered
            for number in range(100):
                text = f"{name} {number}"
                assert (await client.request(MEMORY, MemoryQuery(text=text), timeout=60)).query == text
                answered += 1

        asking = asyncio.gather(*(ask(str(number)) for number in range(12)))
        cuts = 0
        while not asking.done() and cuts < 12:
            mark = answered + dice.randrange(10, 80)
            await eventually(lambda mark=mark: answered >= mark or asking.done(), timeout=60)
            dice.choice((near, far)).cut()
            cuts += 1
        await within(asking, 60)
        assert cuts > 1
        await eventually(lambda: client.stats().in_flight == 0 and server.stats().in_flight == 0)
        assert client._requests._replies._waiting == {}
        assert client._core.session._outbox._slots._free == client.settings.outbox_size
        assert server._core.session._outbox._slots._free == server.settings.outbox_size


async def test_a_rejected_request_is_an_error_for_its_caller(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    client = await clients(memory_broker.url)
    raw = Raw()
    await client.subscribe("memory/query", raw, qos=1)
    connection = client._core.session._connection
    publish = connection.publish

    def refusing(message: Outgoing, acknowledged: Answered) -> None:
        if message.topic == "memory/query":
            asyncio.get_running_loop().call_soon(acknowledged.set_result, REFUSED)
        else:
            publish(message, acknowledged)

    monkeypatch.setattr(connection, "publish", refusing)
    with pytest.raises(PublishRejectedError):
        await within(client.request(MEMORY, MemoryQuery(text="x"), timeout=5))
    assert client._requests._replies._waiting == {}


async def test_nothing_of_an_envelope_gets_into_an_event_but_its_fields(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    got: list[Event[MemoryQueryResult]] = []

    async def keep(event: Event[MemoryQueryResult]) -> None:
        got.append(event)

    await client.on(MEMORY_QUERY_RESULT, keep)
    memory_broker.publish(
        "memory/results",
        b'{"id":"1","type":"memory.query.result","ts":1,"source":"s","data":{"query":"q","k":1},'
        b'"topic":"evil","params":1,"headers":2,"reply":3,"__class__":4,"more":5}',
    )
    await eventually(lambda: got)
    event = got[0]
    assert (event.topic, event.reply, event.id, event.source) == ("memory/results", None, "1", "s")
    assert vars(event).keys() == {"id", "type", "ts", "source", "data", "topic", "params", "headers", "reply"}
    assert event == Event(**vars(event))
