"""A message that makes the broker end the connection is found, given up, and takes nothing else with it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import mqtt5
import pytest
from topicwright import (
    MQTTClient,
    PublishEndsConnectionError,
    PublishRejectedError,
    SubscribeEndsConnectionError,
    SubscribeRejectedError,
)
from topicwright.mqtt.message import Outgoing, Properties, Window
from topicwright.session.outbox.store import OutboxStore

from tests.runtime.support.clients import Clients, Raw, eventually, transport, within
from tests.runtime.support.policy_broker import CUT, PolicyBroker, Rule

NOT_AUTHORIZED, PAYLOAD_FORMAT_INVALID, SHUTTING_DOWN, QUOTA, FILTER_INVALID = 0x87, 0x99, 0x8B, 0x97, 0x8F


@pytest.fixture(params=["engine", "library"], autouse=True)
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


def ends(code: int, *topics: str) -> Rule:
    return lambda packet: code if isinstance(packet, mqtt5.PublishPacket) and packet.topic in topics else None


async def publish(client: MQTTClient, topic: str, number: int = 0, qos: int = 1) -> str:
    return await within(client.publish_event(topic, "x", {"n": number}, qos=qos))


@pytest.mark.parametrize("code", [CUT, NOT_AUTHORIZED, QUOTA])
@pytest.mark.parametrize("qos", [1, 2])
@pytest.mark.parametrize("session_present", [False, True])
async def test_row_48_a_message_that_ends_connections_fails_and_others_get_through(
    clients: Clients, code: int, qos: int, session_present: bool
):
    async with PolicyBroker(ends(code, "bad"), session_present=session_present) as broker:
        client = await clients(broker.url)
        good = [asyncio.create_task(publish(client, f"good/{n}", n, qos)) for n in range(5)]
        bad = asyncio.create_task(publish(client, "bad", qos=qos))
        late = [asyncio.create_task(publish(client, f"good/{n}", n, qos)) for n in range(5, 10)]
        with pytest.raises(PublishEndsConnectionError, match="'bad'") as caught:
            await bad
        await within(asyncio.gather(*good, *late))
        await publish(client, "good/last")
    assert broker.connections <= 4
    assert broker.topics.count("bad") <= 3
    assert isinstance(caught.value, PublishRejectedError)
    assert caught.value.reason == (0x80 if code == CUT else code)


async def test_a_reason_that_names_the_fault_of_a_lone_message_convicts_it_at_once(clients: Clients):
    async with PolicyBroker(ends(PAYLOAD_FORMAT_INVALID, "bad")) as broker:
        client = await clients(broker.url)
        with pytest.raises(PublishEndsConnectionError, match="payload format invalid"):
            await publish(client, "bad")
        await publish(client, "good")
        await publish(client, "good")
    assert broker.topics.count("bad") == 1
    assert broker.connections == 2


async def test_many_suspects_are_cleared_and_the_one_among_them_is_found(clients: Clients):
    async with PolicyBroker(ends(CUT, "bad"), session_present=True) as broker:
        client = await clients(broker.url)
        work = [publish(client, "bad" if n == 70 else f"good/{n % 7}", n) for n in range(100)]
        results = await within(asyncio.gather(*work, return_exceptions=True))
    assert [n for n, result in enumerate(results) if isinstance(result, Exception)] == [70]
    assert broker.connections <= 6


async def test_a_stream_of_such_messages_is_refused_and_others_go_on(clients: Clients):
    async with PolicyBroker(ends(NOT_AUTHORIZED, "bad")) as broker:
        client = await clients(broker.url)
        failed: list[Exception] = []

        async def stream() -> None:
            while True:
                try:
                    await publish(client, "bad", len(failed))
                except PublishEndsConnectionError as error:
                    failed.append(error)
                await asyncio.sleep(0.01)

        streams = [asyncio.create_task(stream()) for _ in range(3)]
        await eventually(lambda: len(failed) >= 50)
        connections = broker.connections
        for number in range(20):
            await publish(client, "good", number)
        for task in streams:
            task.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    assert broker.connections == connections <= 6


async def test_a_suspect_holds_others_up_by_no_more_than_a_round_trip_or_two(clients: Clients):
    swallowed = asyncio.Event()

    def rule(packet: Any) -> int | None:
        if isinstance(packet, mqtt5.PublishPacket) and packet.topic == "bad":
            if broker.connections < 3:
                return CUT
            swallowed.set()
            return -2  # as long as this one is not answered, the others must not wait for it
        return None

    async with PolicyBroker(rule) as broker:
        client = await clients(broker.url)
        bad = asyncio.create_task(publish(client, "bad"))
        await within(swallowed.wait())
        await publish(client, "good")
        assert not bad.done()
        bad.cancel()


async def test_a_broker_that_restarts_convicts_no_message(clients: Clients):
    def rule(packet: Any) -> int | None:
        return SHUTTING_DOWN if isinstance(packet, mqtt5.PublishPacket) and broker.connections < 8 else None

    async with PolicyBroker(rule) as broker:
        client = await clients(broker.url)
        await publish(client, "good")
    assert broker.connections == 8


async def test_a_connection_that_ends_whatever_is_sent_convicts_no_message(clients: Clients):
    def rule(packet: Any) -> int | None:
        broken = broker.connections < 8
        return CUT if broken and isinstance(packet, (mqtt5.PublishPacket, mqtt5.PingReqPacket)) else None

    async with PolicyBroker(rule) as broker:
        client = await clients(broker.url)
        await publish(client, "good")
    assert broker.topics.count("good") <= 3


async def test_a_message_without_a_publisher_any_more_is_given_up_too(clients: Clients):
    async with PolicyBroker(ends(CUT, "bad"), session_present=True) as broker:
        client = await clients(broker.url, publish_timeout=20.0)
        bad = asyncio.create_task(publish(client, "bad"))
        await eventually(lambda: "bad" in broker.topics)
        bad.cancel()
        await eventually(lambda: broker.connections >= 2)
        await publish(client, "good")
        await publish(client, "good")
    assert broker.topics.count("bad") <= 3


async def test_a_request_whose_message_ends_connections_fails_before_its_timeout(clients: Clients):
    async with PolicyBroker(ends(NOT_AUTHORIZED, "bad")) as broker:
        client = await clients(broker.url, publish_timeout=60.0)
        errors: list[BaseException] = []

        class Recipient:
            def ended(self, outcome: Any) -> None:
                errors.append(outcome.error)

        client._core.require().post(Outgoing("bad", b"{}", 1), Recipient())
        await eventually(lambda: errors)
        assert isinstance(errors[0], PublishEndsConnectionError)
        await publish(client, "good")


async def test_row_48_the_count_of_an_outbox_file_goes_on_in_the_next_process(clients: Clients, tmp_path: Path):
    path = tmp_path / "outbox.db"
    leave(path, Outgoing("bad", b"1", 1), Outgoing("good", b"2", 1))
    async with PolicyBroker(ends(CUT, "bad")) as broker:
        for _ in range(2):
            before = broker.topics.count("bad")
            client = await clients(
                broker.url, f"c{before}", outbox=f"sqlite:///{path}", reconnect_min_delay=60.0, reconnect_max_delay=60.0
            )
            await eventually(lambda: broker.topics.count("bad") > before and not client.connected)  # noqa: B023
            await client.shutdown()
        assert rows(path, "SELECT topic, ends FROM message") == [("bad", 2), ("good", 2)]
        client = await clients(broker.url, "last", outbox=f"sqlite:///{path}")
        await eventually(lambda: not client._core.require().in_flight)
        await publish(client, "good")
        await client.shutdown()
    assert broker.topics.count("bad") == 3
    assert rows(path, "SELECT topic FROM message") == []


async def test_an_inherited_message_that_is_given_up_goes_to_the_dead_letters_and_the_log(
    clients: Clients, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "outbox.db"
    leave(path, Outgoing("bad", b"payload", 1))
    async with PolicyBroker(ends(NOT_AUTHORIZED, "bad")) as broker:
        client = await clients(broker.url, outbox=f"sqlite:///{path}", dead_letter_topic="dead")
        await eventually(lambda: "dead" in broker.topics)
        await eventually(lambda: not client._core.require().in_flight)
        await client.shutdown()
    letter = next(item for item in broker.packets if isinstance(item, mqtt5.PublishPacket) and item.topic == "dead")
    assert letter.payload == b"payload"
    assert ("topic", "bad") in [tuple(pair) for pair in letter.user_properties]
    assert "behind a message on 'bad' (0x87 not authorized)" in caplog.text
    assert rows(path, "SELECT topic FROM message") == []


async def test_an_inherited_message_has_a_deadline_and_keeps_its_expiry_interval(clients: Clients, tmp_path: Path):
    path = tmp_path / "outbox.db"
    leave(path, Outgoing("old", b"", 1), Outgoing("expired", b"", 1, False, Properties(expiry=60)))
    leave(path, Outgoing("new", b"", 1, False, Properties(expiry=7200)))
    rows(path, "UPDATE message SET added = added - 3600")
    rows(path, "UPDATE message SET added = added - 86400 WHERE topic = 'old'")
    async with PolicyBroker(lambda _: None) as broker:
        client = await clients(broker.url, outbox=f"sqlite:///{path}", outbox_max_age=86400.0, dead_letter_topic="dead")
        await eventually(lambda: "dead" in broker.topics)
        await eventually(lambda: not client._core.require().in_flight)
        await client.shutdown()
    sent = {item.topic: item for item in broker.packets if isinstance(item, mqtt5.PublishPacket)}
    assert "expired" not in sent
    assert 3500 < sent["new"].message_expiry_interval <= 3600
    assert rows(path, "SELECT topic FROM message") == []


def test_a_file_of_the_version_before_is_taken_over(tmp_path: Path):
    path = tmp_path / "outbox.db"
    leave(path, Outgoing("a", b"1", 1))
    for column in ("added", "ends"):
        rows(path, f"ALTER TABLE message DROP COLUMN {column}")
    rows(path, "PRAGMA user_version=1")
    store = OutboxStore(f"sqlite:///{path}")
    [stored] = store.load()
    assert (stored.message.topic, stored.ends) == ("a", 0)
    assert stored.age < 60
    store._database.close()


def ends_filter(code: int, *filters: str) -> Rule:
    return lambda packet: (
        code
        if isinstance(packet, mqtt5.SubscribePacket) and {item.pattern for item in packet.topic_filters} & {*filters}
        else None
    )


@pytest.mark.parametrize("code", [CUT, NOT_AUTHORIZED, FILTER_INVALID])
@pytest.mark.parametrize("session_present", [False, True])
async def test_row_48_a_filter_that_ends_connections_is_refused_and_others_go_on(
    clients: Clients, code: int, session_present: bool
):
    async with PolicyBroker(ends_filter(code, "bad/#"), session_present=session_present) as broker:
        client = await clients(broker.url)
        inbox = Raw()
        await client.subscribe("good/#", inbox, qos=1)
        good = [asyncio.create_task(publish(client, "out", n)) for n in range(5)]
        with pytest.raises(SubscribeEndsConnectionError, match="bad/#") as caught:
            await within(client.subscribe("bad/#", inbox, qos=1))
        await within(asyncio.gather(*good))
        await publish(client, "out")
        await within(client.subscribe("late/#", inbox, qos=1))
        assert broker.connections <= 4
        assert isinstance(caught.value, SubscribeRejectedError)
        assert caught.value.reason == (0x80 if code == CUT else code)
        assert client.stats().subscriptions_refused == 1


async def test_a_filter_that_begins_to_end_connections_stays_wanted_and_others_come_back(
    clients: Clients,
):
    told: list[SubscribeRejectedError] = []

    async def refused(error: SubscribeRejectedError) -> None:
        told.append(error)

    async with PolicyBroker(lambda _: None) as broker:
        client = await clients(broker.url, on_subscription_refused=refused)
        inbox = Raw()
        for topic_filter in ("a/#", "b/#", "c/#"):
            await client.subscribe(topic_filter, inbox, qos=1)
        broker.rule = ends_filter(CUT, "b/#")
        broker.cut()
        await eventually(lambda: told)
        connections = broker.connections
        for number in range(5):
            await publish(client, "out", number)
        await broker.send(mqtt5.PublishPacket("c/1", b"x"))
        await inbox.get()
        assert [error.topic_filter for error in told] == ["b/#"]
        assert broker.connections == connections <= 6


def leave(path: Path, *messages: Outgoing) -> None:
    """Leave messages in an outbox file, as a process does that is killed."""
    store = OutboxStore(f"sqlite:///{path}")
    for message in messages:
        store.add(message, Window(0))
    store._database.close()


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(path)
    with database:
        found = database.execute(statement).fetchall()
    database.close()
    return found
