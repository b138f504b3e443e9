"""A requester subscribes to the replies of its own requests, and not to those of others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from topicwright import Call, Event, Model, RequestTimeoutError, Topic
from topicwright.client.rpc import listening
from topicwright.testing import MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, within


@dataclass(frozen=True, slots=True)
class Robot:
    site: str
    robot: str


@dataclass(frozen=True, slots=True)
class Site:
    site: str


class Ask(Model):
    q: str = ""


class Answer(Model):
    a: str
    last: bool = False


DO: Topic[Ask, Robot] = Topic("fleet/{site}/{robot}/do", "cmd.do", Ask, wire="tars", params=Robot)
DONE: Topic[Answer, Robot] = Topic("fleet/{site}/{robot}/done", "cmd.done", Answer, wire="tars", params=Robot)
OF_SITE: Topic[Answer, Site] = Topic("site/{site}/done", "cmd.done", Answer, wire="tars", params=Site)
ONE: Call[Ask, Answer, Robot] = Call(DO, (DONE,))
TWO: Call[Ask, Answer, Robot] = Call(DO, (OF_SITE,))
MANY: Call[Ask, Answer, Robot] = Call(DO, (DONE,), until="last")


def filters(broker: MemoryBroker, client_id: str) -> set[str]:
    return {name for name in broker._sessions[client_id].subscriptions if not name.startswith("system/")}


async def answer(event: Event[Ask, Robot]) -> Answer:
    return Answer(a=event.params.robot)


async def test_requester_of_one_robot_hears_that_robot_alone(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    await server.serve(ONE, answer)
    replies = (client.request(ONE, Ask(), params=Robot("b", f"r{number}"), timeout=30) for number in range(20))
    assert [reply.a for reply in await within(asyncio.gather(*replies))] == [f"r{number}" for number in range(20)]
    assert filters(memory_broker, "client") == {f"fleet/b/r{number}/done" for number in range(20)}
    assert (await within(client.request(ONE, Ask(), params=Robot("b", "r1"), timeout=30))).a == "r1"


async def test_parameters_that_a_reply_does_not_have_are_left_out(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    await server.serve(TWO, answer)
    assert (await within(client.request(TWO, Ask(), params=Robot("b", "r1"), timeout=30))).a == "r1"
    assert filters(memory_broker, "client") == {"site/b/done"}


async def test_subscriptions_of_requests_that_are_over_are_bounded(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "MAX_IDLE", 3)
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    await server.serve(ONE, answer)
    for number in (*range(10), 0):
        assert (await within(client.request(ONE, Ask(), params=Robot("b", f"r{number}"), timeout=30))).a == f"r{number}"
    await eventually(lambda: filters(memory_broker, "client") == {f"fleet/b/r{number}/done" for number in (8, 9, 0)})


async def test_stream_of_one_robot_hears_that_robot_alone(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")

    async def parts(event: Event[Ask, Robot]) -> None:
        for last in (False, True):
            part = Answer(a="x", last=last)
            await server.publish(DONE, part, params=event.params, correlation_id=event.id)

    await server.on(DO, parts)
    got = [part.last async for part in client.stream(MANY, Ask(), params=Robot("b", "r1"), timeout=30)]
    assert got == [False, True]
    assert filters(memory_broker, "client") == {"fleet/b/r1/done"}


async def test_request_that_timed_out_leaves_its_place_to_the_next(memory_broker: MemoryBroker, clients: Clients):
    server, client = await clients(memory_broker.url, "server"), await clients(memory_broker.url, "client")
    await server.subscribe("fleet/+/+/do", Raw(), qos=1)
    calls: Any = client.request(ONE, Ask(), params=Robot("b", "r1"), timeout=0.05)
    with pytest.raises(RequestTimeoutError):
        await within(calls)
    await server.serve(ONE, answer)
    assert (await within(client.request(ONE, Ask(), params=Robot("b", "r1"), timeout=30))).a == "r1"
