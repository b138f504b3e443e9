"""Handlers of catalog topics: parameters, event types, invalid messages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from topicwright import ANY, Event, InvalidMessage, RequestTimeoutError
from topicwright.client.rpc import replies
from topicwright.codec import decoder, envelope, event_reader
from topicwright.codec.envelope import seal
from topicwright.dispatch.dedupe import message_key
from topicwright.dispatch.handlers import invocation, partition
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import (
    CAMERA_FRAME,
    LLM_RESPONSE,
    MEMORY,
    MEMORY_QUERY,
    SECTION,
    SIDE,
    SNAPSHOT,
    Frame,
    FrameParams,
    Hit,
    MemoryQuery,
    Section,
    Snapshot,
    answer_memory,
    topic,
)
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually

Broker = LocalBroker | MemoryBroker


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


async def test_two_messages_on_one_topic_are_distinguished_by_their_type(broker: Broker, clients: Clients):
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


async def test_a_payload_above_the_limit_is_parsed_by_nobody(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    parsed: list[int] = []
    make = decoder.Decoder.__init__

    def made(self: Any, topic: Any) -> None:
        make(self, topic)
        validate = self._validate
        self._validate = lambda payload, **more: (parsed.append(len(payload)), validate(payload, **more))[1]

    monkeypatch.setattr(decoder.Decoder, "__init__", made)
    for parse in (message_key.message_key, envelope.peek):

        def watched(*arguments: Any, parse: Any = parse) -> Any:
            parsed.append(len(arguments[-1]))
            return parse(*arguments)

        for module in (invocation, partition, event_reader, replies):
            if parse.__name__ in vars(module):
                monkeypatch.setattr(module, parse.__name__, watched)
    client = await clients(memory_broker.url, max_payload=1000, dedupe_ttl=60.0)
    await client.on(MEMORY_QUERY, Inbox[Event[MemoryQuery]]())
    await client.publish(MEMORY_QUERY, MemoryQuery(text="x" * 2000))
    await eventually(lambda: client.stats().filters["memory/query"].invalid == 1)
    with pytest.raises(RequestTimeoutError):
        await client.request(MEMORY, MemoryQuery(text="x"), timeout=0.2)
    memory_broker.publish(
        "memory/results", seal("memory.query.result", b'"%s"' % (b"x" * 2000), message_id="a", source="b", ts=1.0)
    )
    await eventually(lambda: client.stats().unmatched_replies == 1)
    assert parsed
    assert max(parsed) <= 1000


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


async def test_an_async_generator_is_refused_as_a_handler_and_the_error_explains(clients: Clients):
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
