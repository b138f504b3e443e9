"""What goes on while a message is under suspicion: nothing that waits for a subscriber is forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

import mqtt5
import pytest
from topicwright import PublishEndsConnectionError

from tests.runtime.support.clients import Clients, Raw, eventually, within
from tests.runtime.support.scripted_broker import Link, ScriptedBroker, ack, connack, publish

OVER = ["engine", "library"]


@pytest.mark.parametrize("over", OVER)
async def test_a_message_that_must_be_heard_is_sent_again_after_a_suspect(over: str, clients: Clients):
    """Its time to be sent again comes while everything is held back, since the broker answers PINGREQ late."""
    heard = False

    def on_publish(link: Link, packet: Any) -> bool:
        if packet.topic == "bad" and len(broker.links) < 3:
            return link.cut()
        unheard = packet.topic == "unheard" and not heard
        return link.send(ack(0x40, packet.packet_id, 0x10 if unheard else 0))

    def on_ping(link: Link, packet: Any) -> bool:
        asyncio.get_running_loop().call_later(0.4, link.send, b"\xd0\x00")
        return True

    async with ScriptedBroker() as broker:
        broker.hooks |= {mqtt5.PublishPacket: on_publish, mqtt5.PingReqPacket: on_ping}
        client = await clients(broker.url, transport=over, protocol="5", must_be_heard=True, publish_timeout=60.0)
        waiting = [asyncio.create_task(client.publish_bytes("unheard", b"x", qos=1)) for _ in range(20)]
        await eventually(lambda: client.stats().unheard == 20)
        await within(client.publish_bytes("bad", b"x", qos=1))
        assert len(broker.links) == 3
        heard = True
        await within(asyncio.gather(*waiting))


@pytest.mark.parametrize("over", OVER)
async def test_a_message_of_qos_2_that_ends_connections_at_pubrel_is_found(over: str, clients: Clients):
    bad = set[int]()

    def on_publish(link: Link, packet: Any) -> None:
        if packet.topic == "bad":
            bad.add(packet.packet_id)

    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: link.send(connack(present=len(broker.links) > 1))
        broker.hooks[mqtt5.PublishPacket] = on_publish
        broker.hooks[mqtt5.PubRelPacket] = lambda link, packet: packet.packet_id in bad and link.cut()
        client = await clients(broker.url, transport=over, protocol="5")
        publishing = asyncio.create_task(client.publish_bytes("bad", b"x", qos=2))
        for number in range(5):
            await within(client.publish_bytes(f"good/{number}", b"x", qos=2 - number % 2))
        with pytest.raises(PublishEndsConnectionError, match="'bad'"):
            await within(publishing)
        await within(client.publish_bytes("good", b"x", qos=2))
        assert len(broker.links) <= 8


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("packet", [publish(b"a/#", qos=1, packet_id=5), publish(b"a", properties=b"\x23\x00\x05")])
async def test_a_forbidden_topic_or_alias_that_comes_again_and_again_stops_nothing(
    packet: bytes, over: str, clients: Clients
):
    """A broker that does not look at what another client sent would send it on each connection."""
    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.ConnectPacket] = lambda link, connect: link.send(connack(present=True), packet)
        client, raw = await clients(broker.url, transport=over, protocol="5"), Raw()
        await eventually(lambda: client.stats().reconnects == 3)
        await within(client.subscribe("#", raw, qos=1))
        await within(client.publish_bytes("b", b"x", qos=1))
        assert len(broker.links) == 4
        assert [topic for topic in raw.topics if "#" in topic] == []
        if packet[0] == 0x32:
            await eventually(lambda: [one.packet_id for one in broker.links[-1].of(mqtt5.PubAckPacket)] == [5])
