"""Requirements 17 to 20: handlers, wildcards, errors, isolation."""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import Any
from unittest.mock import AsyncMock

import pytest
from runtime_support import (
    CAMERA_FRAME,
    LLM_RESPONSE,
    MEMORY,
    MEMORY_QUERY,
    SECTION,
    SIDE,
    SNAPSHOT,
    STATE,
    Clients,
    Frame,
    FrameParams,
    Hit,
    Inbox,
    MemoryQuery,
    Raw,
    Section,
    Snapshot,
    answer_memory,
    eventually,
    needs_mosquitto,
    topic,
    within,
)
from topicwright import ANY, Event, InvalidMessage, TopicError
from topicwright.envelope import seal
from topicwright.testing import LocalBroker, MemoryBroker

Broker = LocalBroker | MemoryBroker


async def test_requirement_17_a_handler_gets_the_payload(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    got: list[bytes] = []

    async def handler(payload: bytes) -> None:
        got.append(payload)

    await client.subscribe("a", handler, qos=1)
    await client.publish_event("a", "x", {"k": 1}, qos=1)
    await eventually(lambda: got)
    assert isinstance(got[0], bytes)
    assert b'"data":{"k":1}' in got[0]


async def test_requirement_17_a_handler_with_a_second_parameter_gets_the_topic(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    raw = Raw()
    await client.subscribe("a/+", raw, qos=1)
    await client.publish_event("a/b", "x", {}, qos=1)
    assert (await raw.get())[0][0] == "a/b"


async def test_requirement_17_which_handlers_get_the_topic(memory_broker: MemoryBroker, clients: Clients):
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


async def test_requirement_17_a_second_subscribe_replaces_the_handler(broker: Broker, clients: Clients):
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


async def test_requirement_17_replacing_loses_nothing_that_waits(memory_broker: MemoryBroker, clients: Clients):
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


async def test_unsubscribe(broker: Broker, clients: Clients):
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


async def test_requirement_18_wildcards_and_overlaps_call_every_handler_once_per_message(
    broker: Broker, clients: Clients
):
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


async def test_requirement_18_several_handlers_of_one_filter_each_get_it_once(broker: Broker, clients: Clients):
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
async def test_requirement_18_wildcards_do_not_match_sys(clients: Clients):
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


async def test_row_26_a_slow_handler_does_not_hold_back_others(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    go, fast = asyncio.Event(), Raw()

    async def slow(payload: bytes) -> None:
        await go.wait()

    await client.subscribe("slow", slow, qos=1)
    await client.subscribe("fast", fast, qos=1)
    await client.publish_event("slow", "x", {}, qos=1)
    for _ in range(5):
        await client.publish_event("slow", "x", {}, qos=1)
        await client.publish_event("fast", "x", {}, qos=1)
    await fast.get(5)
    assert client.stats().filters["slow"].handled == 0
    go.set()
    await eventually(lambda: client.stats().filters["slow"].handled == 6)


async def test_messages_of_one_subscription_are_handled_in_order_one_at_a_time(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    running, order = 0, list[bytes]()

    async def handler(payload: bytes) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.001)
        order.append(payload)
        running -= 1

    await client.subscribe("a", handler, qos=1)
    await asyncio.gather(*(client.publish_event("a", "x", {"n": n}, qos=1) for n in range(50)))
    await eventually(lambda: len(order) == 50)
    assert [b'"n":%d}' % n in payload for n, payload in enumerate(order)] == [True] * 50
    assert client.stats().filters["a"].failed == 0


async def test_a_qos_0_flood_drops_the_oldest_and_counts(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, queue_size=10)
    go, got = asyncio.Event(), list[bytes]()

    async def slow(payload: bytes) -> None:
        got.append(payload)
        await go.wait()

    await client.subscribe("a", slow)
    memory_broker.publish("a", b"first")
    await eventually(lambda: got)
    for number in range(100):
        memory_broker.publish("a", b"%d" % number)
    await eventually(lambda: client.stats().filters["a"].received == 101)
    assert client.stats().filters["a"].dropped == 90
    go.set()
    await eventually(lambda: len(got) == 11)
    assert got[1:] == [b"%d" % number for number in range(90, 100)]


async def test_row_24_a_full_queue_never_drops_qos_1(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, queue_size=10, receive_maximum=20)
    go, got = asyncio.Event(), list[bytes]()

    async def slow(payload: bytes) -> None:
        got.append(payload)
        await go.wait()

    await client.subscribe("a", slow, qos=1)
    for number in range(500):
        memory_broker.publish("a", b"%d" % number, qos=1)
    await eventually(lambda: client.stats().filters["a"].received == 20)
    await asyncio.sleep(0.02)
    assert client.stats().filters["a"].received == 20
    go.set()
    await eventually(lambda: len(got) == 500)
    assert client.stats().filters["a"].dropped == 0


async def test_a_retained_message_is_there_when_on_returns_or_soon_after(broker: Broker, clients: Clients):
    peer = await clients(broker.url, "peer")
    await peer.publish(STATE, Hit(text="on"))
    client = await clients(broker.url)
    inbox: Inbox[Event[Hit]] = Inbox()
    await client.on(STATE, inbox)
    assert (await inbox.get())[0].data.text == "on"


async def test_a_second_handler_gets_the_retained_message_and_the_first_not_again(broker: Broker, clients: Clients):
    if getattr(broker, "kind", "") == "iotcore":
        pytest.skip("rumqttd sends retained messages for the first SUBSCRIBE of a filter only")
    peer = await clients(broker.url, "peer")
    await peer.publish(STATE, Hit(text="old"))
    client = await clients(broker.url)
    one: Inbox[Event[Hit]] = Inbox()
    two: Inbox[Event[Hit]] = Inbox()
    three: Inbox[Event[Hit]] = Inbox()
    await client.on(STATE, one)
    await one.get(1)
    await client.on(STATE, two)
    await two.get(1)
    await peer.publish(STATE, Hit(text="new"))
    await one.get(2)
    await two.get(2)
    await client.on(STATE, three)
    await three.get(1)
    await asyncio.sleep(0.1)
    assert [event.data.text for event in one.items] == ["old", "new"]
    assert [event.data.text for event in two.items] == ["old", "new"]
    assert [event.data.text for event in three.items] == ["new"]


async def test_a_handler_that_saw_a_live_message_does_not_get_it_again_as_retained(broker: Broker, clients: Clients):
    if getattr(broker, "kind", "") == "iotcore":
        pytest.skip("rumqttd sends retained messages for the first SUBSCRIBE of a filter only")
    client = await clients(broker.url)
    one: Inbox[Event[Hit]] = Inbox()
    two: Inbox[Event[Hit]] = Inbox()
    await client.on(STATE, one)
    await client.publish(STATE, Hit(text="live"))
    await one.get(1)
    await client.on(STATE, two)
    await two.get(1)
    await asyncio.sleep(0.1)
    assert len(one.items) == 1


async def test_parameters_by_value_and_any(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    left: Inbox[Event[Frame, FrameParams]] = Inbox()
    every: Inbox[Event[Frame, FrameParams]] = Inbox()
    arm: Inbox[Event[Frame]] = Inbox()
    await client.on(CAMERA_FRAME, left, match={"camera_id": "left"})
    await client.on(CAMERA_FRAME, every, match={"camera_id": ANY})
    await client.on(SIDE, arm, match={"index": 2})
    for name in ("left", "right"):
        await client.publish(CAMERA_FRAME, Frame(data="x"), params=FrameParams(name))
        for index in (1, 2):
            await client.publish(SIDE, Frame(data="x"), params=SIDE.params(name, index))
    await every.get(2)
    await arm.get(2)
    await left.get(1)
    await asyncio.sleep(0.05)
    assert [event.params.camera_id for event in left.items] == ["left"]
    assert [event.params.camera_id for event in every.items] == ["left", "right"]
    assert [(event.params.side, event.params.index) for event in arm.items] == [("left", 2), ("right", 2)]


async def test_two_messages_on_one_topic_are_told_apart_by_their_type(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    snapshots: Inbox[Event[Snapshot]] = Inbox()
    sections: Inbox[Event[Section]] = Inbox()
    await client.on(SNAPSHOT, snapshots)
    await client.on(SECTION, sections)
    await client.publish(SECTION, Section(section="a", value="b"))
    await client.publish(SNAPSHOT, Snapshot(name="x"))
    await snapshots.get()
    await sections.get()
    counts = client.stats().filters["character/result"]
    assert (counts.invalid, counts.unexpected) == (0, 0)


async def test_an_event_type_that_nobody_takes_is_counted_and_acknowledged(
    memory_broker: MemoryBroker, clients: Clients
):
    client = await clients(memory_broker.url, receive_maximum=5)
    snapshots: Inbox[Event[Snapshot]] = Inbox()
    await client.on(SNAPSHOT, snapshots)
    for _ in range(20):
        memory_broker.publish("character/result", seal("other", b"{}", message_id="1", source="s", ts=1.0), qos=1)
    await client.publish(SNAPSHOT, Snapshot(name="x"))
    await snapshots.get()
    assert client.stats().filters["character/result"].unexpected == 20


async def test_a_former_event_type_is_still_taken(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    inbox: Inbox[Event[object]] = Inbox()
    await client.on(LLM_RESPONSE, inbox)
    for kind in ("llm.response", "llm.completion", "llm.other"):
        memory_broker.publish("llm/response", seal(kind, b'{"id":"1","reply":"x"}', message_id="1", source="s", ts=1.0))
    await inbox.get(2)
    await asyncio.sleep(0.02)
    assert [event.type for event in inbox.items] == ["llm.completion", "llm.completion"]


async def test_an_invalid_payload_of_a_former_type_is_invalid(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url)
    await client.on(LLM_RESPONSE, Inbox[Event[object]]())
    memory_broker.publish("llm/response", seal("llm.response", b"{}", message_id="1", source="s", ts=1.0))
    await eventually(lambda: client.stats().filters["llm/response"].invalid == 1)


async def test_a_literal_address_wins_over_a_parameter(broker: Broker, clients: Clients):
    wide = topic("x/{camera_id}", "x.any", Hit, params=FrameParams, wire="none", excludes=("x/special",))
    special = topic("x/special", "x.special", Hit, wire="none")
    client = await clients(broker.url)
    any_x: Inbox[Event[Hit]] = Inbox()
    one_x: Inbox[Event[Hit]] = Inbox()
    await client.on(wide, any_x)
    await client.on(special, one_x)
    await client.publish(special, Hit(text="special"))
    await client.publish(wide, Hit(text="wide"), params=FrameParams("other"))
    await any_x.get()
    await one_x.get()
    await asyncio.sleep(0.05)
    assert [event.data.text for event in any_x.items] == ["wide"]
    assert [event.data.text for event in one_x.items] == ["special"]


async def test_an_invalid_message_is_visible_and_stops_nothing(broker: Broker, clients: Clients):
    seen: list[InvalidMessage] = []

    async def on_invalid(message: InvalidMessage) -> None:
        seen.append(message)
        raise RuntimeError("also broken")

    client = await clients(broker.url, on_invalid=on_invalid, dead_letter_topic="dead/letters")
    peer = await clients(broker.url, "peer")
    letters = Raw()
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await peer.subscribe("dead/letters", letters, qos=1)
    await client.on(MEMORY_QUERY, inbox)
    for number in range(46):
        await peer.publish_event("memory/query", "memory.query", {"text": number}, qos=1)
    await peer.publish(MEMORY_QUERY, MemoryQuery(text="good"))
    await inbox.get()
    assert client.stats().filters["memory/query"].invalid == 46
    assert len(seen) == 46
    assert seen[0].topic == "memory/query"
    assert "data.text" in str(seen[0].error)
    assert b'"text":0' in seen[0].payload


async def test_invalid_messages_go_to_the_dead_letter_topic_as_they_came(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, dead_letter_topic="dead/letters")
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    memory_broker.publish("memory/query", b"{\xff")
    await eventually(lambda: any(item.topic == "dead/letters" for item in memory_broker.messages))
    letter = memory_broker.messages[-1]
    assert letter.payload == b"{\xff"
    assert ("topic", "memory/query") in letter.properties.user


async def test_a_payload_above_the_limit_is_not_parsed(memory_broker: MemoryBroker, clients: Clients):
    client = await clients(memory_broker.url, max_payload=1000)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x" * 2000))
    await eventually(lambda: client.stats().filters["memory/query"].invalid == 1)


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

    for _ in range(20):
        subscription = await client.on(MEMORY_QUERY, slow)
        await client.publish(MEMORY_QUERY, MemoryQuery(text="x"))
        await asyncio.sleep(0.001)
        await subscription.close()
    go.set()
    await eventually(lambda: not [t for t in asyncio.all_tasks() if t.get_name().startswith("handler of")])


async def test_serve_and_on_side_by_side(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    inbox: Inbox[Event[MemoryQuery]] = Inbox()
    await client.on(MEMORY_QUERY, inbox)
    await client.serve(MEMORY, answer_memory)
    assert (await client.request(MEMORY, MemoryQuery(text="Mars"), timeout=5)).query == "Mars"
    await inbox.get()


@pytest.mark.parametrize("arguments", ["", "a, b", "*, a"], ids=["none", "two", "keyword only"])
async def test_a_handler_that_cannot_take_an_event_is_refused_at_once(clients: Clients, arguments: str):
    names: dict[str, Any] = {}
    exec(f"async def handler({arguments}): ...", names)
    with MemoryBroker() as broker:
        client = await clients(broker.url)
        with pytest.raises(TypeError, match="is called with 1 positional argument"):
            await client.on(MEMORY_QUERY, names["handler"])


async def test_an_async_generator_is_no_handler_and_the_error_says_why(clients: Clients):
    async def handler(event: object):
        yield event

    with MemoryBroker() as broker:
        client = await clients(broker.url)
        with pytest.raises(TypeError, match="without 'yield'"):
            await client.on(MEMORY_QUERY, handler)  # type: ignore[arg-type]


async def test_an_invalid_message_is_reported_once_however_many_handlers_there_are(clients: Clients):
    reported: list[object] = []

    async def on_invalid(message: object) -> None:
        reported.append(message)

    async def handler(event: object) -> None: ...

    with MemoryBroker() as broker:
        client = await clients(broker.url, on_invalid=on_invalid)
        for _ in range(3):
            await client.on(MEMORY_QUERY, handler)
        await client.publish_event(str(MEMORY_QUERY.address), MEMORY_QUERY.event_type, {"nonsense": 1}, qos=1)
        await eventually(lambda: bool(reported))
        await client.shutdown()
    assert len(reported) == 1
    assert client.stats().total("invalid") == 1


async def test_a_qos_that_does_not_exist_is_refused(clients: Clients):
    with MemoryBroker() as broker:
        client = await clients(broker.url)
        with pytest.raises(ValueError, match="qos must be 0, 1 or 2, not 5"):
            await client.publish_event("a", "a", {}, qos=5)
