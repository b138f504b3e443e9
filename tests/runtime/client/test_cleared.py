"""An empty message clears a retained one: it is no event, and not invalid either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from topicwright import Call, Cleared, Event, InvalidMessage, Model, Topic
from topicwright.mqtt.message import Properties
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Inbox, eventually

Broker = LocalBroker | MemoryBroker


class Status(Model):
    ok: bool


@dataclass(frozen=True, kw_only=True)
class Params:
    device: str


STATUS: Topic[Status, Params, Any] = Topic(
    "status/{device}", "status", Status, params=Params, wire="none", retain=True, qos=1
)


@pytest.mark.parametrize("observed", [False, True])
async def test_a_handler_hears_of_the_clearing_and_nothing_is_invalid(broker: Broker, clients: Clients, observed: bool):
    reported: list[InvalidMessage] = []
    cleared: Inbox[Cleared[Params]] = Inbox()
    events: Inbox[Event[Status, Params]] = Inbox()

    async def invalid(message: InvalidMessage) -> None:
        reported.append(message)

    client = await clients(broker.url, on_invalid=invalid, dead_letter_topic="dead")
    await client.on(STATUS, events, cleared=cleared)
    await client.publish(STATUS, Status(ok=True), params=Params(device="a"))
    await events.get()
    await client.clear(STATUS, params=Params(device="a"))
    await cleared.get()
    assert cleared.items == [Cleared(topic="status/a", params=Params(device="a"))]
    late = await clients(broker.url, "late")
    nothing: Inbox[Event[Status, Params]] = Inbox()
    await late.on(STATUS, nothing)
    await client.clear(STATUS, params=Params(device="b"))
    await eventually(lambda: late.stats().cleared == 1)
    assert (nothing.items, reported, client.stats().total("invalid")) == ([], [], 0)


async def test_an_empty_request_is_invalid(memory_broker: MemoryBroker, clients: Clients):
    reply: Topic[Status, Any, Any] = Topic("reply", "reply", Status, wire="none")
    request: Topic[Status, Any, Any] = Topic("request", "request", Status, wire="none")
    client = await clients(memory_broker.url)

    async def answer(event: Event[Status]) -> Status:
        return event.data

    await client.serve(Call(request, (reply,)), answer)
    memory_broker.publish("request", b"", qos=1, properties=Properties(response_topic="reply"))
    memory_broker.publish("request", b"", qos=1)
    await eventually(lambda: client.stats().total("invalid") == 2)
    assert client.stats().cleared == 0
