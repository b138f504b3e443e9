"""Handlers, wildcards, and their isolation."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import pytest
from topicwright import Event, InvalidMessage, Properties, RawMessage
from topicwright.opentelemetry import Telemetry
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import MEMORY_QUERY, MemoryQuery, Snapshot, topic
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, needs_mosquitto, within
from tests.runtime.support.raw_connection import kind

Broker = LocalBroker | MemoryBroker
CHARACTER = topic("character/current", "character.current", Snapshot, retain=True)
LIVE = topic("character/live", "character.live", Snapshot, qos=0)


async def test_a_handler_gets_the_payload(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)

    await client.subscribe("a", handler, qos=1)
    await client.publish_event("a", "x", {"k": 1}, qos=1)
    await eventually(lambda: got)
    assert isinstance(got[0], bytes)
    assert b'"data":{"k":1}' in got[0]


async def test_a_handler_with_a_second_parameter_gets_the_topic(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    raw = Raw()
    await client.subscribe("a/+", raw, qos=1)
    await client.publish_event("a/b", "x", {}, qos=1)
    assert (await raw.get())[0][0] == "a/b"


async def test_the_signature_of_a_handler_decides_whether_it_gets_the_topic(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url)
    seen: dict[str, tuple[object, ...]] = {}

    async def one(payload: bytes) -> None:
        seen["one"] = (payload,)

    async def default(payload: bytes, flag: int = 7) -> None:
        seen["default"] = (payload, flag)

    async def every(*args: object) -> None:
        seen["every"] = args

    async def first(prefix: str, payload: bytes, name: str) -> None:
        seen["partial"] = (prefix, payload, name)

    class Service:
        async def method(self, payload: bytes) -> None:
            seen["method"] = (payload,)

    handlers = [one, default, every, functools.partial(first, "p"), Service().method]
    for number, handler in enumerate(handlers):
        await client.subscribe(f"t/{number}", handler)
        memory_broker.publish(f"t/{number}", b"x")
    await eventually(lambda: len(seen) == len(handlers))
    assert seen == {
        "one": (b"x",),
        "default": (b"x", 7),
        "every": (b"x", "t/2"),
        "partial": ("p", b"x", "t/3"),
        "method": (b"x",),
    }


async def test_a_second_subscribe_replaces_the_handler(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    old, new = Raw(), Raw()
    await client.subscribe("a", old, qos=1)
    await client.publish_event("a", "x", {"n": 1}, qos=1)
    await old.get()
    await client.subscribe("a", new, qos=1)
    await client.publish_event("a", "x", {"n": 2}, qos=1)
    await new.get()
    await asyncio.sleep(0.05)
    assert (len(old.items), len(new.items)) == (1, 1)


async def test_replacing_a_handler_loses_no_queued_message(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    go, got = asyncio.Event(), Raw()

    async def slow(payload: bytes, name: str) -> None:
        await go.wait()
        await got(payload, name)

    await client.subscribe("a", slow, qos=1)
    for number in range(10):
        memory_broker.publish("a", b"%d" % number, qos=1)
    await eventually(lambda: client.stats().filters["a"].received == 10)
    await client.subscribe("a", got, qos=1)
    go.set()
    await got.get(10)
    assert [payload for _, payload in got.items] == [b"%d" % number for number in range(10)]


async def test_of_several_subscribes_at_once_the_last_one_counts(broker: Broker, clients: Clients):
    client, handlers = await clients(broker.url), [Raw() for _ in range(5)]
    await asyncio.gather(*(client.subscribe("a", handler, qos=1) for handler in handlers))
    await client.publish_event("a", "x", {}, qos=1)
    await handlers[-1].get(1)
    first = asyncio.create_task(client.subscribe("a", handlers[0], qos=1))
    await asyncio.gather(client.unsubscribe("a"), client.subscribe("a", handlers[1], qos=1), first)
    await client.publish_event("a", "x", {}, qos=1)
    await handlers[1].get(1)
    assert [len(handler.items) for handler in handlers] == [0, 1, 0, 0, 1]


async def test_an_unsubscribed_handler_gets_nothing(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    raw, other = Raw(), Raw()
    await client.subscribe("a", raw, qos=1)
    await client.subscribe("b", other, qos=1)
    await client.unsubscribe("a")
    await client.unsubscribe("a")
    await client.publish_event("a", "x", {}, qos=1)
    await client.publish_event("b", "x", {}, qos=1)
    await other.get()
    assert raw.items == []
    await client.subscribe("a", raw, qos=1)
    await client.publish_event("a", "x", {}, qos=1)
    await raw.get()


PROBES = {
    "a/#": ["a", "a/b", "a/b/c"],
    "+/b/#": ["a/b", "a/b/c", "c/b"],
    "+/#": ["a", "a/b", "a/b/c", "ab/x", "c/b"],
    "a/+": ["a/b"],
    "#": ["a", "a/b", "a/b/c", "ab/x", "c/b"],
    "a/b": ["a/b"],
}


async def test_wildcards_and_overlaps_call_every_handler_once_per_message(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inboxes = {text: Raw() for text in PROBES}
    for text, inbox in inboxes.items():
        await client.subscribe(text, inbox, qos=1)
    for name in ["a", "a/b", "a/b/c", "ab/x", "c/b"]:
        await client.publish_event(name, "x", {}, qos=1)
    for text, inbox in inboxes.items():
        await inbox.get(len(PROBES[text]))
    await asyncio.sleep(0.1)
    assert {text: sorted(inbox.topics) for text, inbox in inboxes.items()} == {
        text: sorted(names) for text, names in PROBES.items()
    }


async def test_several_handlers_of_one_filter_each_get_it_once(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inboxes: list[Inbox[Event[MemoryQuery]]] = [Inbox() for _ in range(3)]
    for inbox in inboxes:
        await client.on(MEMORY_QUERY, inbox)
    for _ in range(5):
        await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    for inbox in inboxes:
        await inbox.get(5)
    await asyncio.sleep(0.05)
    assert [len(inbox.items) for inbox in inboxes] == [5, 5, 5]


@needs_mosquitto
async def test_wildcards_do_not_match_sys(clients: Clients):
    with LocalBroker(kind="mosquitto", config=["sys_interval 1"]) as broker:
        client = await clients(broker.url)
        every, system = Raw(), Raw()
        await client.subscribe("#", every)
        await client.subscribe("+/broker/version", every)
        await client.subscribe("$SYS/broker/version", system)
        await system.get()
        await client.publish_event("a", "x", {})
        await every.get()
        assert every.topics == ["a"]
        await client.shutdown()


async def test_shared_subscriptions_take_turns(broker: Broker, clients: Clients):
    workers = [await clients(broker.url, f"w{number}") for number in range(2)]
    inboxes = [Raw(), Raw()]
    for worker, inbox in zip(workers, inboxes, strict=True):
        await worker.subscribe("$share/group/jobs/+", inbox, qos=1)
    peer = await clients(broker.url, "peer")
    for number in range(20):
        await peer.publish_event(f"jobs/{number}", "job", {}, qos=1)
    await eventually(lambda: sum(len(inbox.items) for inbox in inboxes) >= 20)
    await asyncio.sleep(0.05)
    assert sorted(inboxes[0].topics + inboxes[1].topics) == sorted(f"jobs/{n}" for n in range(20))
    assert all(inbox.items for inbox in inboxes)


async def test_subscriptions_may_be_made_and_closed_inside_handlers(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    other, again = Raw(), Raw()

    async def once(event: Event[MemoryQuery]) -> None:
        await client.subscribe("other", other, qos=1)
        await subscription.close()
        await subscription.close()
        await client.subscribe("again", again, qos=1)

    subscription = await client.on(MEMORY_QUERY, once)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
    await eventually(lambda: client.stats().filters["memory/query"].handled == 1)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="y"))
    await client.publish_event("other", "x", {}, qos=1)
    await client.publish_event("again", "x", {}, qos=1)
    await other.get()
    await again.get()
    assert client.stats().filters["memory/query"].handled == 1
    await within(client.shutdown())
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in names if name.startswith("handler of")]


async def test_a_closed_subscription_leaves_no_task_behind(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    go = asyncio.Event()

    async def slow(event: Event[MemoryQuery]) -> None:
        await go.wait()

    closing: list[asyncio.Task[None]] = []
    for _ in range(20):
        subscription = await client.on(MEMORY_QUERY, slow)
        await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
        await asyncio.sleep(0.001)
        closing.append(asyncio.create_task(subscription.close()))
    go.set()
    await asyncio.gather(*closing)
    await eventually(lambda: not [t for t in asyncio.all_tasks() if t.get_name().startswith("handler of")])


@pytest.mark.parametrize("observed", [False, True])
@pytest.mark.parametrize("concurrency", [1, 3])
async def test_an_untyped_handler_gets_no_payload_above_the_limit(
    memory_broker: MemoryBroker, clients: Clients, observed: bool, concurrency: int
):
    refused, raw = list[InvalidMessage](), Raw()

    async def on_invalid(message: InvalidMessage) -> None:
        refused.append(message)

    more: dict[str, Any] = {"observer": Telemetry()} if observed else {}
    client = await clients(memory_broker.url, max_payload=1000, on_invalid=on_invalid, **more)
    await client.subscribe("a", raw, qos=1, concurrency=concurrency)
    memory_broker.publish("a", b"x" * 1001, qos=1)
    memory_broker.publish("a", b"x" * 1000, qos=1)
    await raw.get()
    assert [len(payload) for _, payload in raw.items] == [1000]
    assert (client.stats().filters["a"].invalid, len(refused)) == (1, 1)
    assert "1001 bytes exceeds max_payload of 1000" in str(refused[0].error)


async def test_no_local_and_retained_are_options_of_a_subscription(broker: Broker, clients: Clients):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd ignores the options")
    client, peer = await clients(broker.url), await clients(broker.url, "peer")
    await peer.publish_event("kept/a", "x", {}, qos=1, retain=True)
    others, never, new = Raw(), Raw(), Raw()
    await client.subscribe("local/#", others, qos=1, no_local=True)
    await client.subscribe("kept/+", never, qos=1, retained="never")
    await client.subscribe("kept/#", new, qos=1, retained="new")
    await new.get(1)
    await client.publish_event("local/mine", "x", {}, qos=1)
    await peer.publish_event("local/theirs", "x", {}, qos=1)
    await peer.publish_event("kept/b", "x", {}, qos=1)
    await eventually(lambda: never.topics == ["kept/b"] and new.topics == ["kept/a", "kept/b"])
    assert others.topics == ["local/theirs"]
    with pytest.raises(ValueError, match="shared"):
        await client.subscribe("$share/g/a", others, no_local=True)
    with pytest.raises(ValueError, match="other options"):
        await client.subscribe("local/#", others, qos=1)


class Messages:
    """An untyped handler that collects all that a message has."""

    def __init__(self) -> None:
        self.items: list[RawMessage] = []

    async def __call__(self, payload: bytes, topic: str, message: RawMessage) -> None:
        assert (message.payload, message.topic) == (payload, topic)
        self.items.append(message)

    def flags(self) -> list[tuple[str, int, bool]]:
        return [(item.topic, item.qos, item.retain) for item in self.items]


async def test_a_handler_with_a_third_parameter_gets_qos_retain_and_properties(broker: Broker, clients: Clients):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd sets RETAIN on live messages")
    client, messages = await clients(broker.url), Messages()
    given = {"content_type": "text/plain", "response_topic": "r", "correlation_data": b"\x9f", "user": (("k", "v"),)}
    await client.publish_bytes("a/1", b"kept", qos=1, retain=True, **given)  # type: ignore[arg-type]
    await client.subscribe("a/+", messages, qos=1)
    await client.publish_bytes("a/2", b"live", qos=1, retain=True)
    await client.publish_bytes("a/3", b"less")
    await eventually(lambda: len(messages.items) == 3)
    assert sorted(messages.flags()) == [("a/1", 1, True), ("a/2", 1, False), ("a/3", 0, False)]
    kept = next(item for item in messages.items if item.topic == "a/1")
    assert kept.properties == Properties(**given)  # type: ignore[arg-type]


async def test_retain_as_published_passes_the_flag_of_the_publisher_on(broker: Broker, clients: Clients):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd ignores the options")
    client, messages, plain = await clients(broker.url), Messages(), Messages()
    await client.subscribe("a/+", messages, qos=1, retain_as_published=True)
    await client.subscribe("a/#", plain, qos=1)
    for number in range(3):  # the flag tells nothing of copies here, so none is taken for one
        await client.publish_bytes("a/1", str(number).encode(), qos=1, retain=True)
    await client.publish_bytes("a/2", b"", qos=1)
    await eventually(lambda: len(messages.items) == len(plain.items) == 4)
    assert messages.flags() == [("a/1", 1, True)] * 3 + [("a/2", 1, False)]
    assert [item.topic for item in plain.items] == ["a/1"] * 3 + ["a/2"]


async def test_typed_handlers_take_the_options_of_a_subscription(broker: Broker, clients: Clients):
    if kind(broker) == "iotcore":
        pytest.skip("rumqttd ignores the options")
    client, peer = await clients(broker.url), await clients(broker.url, "peer")
    events: Inbox[Event[Snapshot]] = Inbox()
    await client.publish(CHARACTER, Snapshot(name="stored"))
    await client.on(CHARACTER, events, no_local=True, retained="never", retain_as_published=True)
    await client.publish(CHARACTER, Snapshot(name="mine"))
    await peer.publish(CHARACTER, Snapshot(name="theirs"))
    await events.get()
    assert [(event.data.name, event.qos, event.retain) for event in events.items] == [("theirs", 1, True)]
    with pytest.raises(ValueError, match="other options"):
        await client.on(CHARACTER, events)


async def test_an_event_says_its_qos_and_whether_it_was_retained(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    events: Inbox[Event[Snapshot]] = Inbox()
    await client.publish(CHARACTER, Snapshot(name="stored"))
    await client.on(CHARACTER, events)
    await events.get()
    assert [(event.qos, event.retain) for event in events.items] == [(1, True)]
    await client.publish(LIVE, Snapshot(name="live"))
    heard: Inbox[Event[Snapshot]] = Inbox()
    await client.on(LIVE, heard)
    await client.publish(LIVE, Snapshot(name="live"))
    await heard.get()
    assert [(event.qos, event.retain) for event in heard.items] == [(0, False)]
