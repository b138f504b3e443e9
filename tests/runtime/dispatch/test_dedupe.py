"""A duplicate of a message is handled once."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from pathlib import Path

import pytest
from topicwright import Event
from topicwright.codec.envelope import seal
from topicwright.dispatch.dedupe.dedupe import Dedupe
from topicwright.dispatch.dedupe.message_key import message_key
from topicwright.dispatch.dedupe.store import DedupeStore
from topicwright.testing import MemoryBroker

from tests.runtime.support.catalog import LLM_STREAM, Delta
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_is_new_once_until_its_time_is_over():
    clock = Clock()
    dedupe = Dedupe(10, 100, clock)
    assert dedupe.begin("a")
    assert not dedupe.begin("a")
    clock.now = 9.99
    assert not dedupe.begin("a")
    clock.now = 10
    assert dedupe.begin("a")


def test_the_oldest_key_is_dropped_first():
    dedupe = Dedupe(10, 2, Clock())
    assert [dedupe.begin(key) for key in "abc"] == [True, True, True]
    assert not dedupe.begin("b")
    assert not dedupe.begin("c")
    assert dedupe.begin("a")


def test_a_failed_message_is_handled_again():
    dedupe = Dedupe(10, 100, Clock())
    assert dedupe.begin("a")
    dedupe.failed("a")
    assert dedupe.begin("a")


@pytest.mark.parametrize(("ttl", "entries", "on"), [(0, 10, False), (10, 0, False), (1, 1, True)])
def test_dedupe_is_enabled_by_a_time_and_a_size(ttl: float, entries: int, on: bool):
    assert Dedupe(ttl, entries).enabled is on


def envelope(message_id: str = "1", kind: str = "t", data: bytes = b"{}") -> bytes:
    return seal(kind, data, message_id=message_id, source="s", ts=1.0)


def key(payload: bytes, topic: str = "a") -> Hashable | None:
    return message_key(topic, payload)


def test_the_key_of_a_message_is_made_of_its_topic_source_type_id_and_data():
    same = key(envelope(data=b'{"a":1,"b":2}'))
    assert same == key(envelope(data=b'{"b":2,"a":1}').replace(b'"ts":1.0', b'"ts":2.0'))
    others = [envelope("2"), envelope(kind="u"), envelope(data=b'{"a":2}'), envelope().replace(b'"s"', b'"r"')]
    assert len({same, *map(key, others), key(envelope(), "b"), key(envelope())}) == 7


async def test_row_54_one_id_on_several_topics_and_from_several_sources_is_several(
    clients: Clients, memory_broker: MemoryBroker
):
    client = await clients(memory_broker.url, dedupe_ttl=60.0)
    got = Raw()
    await client.subscribe("lamp/+/set", got, qos=1)
    for topic, source in (("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"), ("b", "x")):
        payload = seal("lamp.set", b"{}", message_id="1", source=source, ts=1.0)
        memory_broker.publish(f"lamp/{topic}/set", payload, qos=1)
    await eventually(lambda: client.stats().total("duplicates") == 2)
    assert client.stats().total("handled") == 3


def test_row_42_the_deltas_of_a_stream_share_an_id_and_differ():
    first, second = envelope(data=b'{"seq":1,"delta":"x"}'), envelope(data=b'{"seq":2,"delta":"x"}')
    assert key(first) != key(second)
    assert key(first) == key(envelope(data=b'{"seq":1,"delta":"y"}'))


@pytest.mark.parametrize("payload", [b"", b"{", b"1", b"{}", b'{"id":1}', b"\xff", b'{"ok":true,"event":"heartbeat"}'])
def test_bare_payloads_have_no_key(payload: bytes):
    assert key(payload) is None


async def test_row_40_a_message_that_is_sent_twice_is_handled_once(clients: Clients, memory_broker: MemoryBroker):
    client = await clients(memory_broker.url, dedupe_ttl=60.0)
    inbox: Inbox[Event[Delta]] = Inbox()
    await client.on(LLM_STREAM, inbox)
    deltas = [b'{"id":"r","seq":%d}' % number for number in (1, 2, 2, 1, 3)]
    for data in deltas:
        memory_broker.publish("llm/stream", seal("llm.stream", data, message_id="r", source="s", ts=1.0), qos=1)
    await inbox.get(3)
    assert [event.data.seq for event in inbox.items] == [1, 2, 3]
    assert client.stats().filters["llm/stream"].duplicates == 2


async def test_row_41_a_message_whose_handler_failed_is_handled_when_redelivered(
    clients: Clients, memory_broker: MemoryBroker
):
    client = await clients(memory_broker.url, dedupe_ttl=60.0)
    calls = 0

    async def handler(payload: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("not yet")

    await client.subscribe("a", handler, qos=1)
    for _ in range(3):
        memory_broker.publish("a", envelope(), qos=1)
    await eventually(lambda: client.stats().filters["a"].duplicates == 1)
    assert calls == 2
    assert client.stats().filters["a"].failed == 1


async def test_two_handlers_of_one_topic_do_not_take_from_each_other(clients: Clients, memory_broker: MemoryBroker):
    client = await clients(memory_broker.url, dedupe_ttl=60.0)
    one: Inbox[bytes] = Inbox()
    two: Inbox[bytes] = Inbox()

    async def first(payload: bytes) -> None:
        await one(payload)

    async def second(payload: bytes) -> None:
        await two(payload)

    await client.subscribe("a/+", first)
    await client.subscribe("a/#", second)
    memory_broker.publish("a/b", envelope())
    await asyncio.gather(one.get(), two.get())


async def test_a_store_outlives_the_process(clients: Clients, memory_broker: MemoryBroker, tmp_path: Path):
    file = str(tmp_path / "handled.db")
    handled = list[bytes]()

    async def handler(payload: bytes) -> None:
        handled.append(payload)
        if len(handled) == 1:
            raise RuntimeError("not yet")

    for client_id in ("first", "second", "third"):
        client = await clients(memory_broker.url, client_id, dedupe_ttl=60.0, dedupe_store=file)
        await client.subscribe("a", handler, qos=1)
        memory_broker.publish("a", envelope(), qos=1)
        await eventually(lambda: client.stats().filters["a"].received == 1)  # noqa: B023
        await client.shutdown()
    assert len(handled) == 2


def test_a_store_is_bounded_in_number_and_time(tmp_path: Path):
    store = DedupeStore(str(tmp_path / "a.db"), 60.0, 500)
    for number in range(2000):
        store.add(("a", 0, number))
    assert not store.known(("a", 0, 1000))
    assert store.known(("a", 0, 1999))
    assert not DedupeStore(str(tmp_path / "a.db"), 0.0, 500).known(("a", 0, 1999))
