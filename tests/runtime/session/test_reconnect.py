"""Reconnecting after a loss, and connections that end permanently."""

from __future__ import annotations

import asyncio

import pytest
from topicwright import (
    NotConnectedError,
    SessionTakenOverError,
)
from topicwright.testing import LocalBroker, MemoryBroker

from tests.runtime.support.clients import Clients, Raw, eventually, make, transport, within
from tests.runtime.support.network import FakeBroker


async def test_subscriptions_are_back_after_a_broker_restart(mosquitto: LocalBroker, clients: Clients):
    client = await clients(mosquitto.url, enable_health=True, session_expiry=0)
    raw, health = Raw(), Raw()
    await client.subscribe("a/#", raw, qos=1)
    await client.subscribe("system/health/me", health, qos=1)
    for number in range(3):
        mosquitto.kill()
        await eventually(lambda: not client.connected)
        mosquitto.start()
        await eventually(lambda: client.connected, timeout=10)
        await client.publish_event("a/b", "a", {"n": number}, qos=1)
        await raw.get(number + 1)
    await eventually(lambda: sum(b'"reconnected"' in payload for _, payload in health.items) >= 3)
    assert client.stats().reconnects == 3


async def test_the_reconnect_delay_grows_with_jitter_and_starts_anew(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    client = await clients(memory_broker.url, reconnect_min_delay=0.1, reconnect_max_delay=5.0)
    waits: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        waits.append((low, round(high, 3)))
        return 0.0

    monkeypatch.setattr("topicwright.session.backoff.random.uniform", uniform)
    memory_broker.stop()
    await eventually(lambda: len(waits) >= 9)
    memory_broker.start()
    await eventually(lambda: client.connected)
    assert waits[:8] == [(0.1, d) for d in (0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0)]


async def test_the_reconnect_delay_starts_anew_after_a_connection_that_lasted(
    memory_broker: MemoryBroker, clients: Clients, monkeypatch: pytest.MonkeyPatch
):
    client = await clients(memory_broker.url, reconnect_min_delay=0.1, reconnect_max_delay=0.25)
    waits: list[float] = []

    def uniform(low: float, high: float) -> float:
        waits.append(round(high, 3))
        return 0.0

    monkeypatch.setattr("topicwright.session.backoff.random.uniform", uniform)
    for _ in range(2):
        memory_broker.disconnect("me")
        await eventually(lambda: client.connected)
        await asyncio.sleep(0.3)
    assert waits == [0.2, 0.2]


async def test_two_clients_with_one_id_do_not_fight_without_a_reason_code(
    mosquitto: LocalBroker, clients: Clients, caplog: pytest.LogCaptureFixture
):
    """mosquitto 2.0.11 closes the older connection without a word."""
    one = await clients(mosquitto.url, "same", reconnect_max_delay=5.0)
    two = await clients(mosquitto.url, "same", reconnect_max_delay=5.0)
    if one._core.session is not None and one._core.session.failed.done():
        pytest.skip("this broker says 0x8E")
    await eventually(lambda: "does another client use the client id 'same'?" in caplog.text)
    assert one.stats().reconnects + two.stats().reconnects < 12


async def test_a_session_that_is_taken_over_ends_and_does_not_fight(memory_broker: MemoryBroker, clients: Clients):
    broker = memory_broker
    first = await clients(broker.url, "same")
    waiting = asyncio.create_task(first.run_forever())
    await asyncio.sleep(0)
    second = await clients(broker.url, "same")
    with pytest.raises(SessionTakenOverError):
        await within(waiting)
    assert not first.connected
    with pytest.raises(NotConnectedError, match="same client id"):
        await first.publish_event("a", "a", {})
    await asyncio.sleep(0.3)
    assert second.connected
    await second.shutdown()
    await within(first.connect())
    assert first.connected


@pytest.mark.parametrize("over", ["engine", "library"])
async def test_row_34_a_takeover_that_the_broker_reports_is_fatal(over: str):
    async with FakeBroker(b"\xe0\x02\x8e\x00") as broker:
        client = make(broker.url, "me", transport=over)
        await client.connect()
        with pytest.raises(SessionTakenOverError) as caught:
            await within(client.run_forever())
        assert caught.value.reason == 0x8E
        await client.shutdown()
        assert broker.connections == 1


async def test_a_broker_that_disconnects_is_left_and_tried_again(caplog: pytest.LogCaptureFixture):
    async with FakeBroker(b"\xe0\x02\x8b\x00") as broker:
        async with make(broker.url, "me") as client:
            await eventually(lambda: client.stats().reconnects == 1)
        assert "0x8B server shutting down" in caplog.text


MALFORMED = {
    "publish of an invalid topic": b"\x30\x06\x00\x02\xff\xfe\x00x",
    "publish on no topic": b"\x30\x04\x00\x00\x00x",
    "publish on a filter": b"\x30\x05\x00\x01#\x00x",
    "publish that ends too early": b"\x30\x02\x00\x09",
    "packet type 0": b"\x00\x00",
    "length of five bytes": b"\x30\xff\xff\xff\xff\x7f",
    "empty puback": b"\x40\x00",
    "suback for nobody": b"\x90\x04\x00\x63\x00\x00\x30",
}


# The codec looks for UTF-8 in its own language, and panics: Python hears of it twice.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("over", ["engine", "library"])
@pytest.mark.parametrize("name", MALFORMED)
async def test_row_32_a_malformed_packet_ends_the_connection_and_nothing_else(
    name: str, over: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(transport, "over", over)
    async with FakeBroker(MALFORMED[name], MALFORMED[name]) as broker:
        async with make(broker.url, "me", keepalive=1) as client:
            inbox = Raw()
            await within(client.subscribe("#", inbox))
            await within(client.publish_event("a", "a", {}, qos=0))
            await eventually(lambda: client.connected)
        assert broker.connections < 20
        assert inbox.topics == []
