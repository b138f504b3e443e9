"""The login of each attempt, waiting for a broker at the start, refusals afterwards, and several brokers."""

from __future__ import annotations

import asyncio
from typing import Any

import mqtt5
import pytest
from topicwright import (
    AuthenticationError,
    BrokerUnavailableError,
    ConfigurationError,
    CredentialsError,
    Login,
    MQTTClient,
)
from topicwright.testing.broker_programs import free_port

from tests.runtime.support.clients import Clients, eventually, make, within
from tests.runtime.support.policy_broker import PolicyBroker

TRANSPORTS = pytest.mark.parametrize("over", ["engine", "library"])
REFUSED = mqtt5.ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD


def connects(broker: PolicyBroker) -> list[Any]:
    return [packet for packet in broker.packets if isinstance(packet, mqtt5.ConnectPacket)]


@TRANSPORTS
async def test_the_login_is_asked_for_at_each_attempt(clients: Clients, over: str):
    tokens = iter(range(100))

    async def credentials() -> Login:
        await asyncio.sleep(0)
        return Login(password=f"token-{next(tokens)}")

    async with PolicyBroker(lambda _: None) as broker:
        client = await clients(broker.url, transport=over, credentials=credentials)
        broker.cut()
        await eventually(lambda: len(connects(broker)) == 2 and client.connected)
    assert [packet.password for packet in connects(broker)] == [b"token-0", b"token-1"]


async def test_a_callback_that_fails_is_the_cause_of_the_error_and_asked_again_later(clients: Clients):
    broken = False

    async def credentials() -> Login:
        if broken:
            raise ZeroDivisionError
        return Login("user", "password")

    async with PolicyBroker(lambda _: None) as broker:
        client = await clients(broker.url, transport="engine", credentials=credentials)
        broken = True
        broker.cut()
        await eventually(lambda: not client.connected)
        other = make(broker.url, "other", transport="engine", credentials=credentials)
        with pytest.raises(CredentialsError, match="ZeroDivisionError") as caught:
            await within(other.connect())
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        broken = False
        await eventually(lambda: client.connected)


def test_a_login_comes_from_one_place():
    async def credentials() -> Login:
        return Login()

    for url, options in (("mqtt://u:p@h", {}), ("mqtt://h", {"username": "u"}), ("mqtt://h,mqtt://u:p@h", {})):
        with pytest.raises(ConfigurationError, match="credentials="):
            MQTTClient(url, "me", credentials=credentials, **options)  # type: ignore[arg-type]


@TRANSPORTS
async def test_the_first_connect_waits_for_a_broker_where_that_is_asked_for(over: str):
    port = free_port()
    client = make(f"mqtt://127.0.0.1:{port}", "me", transport=over, connect_retry=60.0)
    connecting = asyncio.create_task(client.connect())
    await asyncio.sleep(0.3)
    assert not connecting.done()
    async with PolicyBroker(lambda _: None, port=port):
        await within(connecting)
        assert client.connected
        await client.shutdown()


async def test_waiting_for_a_broker_has_an_end_and_can_be_cancelled():
    url = f"mqtt://127.0.0.1:{free_port()}"
    with pytest.raises(BrokerUnavailableError, match="cannot connect"):
        await within(make(url, "me", connect_retry=0.5).connect())
    client = make(url, "me", connect_retry=1e6)
    connecting = asyncio.create_task(client.connect())
    await asyncio.sleep(0.3)
    connecting.cancel()
    await asyncio.wait({connecting})
    assert connecting.cancelled()
    await within(client.shutdown())


@TRANSPORTS
async def test_a_login_refused_later_is_final_or_asked_for_again_as_the_settings_say(
    clients: Clients, over: str, caplog: pytest.LogCaptureFixture
):
    async with PolicyBroker(lambda _: None) as broker:
        patient = await clients(broker.url, "patient", transport=over, login_retry_delay=0.2)
        final = await clients(broker.url, "final", transport=over)
        broker.refuses = REFUSED
        broker.cut()
        with pytest.raises(AuthenticationError):
            await within(final.closed())
        await eventually(lambda: "asking again in 0.2 s" in caplog.text)
        broker.refuses = None
        await eventually(lambda: patient.connected)
        broker.refuses = REFUSED
        with pytest.raises(AuthenticationError):  # at the first attempt it is final in any case
            await within(make(broker.url, "new", transport=over, login_retry_delay=0.2, connect_retry=60.0).connect())


@TRANSPORTS
async def test_several_brokers_are_tried_in_turn(clients: Clients, over: str):
    dead = f"mqtt://127.0.0.1:{free_port()}"
    async with PolicyBroker(lambda _: None) as first, PolicyBroker(lambda _: None) as second:
        login = second.url.replace("//", "//user:s3cret@")
        client = await clients(f"{dead}, {first.url},{login}", transport=over)
        assert (first.connections, second.connections) == (1, 0)
        first._server.close()
        first.cut()
        await eventually(lambda: second.connections == 1 and client.connected)
        await client.publish_event("a", "a", {}, qos=1)
        assert connects(first)[0].username is None
        assert connects(second)[0].password == b"s3cret"
        assert "s3cret" not in repr(client.settings)


@pytest.mark.parametrize("text", ["mqtt://a,ws://b", "mqtt://a,nonsense", "mqtt://a,", "mqtt://a,mqtt://b:0"])
def test_a_list_of_brokers_is_of_one_kind_and_valid_in_each_part(text: str):
    with pytest.raises(ConfigurationError, match="mqtt_url"):
        MQTTClient(text, "me")
