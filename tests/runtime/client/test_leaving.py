"""Leaving is graceful: what was delivered is handled and acknowledged, and nothing else is."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import Event, Subscription
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.catalog import MEMORY_QUERY, MemoryQuery
from tests.runtime.support.clients import Clients, Inbox, Raw, eventually, make, transport, within
from tests.runtime.support.script_broker import ScriptBroker, publish

Broker = LocalBroker | MemoryBroker
BACKLOG = [publish("a", b"%d" % number, packet_id=number) for number in range(1, 51)]


@pytest.fixture(params=["engine", "library"])
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


class Slow:
    """A handler that takes a moment for each message."""

    def __init__(self, seconds: float = 0.001) -> None:
        self.began: list[bytes] = []
        self.done: list[bytes] = []
        self._seconds = seconds

    async def __call__(self, payload: bytes) -> None:
        self.began.append(payload)
        await asyncio.sleep(self._seconds)
        self.done.append(payload)


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_row_53_unsubscribing_waits_for_the_broker_and_for_all_that_was_delivered(over: str, concurrency: int):
    handler = Slow()
    async with ScriptBroker(*BACKLOG) as broker, make(broker.url, "me") as client:
        broker.before_unsuback = lambda: publish("a", b"late", packet_id=60)
        await client.subscribe("a", handler, qos=1, concurrency=concurrency)
        await eventually(lambda: handler.done)
        await client.unsubscribe("a")
        assert broker.count("UNSUBSCRIBE") == 1
        assert len(handler.done) == 51
        assert b"late" in handler.done
        await eventually(lambda: broker.count("PUBACK") == 51)
        assert client.stats().unclaimed == 0


async def test_a_handler_that_does_not_finish_holds_close_up_for_the_shutdown_timeout(
    over: str, caplog: pytest.LogCaptureFixture
):
    handler = Slow(0.05)
    async with ScriptBroker(*BACKLOG[:10]) as broker, make(broker.url, "me", shutdown_timeout=0.1) as client:
        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: handler.began)
        await client.unsubscribe("a")
        assert len(handler.done) < 10
        assert "the handler of a has not finished in time: it goes on" in caplog.text
        await eventually(lambda: len(handler.done) == 10)
        await eventually(lambda: broker.count("PUBACK") == 10)


async def test_what_a_broker_still_sends_after_the_answer_is_handled(over: str):
    handler = Slow(0.01)
    async with ScriptBroker(*BACKLOG[:5]) as broker, make(broker.url, "me") as client:
        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: handler.began)
        closing = asyncio.create_task(client.unsubscribe("a"))
        await eventually(lambda: broker.count("UNSUBSCRIBE"))
        broker.send(publish("a", b"queued", packet_id=70))
        await within(closing)
        assert b"queued" in handler.done


async def test_what_comes_for_a_closed_handler_is_counted_and_said(over: str, caplog: pytest.LogCaptureFixture):
    async with ScriptBroker() as broker, make(broker.url, "me") as client:
        await client.subscribe("a", Slow(), qos=1)
        await client.unsubscribe("a")
        broker.send(publish("a", b"too late", packet_id=70))
        await eventually(lambda: broker.count("PUBACK") == 1)
        assert client.stats().unclaimed == 1
    assert "no handler for a: its subscription was closed" in caplog.text


async def test_a_handler_may_close_its_own_subscription_and_finishes_its_queue(broker: Broker, clients: Clients):
    client, got = await clients(broker.url), list[str]()

    async def once(event: Event[MemoryQuery]) -> None:
        if not got:
            await within(subscription.close())
        got.append(event.data.text)

    subscription: Subscription = await client.on(MEMORY_QUERY, once)
    await asyncio.gather(*(client.publish(MEMORY_QUERY, MemoryQuery(text=str(number))) for number in range(5)))
    await eventually(lambda: not client._dispatcher.registrations)
    assert got == [str(number) for number in range(len(got))]
    assert client.stats().filters["memory/query"].received == len(got)


async def test_closing_one_of_two_handlers_of_a_filter_leaves_the_other_one(broker: Broker, clients: Clients):
    client = await clients(broker.url)
    one: Inbox[Event[MemoryQuery]] = Inbox()
    two: Inbox[Event[MemoryQuery]] = Inbox()
    first = await client.on(MEMORY_QUERY, one)
    await client.on(MEMORY_QUERY, two)
    await client.publish(MEMORY_QUERY, MemoryQuery(text="both"))
    await one.get()
    await first.close()
    await first.close()
    await client.publish(MEMORY_QUERY, MemoryQuery(text="second alone"))
    await two.get(2)
    assert len(one.items) == 1


async def test_a_filter_subscribed_to_again_meanwhile_has_each_message_handled_once(
    memory_broker: MemoryBroker, clients: Clients
):
    client, go, old, new = await clients(memory_broker.url), asyncio.Event(), Raw(), Raw()

    async def slow(payload: bytes, topic: str) -> None:
        await go.wait()
        await old(payload, topic)

    async def on(handler: object) -> Subscription:
        registration = await client._registrations.add("a", 1, lambda incoming: handler(incoming.payload, "a"))  # type: ignore[operator]
        return client._registrations.subscription(registration)

    subscription = await on(slow)
    memory_broker.publish("a", b"1", qos=1)
    memory_broker.publish("a", b"2", qos=1)
    await eventually(lambda: client.stats().of("a").received == 2)
    closing = asyncio.create_task(subscription.close())
    await eventually(lambda: not memory_broker._sessions["me"].subscriptions)
    await on(new)
    memory_broker.publish("a", b"3", qos=1)
    await new.get()
    go.set()
    await within(closing)
    assert [payload for _, payload in old.items] == [b"1", b"2"]
    assert [payload for _, payload in new.items] == [b"3"]


async def test_what_a_handler_had_not_begun_at_a_refusal_waits_for_another(
    memory_broker: MemoryBroker, clients: Clients
):
    client, handler, raw = await clients(memory_broker.url), Slow(30), Raw()
    await client.shutdown()
    await client.connect()  # it resumes its session
    await client.subscribe("a", handler, qos=1)
    for payload in (b"1", b"2", b"3"):
        memory_broker.publish("a", payload, qos=1)
    await eventually(lambda: client.stats().of("a").received == 3)
    client._dispatcher.remove(client._dispatcher.registrations[0])  # as a refusal does
    await client._registrations.add("a", 1, lambda incoming: raw(incoming.payload, incoming.topic))
    await raw.get(2)
    assert [payload for _, payload in raw.items] == [b"2", b"3"]


# -- shutdown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic_filter", ["a", "$share/group/a"])
async def test_shutdown_without_a_session_unsubscribes_and_finishes_what_was_delivered(over: str, topic_filter: str):
    handler = Slow()
    async with ScriptBroker(*BACKLOG) as broker:
        broker.before_unsuback = lambda: publish("a", b"late", packet_id=60)
        client = make(broker.url, "me", session_expiry=0)
        await client.connect()
        await client.subscribe(topic_filter, handler, qos=1)
        await eventually(lambda: handler.done)
        await client.shutdown()
        assert len(handler.done) == 51
        await eventually(lambda: "DISCONNECT" in broker.got)
        assert broker.count("PUBACK") == 51
        assert broker.got.index("UNSUBSCRIBE") < broker.got.index("DISCONNECT")
        assert "PUBACK" not in broker.got[broker.got.index("DISCONNECT") :]


async def test_shutdown_keeps_the_subscriptions_of_a_session_that_lives_on(over: str):
    async with ScriptBroker() as broker:
        client = make(broker.url, "me", session_expiry=600)
        await client.connect()
        await client.subscribe("a", Slow(), qos=1)
        await client.subscribe("$share/group/b", Slow(), qos=1)
        await client.shutdown()
        assert broker.count("UNSUBSCRIBE") == 0


async def test_shutdown_does_not_wait_for_ever_for_a_broker_that_does_not_answer(over: str):
    async with ScriptBroker() as broker:
        broker.answers_unsubscribe = False
        client = make(broker.url, "me", session_expiry=0, shutdown_timeout=0.2)
        await client.connect()
        await client.subscribe("a", Slow(), qos=1)
        await within(client.shutdown())


async def test_messages_not_handled_in_time_are_not_acknowledged_and_their_number_is_said(
    over: str, caplog: pytest.LogCaptureFixture
):
    handler = Slow(0.2)
    async with ScriptBroker(*BACKLOG[:10]) as broker:
        client = make(broker.url, "me", session_expiry=0, shutdown_timeout=0.3)
        await client.connect()
        await client.subscribe("a", handler, qos=1)
        await eventually(lambda: handler.began)
        await client.shutdown()
        await eventually(lambda: "DISCONNECT" in broker.got)
        assert broker.count("PUBACK") == len(handler.done) < 10
    assert f"before {10 - len(handler.done)} messages are handled" in caplog.text
    assert "are lost: there is no session" in caplog.text


async def test_members_that_leave_a_group_one_after_the_other_lose_no_message_between_them(
    mosquitto: LocalBroker, clients: Clients
):
    done = list[bytes]()

    async def work(payload: bytes) -> None:
        await asyncio.sleep(0.002)
        done.append(payload)

    members = [await clients(mosquitto.url, f"member-{number}", session_expiry=0) for number in range(3)]
    for member in members:
        await member.subscribe("$share/group/jobs", work, qos=1)
    peer = await clients(mosquitto.url, "peer")

    async def publish_all() -> None:
        for number in range(150):
            await peer.publish_event("jobs", "job", {"n": number}, qos=1)

    publishing = asyncio.create_task(publish_all())
    for member in members[:2]:
        seen = len(done)
        await eventually(lambda seen=seen: len(done) > seen + 10)  # type: ignore[misc]
        await member.shutdown()
    await within(publishing)
    await eventually(lambda: len(done) >= 150)
    assert len(done) == len(set(done)) == 150
