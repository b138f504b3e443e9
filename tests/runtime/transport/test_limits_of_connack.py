"""What CONNACK and DISCONNECT say is gone by: the keep alive, the receive maximum, each reason code."""

from __future__ import annotations

import asyncio
from typing import Any

import mqtt5
import pytest
from topicwright import ConnectError

from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.scripted_broker import ScriptedBroker, ack, connack

OVER = ["engine", "library"]
KEEP_ALIVE_1 = b"\x13\x00\x01"
RECEIVE_MAXIMUM_2 = b"\x21\x00\x02"
OF_DISCONNECT = [0x00, 0x04, *range(0x80, 0x84), 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, *range(0x90, 0xA3)]
"""The reason codes of DISCONNECT (section 3.14.2.1), and some that a broker should not send."""


@pytest.mark.parametrize("over", OVER)
async def test_the_keep_alive_of_the_broker_is_that_of_the_client(over: str, clients: Clients):
    async with ScriptedBroker(KEEP_ALIVE_1) as broker:
        await clients(broker.url, transport=over, protocol="5", keepalive=3600)
        await eventually(lambda: broker.of(mqtt5.PingReqPacket), "a PINGREQ (section 3.2.2.3.14)")
        assert len(broker.links) == 1


@pytest.mark.parametrize("over", OVER)
async def test_no_more_messages_are_in_flight_than_the_broker_takes(over: str, clients: Clients):
    async with ScriptedBroker(RECEIVE_MAXIMUM_2) as broker:
        held: list[int] = []
        broker.hooks[mqtt5.PublishPacket] = lambda link, packet: held.append(packet.packet_id) or True
        client = await clients(broker.url, transport=over, protocol="5")
        publishing = [asyncio.create_task(client.publish_bytes("a", b"x", qos=1)) for _ in range(5)]
        await eventually(lambda: len(held) == 2)
        for taken in range(5):
            await client.subscribe(f"round/trip/{taken}", Raw())
            assert len(held) == min(taken + 2, 5)
            broker.links[0].send(ack(0x40, held[taken]))
            await within(publishing[taken])
            await eventually(lambda: len(held) == min(taken + 3, 5))  # noqa: B023 - awaited in this turn of the loop


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("code", OF_DISCONNECT, ids=hex)
async def test_after_each_disconnect_the_client_is_back_or_the_program_hears_of_it(
    code: int, over: str, clients: Clients
):
    errors: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
    async with ScriptedBroker() as broker:
        failed: list[ConnectError] = []

        async def on_failed(error: ConnectError) -> None:
            failed.append(error)

        client = await clients(broker.url, transport=over, protocol="5", on_failed=on_failed)
        broker.links[0].send(bytes([0xE0, 2, code, 0]))
        broker.links[0].close()
        await eventually(lambda: client.stats().reconnects == 1 or failed)
        if failed:
            with pytest.raises(type(failed[0])):
                await client.closed()
        else:
            await within(client.publish_bytes("a", b"x", qos=1))
    assert errors == []


@pytest.mark.parametrize("over", OVER)
async def test_a_process_without_a_state_takes_a_session_that_the_broker_kept(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        broker.connack = connack(present=True)
        client = await clients(broker.url, transport=over, protocol="5")
        await within(client.subscribe("a", Raw(), qos=1))
        assert client.session_present
        assert len(broker.links) == 1
