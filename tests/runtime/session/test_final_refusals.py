"""Refusals that cannot get better reach the program; a broker that names another server is followed by a setting."""

from __future__ import annotations

import mqtt5
import pytest
from topicwright import ConnectExcludedError, OtherServerError
from topicwright.session.connector import MAX_UNSPECIFIC

from tests.runtime.support.clients import Clients, eventually, make, within
from tests.runtime.support.scripted_broker import ScriptedBroker, connack

OVER = ["engine", "library"]


def reference(text: str) -> bytes:
    """Return the property Server Reference."""
    return b"\x1c" + len(text).to_bytes(2, "big") + text.encode()


def disconnect(code: int, properties: bytes = b"") -> bytes:
    return bytes([0xE0, 2 + len(properties), code, len(properties)]) + properties


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("code", [0x90, 0x95, 0x9A, 0x9B])
async def test_row_47_a_connect_that_the_broker_never_takes_is_final(code: int, over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: link.send(connack(code=code)) and link.close()
        broker.links[0].cut()
        with pytest.raises(ConnectExcludedError) as caught:
            await within(client.run_forever())
        assert caught.value.reason == code
        assert len(broker.links) == 2


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("code", [0x80, 0x83])
async def test_refusals_without_a_cause_are_final_after_some(code: int, over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: link.send(connack(code=code)) and link.close()
        broker.links[0].cut()
        with pytest.raises(ConnectExcludedError, match="in a row"):
            await within(client.run_forever())
        assert len(broker.links) == 1 + MAX_UNSPECIFIC


async def test_refusals_that_pass_are_not_final(clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport="engine", protocol="5")
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: (
            len(broker.links) < MAX_UNSPECIFIC and link.send(connack(code=0x80)) and link.close()
        )
        broker.links[0].cut()
        await eventually(lambda: client.stats().reconnects == 1)


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("code", [0x9C, 0x9D])
async def test_another_server_is_final_where_it_is_not_followed(code: int, over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        broker.links[0].send(disconnect(code, reference("other.example:1884")))
        with pytest.raises(OtherServerError) as caught:
            await within(client.run_forever())
        assert (caught.value.reason, caught.value.references) == (code, ("other.example:1884",))
        assert len(broker.links) == 1


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("at_connect", [True, False])
async def test_another_server_is_followed_where_the_settings_say_so(at_connect: bool, over: str, clients: Clients):
    async with ScriptedBroker() as other, ScriptedBroker() as broker:
        name = other.url.removeprefix("mqtt://")
        if at_connect:
            broken = f"bad/ref \x1b[31m {'h' * 300} user@host a:0"
            broker.connack = connack(reference(f"{broken} {name}"), code=0x9C)
        client = await clients(broker.url, "me", transport=over, protocol="5", follow_server_reference=True)
        if not at_connect:
            broker.links[0].send(disconnect(0x9D, reference(name)))
        await eventually(lambda: other.links and client.connected)
        await within(client.publish_event("a", "x", {}, qos=1))
        assert other.of(mqtt5.PublishPacket)


async def test_a_server_that_was_named_and_is_gone_is_left(clients: Clients):
    async with ScriptedBroker() as broker:
        async with ScriptedBroker() as other:
            name = other.url.removeprefix("mqtt://")
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: (
            len(broker.links) == 2 and link.send(connack(reference(name), code=0x9C)) and link.close()
        )
        client = await clients(broker.url, "me", transport="engine", protocol="5", follow_server_reference=True)
        broker.links[0].cut()
        await eventually(lambda: len(broker.links) == 3 and client.connected)


async def test_servers_that_name_each_other_end_in_an_error():
    async with ScriptedBroker() as one, ScriptedBroker() as two:
        one.connack = connack(reference(two.url.removeprefix("mqtt://")), code=0x9C)
        two.connack = connack(reference(one.url.removeprefix("mqtt://")), code=0x9C)
        client = make(one.url, "me", transport="engine", protocol="5", follow_server_reference=True)
        with pytest.raises(ConnectExcludedError, match="circle"):
            await within(client.connect())


@pytest.mark.parametrize("over", OVER)
async def test_the_words_of_a_broker_are_in_its_error_but_cut_and_on_one_line(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        said = "no\n\x1b[31m" + "x" * 100
        broker.connack = connack(b"\x1f" + len(said).to_bytes(2, "big") + said.encode(), code=0x95)
        with pytest.raises(ConnectExcludedError, match="no") as caught:
            await within(make(broker.url, "me", transport=over, protocol="5").connect())
        assert "\n" not in str(caught.value)
        assert "\x1b" not in str(caught.value)
