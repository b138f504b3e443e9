"""Each fast path does what the plain path does: the same messages, the same counters, the same acknowledgements."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from topicwright import Event, MQTTClient, RequestTimeoutError, Topic
from topicwright.client.rpc import request_writer
from topicwright.dispatch.ack_order import AckOrder
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.session.outbox.outbox import Outbox
from topicwright.session.session import Session
from topicwright.telemetry.observer import Received, Sent
from topicwright.telemetry.stats import Stats
from topicwright.testing import LocalBroker

from tests.runtime.support.catalog import (
    LLM_RESPONSE,
    MEMORY,
    MEMORY_QUERY,
    LLMResponse,
    MemoryQuery,
    Snapshot,
    answer_memory,
)
from tests.runtime.support.clients import Clients, Raw, eventually

STATE = Topic("state", "state", Snapshot, wire="tars", qos=0)
MADE_UP = ("id", "ts", "message_id")


class Spectator:
    """An observer that changes nothing: with it, a client takes the plain paths."""

    @contextmanager
    def publishing(self, sent: Sent) -> Generator[Outgoing]:
        yield sent.message

    @contextmanager
    def handling(self, received: Received) -> Generator[None]:
        yield


def finish_plainly(self: AckOrder, incoming: Incoming) -> None:
    if incoming.qos > 0:
        incoming.finished = True
        self._flush()


def plain_publishes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Session, "write", lambda *_, **__: False)
    patch.setattr(Session, "post", lambda *_, **__: None)


def plain_transmissions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Outbox, "_is_usual", lambda *_: False)


def plain_acknowledgements(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AckOrder, "finish", finish_plainly)


def plain_requests(patch: pytest.MonkeyPatch) -> None:
    make = request_writer.RequestWriter.__init__

    def made(self: request_writer.RequestWriter, *arguments: Any) -> None:
        make(self, *arguments)
        self._plain = False

    patch.setattr(request_writer.RequestWriter, "__init__", made)


PLAIN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "publishes": plain_publishes,
    "transmissions": plain_transmissions,
    "acknowledgements": plain_acknowledgements,
    "requests": plain_requests,
}


def without_made_up(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_made_up(item) for key, item in value.items() if key not in MADE_UP}
    return value


def counters(stats: Stats) -> dict[str, Any]:
    """Return what is counted; of timings only how many there were."""

    def plain(counts: Any) -> dict[str, Any]:
        values = {name: getattr(counts, name) for name in counts.__slots__}
        return {name: value.count if hasattr(value, "count") else value for name, value in values.items()}

    known = {**plain(stats), "filters": {}, "topics": {}}
    known["filters"] = {name: plain(counts) for name, counts in stats.filters.items()}
    known["topics"] = {name: plain(counts) for name, counts in stats.topics.items()}
    return known


async def converse(client: MQTTClient, peer: MQTTClient, *, waits: bool) -> None:
    """Publish, receive, request and serve; messages that are valid, invalid, unwanted and retained."""
    handled: list[str] = []

    async def note(event: Event[LLMResponse]) -> None:
        if waits:
            await asyncio.sleep(0)
        handled.append(event.data.reply)

    async def answer(event: Event[MemoryQuery]) -> Any:
        if waits:
            await asyncio.sleep(0)
        return await answer_memory(event)

    await client.on(LLM_RESPONSE, note)
    await client.on(LLM_RESPONSE, note)
    await client.serve(MEMORY, answer)
    for number in range(5):
        await client.publish(LLM_RESPONSE, LLMResponse(id=str(number), reply=f"reply {number}"))
        await client.publish(STATE, Snapshot(name=str(number)))
    await client.publish_event("untyped", "any.type", {"a": 1}, qos=0)
    await client.publish_event("untyped", "any.type", {"a": 2}, qos=1)
    reply = await client.request(MEMORY, MemoryQuery(text="Mars"))
    assert reply.query == "Mars"
    await client.publish(MEMORY_QUERY, MemoryQuery(text="nobody asked"))
    for payload in (b"not JSON", b'{"id":"1","type":"other","ts":1,"source":"x","data":{}}'):
        await peer._publisher.send(Outgoing(LLM_RESPONSE.address or "", payload, qos=1))
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="x" * 3000), timeout=0.2)
    await eventually(lambda: len(handled) == 10 and client.stats().total("in_flight") == 0)
    await eventually(lambda: not client._dispatcher._order._order, "every message is acknowledged")


async def outcome(clients: Clients, *, waits: bool = False, direct: bool = True, **options: Any) -> Any:
    with LocalBroker() as broker:
        watcher = await clients(broker.url, "watcher")
        messages = Raw()
        await watcher.subscribe("#", messages)
        client = await clients(broker.url, "me", max_payload=1500, **options)
        if not direct:
            client._dispatcher._direct = {}
        await converse(client, watcher, waits=waits)
        stats = counters(client.stats())
        await client.shutdown()
        await watcher.shutdown()
    seen = sorted((topic, repr(without_made_up(_parsed(payload)))) for topic, payload in messages.items)
    return seen, stats


def _parsed(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return payload


@pytest.mark.parametrize("what", PLAIN)
async def test_a_fast_path_sends_and_counts_as_the_plain_one(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    fast = await outcome(clients)
    PLAIN[what](monkeypatch)
    assert await outcome(clients) == fast


@pytest.mark.parametrize(
    "plain", [{"direct": False}, {"waits": True}, {"observer": Spectator()}], ids=["routes", "handlers", "observed"]
)
async def test_a_client_on_the_plain_path_sends_and_counts_alike(clients: Clients, plain: dict[str, Any]) -> None:
    assert await outcome(clients, **plain) == await outcome(clients)


@pytest.mark.parametrize("seed", range(20))
def test_acknowledgements_have_the_same_order_on_both_paths(seed: int) -> None:
    class Message(Incoming):
        qos = 1

        def acknowledge(self) -> bool:
            acknowledged.append(self.topic)
            return True

    orders = []
    for finish in (AckOrder.finish, finish_plainly):
        chance, acknowledged, order = random.Random(seed), [], AckOrder()
        messages = [Message(str(number), b"") for number in range(50)]
        for message in messages:
            order.add(message)
        chance.shuffle(messages)
        for message in messages:
            finish(order, message)
        orders.append(acknowledged)
    assert orders[0] == orders[1] == [str(number) for number in range(50)]
