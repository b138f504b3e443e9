"""Settings of the connection, each on a mosquitto and over both transports."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from topicwright import AuthenticationError, ConnectError, Login, MQTTClient
from topicwright.testing import LocalBroker
from topicwright.testing.broker_programs import free_port

from tests.runtime.support.clients import Clients, Raw, eventually, make, needs_mosquitto, transport, within

pytestmark = needs_mosquitto


@pytest.fixture(params=["engine", "library"])
def over(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(transport, "over", request.param)
    return str(request.param)


@pytest.fixture
def login() -> Iterator[LocalBroker]:
    with LocalBroker(kind="mosquitto", username="me", password="right") as broker:
        yield broker


class Secrets:
    """A callback for the login, whose password changes."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.asked = 0

    async def __call__(self) -> Login:
        await asyncio.sleep(0)
        self.asked += 1
        return Login(username="me", password=self.password)


def restart(broker: LocalBroker) -> None:
    broker.kill()
    broker.start()


async def test_the_login_of_a_callback_lets_in_and_is_asked_for_again(over: str, login: LocalBroker, clients: Clients):
    secrets = Secrets("wrong")
    client = clients.make(f"mqtt://127.0.0.1:{login.port}", "me", credentials=secrets)
    with pytest.raises(AuthenticationError):
        await within(client.connect())
    secrets.password = "right"
    await within(client.connect())
    restart(login)
    await eventually(lambda: client.stats().reconnects == 1)
    assert secrets.asked == 3


async def test_a_login_refused_later_ends_the_client_and_the_program_hears_of_it(
    over: str, login: LocalBroker, clients: Clients
):
    told: list[object] = []

    async def on_connected() -> None:
        told.append("connected")

    async def on_lost(error: ConnectError | None) -> None:
        told.append("lost")

    async def on_failed(error: ConnectError) -> None:
        told.append(type(error))

    secrets, hooks = Secrets("right"), {"on_connected": on_connected, "on_lost": on_lost, "on_failed": on_failed}
    client = await clients(f"mqtt://127.0.0.1:{login.port}", credentials=secrets, **hooks)
    secrets.password = "wrong"
    restart(login)
    with pytest.raises(AuthenticationError):
        await within(client.closed())
    await eventually(lambda: told == ["connected", "lost", AuthenticationError], str(told))


async def test_a_login_refused_later_is_asked_for_again_where_the_settings_say_so(
    over: str, login: LocalBroker, clients: Clients
):
    secrets = Secrets("right")
    client = await clients(f"mqtt://127.0.0.1:{login.port}", credentials=secrets, login_retry_delay=0.2)
    secrets.password = "wrong"
    restart(login)
    await eventually(lambda: secrets.asked > 3)
    secrets.password = "right"
    await eventually(lambda: client.stats().reconnects == 1)


async def test_user_and_password_come_from_the_environment(
    over: str, login: LocalBroker, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {"URL": f"mqtt://127.0.0.1:{login.port}", "CLIENT_ID": "me", "USERNAME": "me"}.items():
        monkeypatch.setenv(f"MQTT_{name}", value)
    monkeypatch.setenv("MQTT_PASSWORD", "right")
    async with MQTTClient.from_env(transport=over) as client:
        assert client.connected
    monkeypatch.setenv("MQTT_PASSWORD", "wrong")
    with pytest.raises(AuthenticationError):
        await within(MQTTClient.from_env(transport=over).connect())


async def test_a_password_may_come_without_a_user_name(over: str):
    with LocalBroker(kind="mosquitto") as broker:
        async with make(broker.url, "me", password="token") as client:
            assert client.connected


async def test_async_with_waits_for_a_broker_that_starts_later(over: str):
    port = free_port()
    broker = LocalBroker(kind="mosquitto", port=port)
    try:
        async with asyncio.TaskGroup() as tasks:
            client = make(f"mqtt://127.0.0.1:{port}", "me", connect_retry=60.0)
            connecting = tasks.create_task(within(client.connect()))
            await asyncio.sleep(0)
            broker.start()
            await connecting
        assert client.connected
        await client.shutdown()
    finally:
        broker.stop()


async def test_the_next_broker_of_several_is_taken_where_one_ends(over: str, clients: Clients):
    with LocalBroker(kind="mosquitto") as first, LocalBroker(kind="mosquitto") as second:
        client, raw = await clients(f"{first.url},{second.url}"), Raw()
        await client.subscribe("a", raw, qos=1)
        first.kill()
        await eventually(lambda: client.stats().reconnects == 1)
        peer = await clients(second.url, "peer")
        await eventually(lambda: client.stats().subscriptions_missing == 0)
        await client.publish_event("b", "b", {}, qos=1)
        await peer.publish_bytes("a", b"x", qos=1)
        await raw.get()


async def test_a_name_with_two_addresses_of_which_one_answers(over: str):
    with LocalBroker(kind="mosquitto") as broker:  # it listens on 127.0.0.1 alone; the name has ::1 too, where that is
        async with make(f"mqtt://localhost:{broker.port}", "me") as client:
            assert client.connected


@pytest.mark.parametrize("client_id", ["house/7/lamp", "a+b#", "{hostname}-{pid}-{random}"])
async def test_any_text_is_a_client_id_on_a_broker_too(over: str, clients: Clients, client_id: str):
    with LocalBroker(kind="mosquitto") as broker:
        client = await clients(broker.url, client_id)
        await client.publish_bytes("a", b"x", qos=1)
        assert "{" not in client.client_id
        await clients.close()


async def test_qos_0_is_dropped_or_kept_while_the_broker_is_gone(over: str, clients: Clients):
    with LocalBroker(kind="mosquitto") as broker:
        keeps = await clients(broker.url, "keeps")
        drops = await clients(broker.url, "drops", qos_0_offline="drop")
        broker.kill()
        await eventually(lambda: not keeps.connected and not drops.connected)
        await within(drops.publish_bytes("a", b"dropped"))
        kept = asyncio.create_task(keeps.publish_bytes("a", b"kept"))
        await asyncio.sleep(0)
        assert not kept.done()
        broker.start()
        raw, reader = Raw(), await clients(broker.url, "reader")
        await reader.subscribe("a", raw, qos=1)
        await within(kept)
        stats: Any = drops.stats()
        assert stats.topics["a"].published == 0
        await clients.close()
