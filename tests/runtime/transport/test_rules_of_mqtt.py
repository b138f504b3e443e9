"""What a broker may not do ends the connection with DISCONNECT and a reason, on both transports, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import mqtt5
import pytest
from topicwright import BrokerProtocolError, ConnectError

from tests.runtime.support.clients import Clients, Raw, eventually, make, within
from tests.runtime.support.scripted_broker import Link, ScriptedBroker, ack, connack, publish, suback

OVER = ["engine", "library"]
BROKEN: dict[str, tuple[bytes, int]] = {
    "packet id 0": (publish(b"a", qos=1, packet_id=0), 0x82),
    "packet id 0 and QoS 2": (publish(b"a", qos=2, packet_id=0), 0x82),
    "a topic alias": (publish(b"a", properties=b"\x23\x00\x05"), 0x94),
    "payload format 2": (publish(b"a", properties=b"\x01\x02"), 0x82),
    "a response topic with a wildcard": (publish(b"a", properties=b"\x08\x00\x03a/+"), 0x82),
    "a topic with a wildcard": (publish(b"a/#"), 0x90),
    "a topic with NUL": (publish(b"a\0b"), 0x81),
    "no topic": (publish(b""), 0x81),
    "a second CONNACK": (connack(), 0x82),
    "AUTH": (b"\xf0\x02\x18\x00", 0x82),
    "PINGREQ": (b"\xc0\x00", 0x82),
    "packet type 0": (b"\x00\x00", 0x81),
    "a PUBLISH that ends too early": (b"\x30\x02\x00\x09", 0x81),
}


def of_the_loop(errors: list[object]) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))


async def told(link: Link) -> int:
    """Return the reason code of the DISCONNECT that a connection ended with."""
    await eventually(lambda: link.of(mqtt5.DisconnectPacket), "a DISCONNECT")
    return int(link.of(mqtt5.DisconnectPacket)[0].reason_code)


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("name", BROKEN)
async def test_row_47_a_forbidden_packet_is_answered_by_disconnect_with_its_reason(
    name: str, over: str, clients: Clients
):
    packet, reason = BROKEN[name]
    errors: list[object] = []
    of_the_loop(errors)
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5")
        raw = Raw()
        await client.subscribe("#", raw, qos=2)
        link = broker.links[0]
        link.send(packet)
        code = await told(link)
        # paho's decoder looks at some of this itself, and to it all that is wrong is malformed.
        assert code == reason or (over == "library" and (code == 0x81 or {code, reason} == {0x81, 0x90}))
        await eventually(lambda: client.stats().reconnects == 1)
        assert raw.items == []
        assert not link.of(mqtt5.PubAckPacket)
    assert errors == []


@pytest.mark.parametrize(
    ("over", "properties"),
    [("engine", b"\x01\x02"), ("engine", b"\x08\x00\x03a/+"), ("library", b"\x08\x00\x03a/+")],
)
async def test_a_broker_that_checks_no_properties_does_not_end_each_connection(
    over: str, properties: bytes, clients: Clients
):
    async with ScriptedBroker() as broker:
        raw = Raw()
        client = await clients(broker.url, "me", transport=over, protocol="5")
        broker.hooks[mqtt5.SubscribePacket] = lambda link, packet: link.send(
            suback(packet.packet_id, 1), publish(b"a", qos=1, packet_id=9, properties=properties)
        )
        await within(client.subscribe("a", raw, qos=1))
        await raw.get()
        assert client.stats().reconnects == 3
        await eventually(lambda: [packet.packet_id for packet in broker.of(mqtt5.PubAckPacket)] == [9])


WRONG_ANSWERS: dict[str, tuple[int, Callable[[int], bytes], type]] = {
    "PUBACK for QoS 2": (2, lambda id_: ack(0x40, id_), mqtt5.PublishPacket),
    "PUBREC for QoS 1": (1, lambda id_: ack(0x50, id_), mqtt5.PublishPacket),
    "PUBCOMP for QoS 1": (1, lambda id_: ack(0x70, id_), mqtt5.PublishPacket),
    "PUBCOMP before PUBREC": (2, lambda id_: ack(0x70, id_), mqtt5.PublishPacket),
}


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("name", WRONG_ANSWERS)
async def test_row_47_an_answer_of_another_qos_is_no_delivery(name: str, over: str, clients: Clients):
    qos, answer, kind = WRONG_ANSWERS[name]
    async with ScriptedBroker() as broker:
        broker.hooks[kind] = lambda link, packet: len(broker.links) == 1 and link.send(answer(packet.packet_id))
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await within(client.publish_event("a", "x", {}, qos=qos))
        assert await told(broker.links[0]) == 0x82
        assert len(broker.links) == 2


WRONG_SUBACKS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "no code": (suback, 0x81),
    "two codes": (lambda id_: suback(id_, 1, 1), 0x82),
    "UNSUBACK": (lambda id_: suback(id_, 0, first=0xB0), 0x82),
}


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("name", WRONG_SUBACKS)
async def test_row_47_a_suback_that_does_not_fit_its_subscribe_grants_nothing(name: str, over: str, clients: Clients):
    answer, reason = WRONG_SUBACKS[name]
    errors: list[object] = []
    of_the_loop(errors)
    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.SubscribePacket] = lambda link, packet: (
            len(broker.links) == 1 and link.send(answer(packet.packet_id))
        )
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await within(client.subscribe("a", Raw(), qos=1))
        assert await told(broker.links[0]) == reason
        assert broker.filters(broker.links[1])[0] == "a"
    assert errors == []


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("first", [0x62, 0x50], ids=["PUBREL", "PUBREC"])
async def test_an_unknown_packet_id_is_answered_by_0x92(first: int, over: str, clients: Clients):
    kind: type[Any] = mqtt5.PubCompPacket if first == 0x62 else mqtt5.PubRelPacket
    async with ScriptedBroker() as broker:
        await clients(broker.url, "me", transport=over, protocol="5")
        link = broker.links[0]
        link.send(ack(first, 77))
        await eventually(lambda: link.of(kind))
        assert int(link.of(kind)[0].reason_code) == 0x92


@pytest.mark.parametrize("over", OVER)
async def test_pubcomp_0x92_for_a_repeated_pubrel_is_a_delivery(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        broker.hooks[mqtt5.ConnectPacket] = lambda link, packet: link.send(connack(present=len(broker.links) > 1))
        broker.hooks[mqtt5.PubRelPacket] = lambda link, packet: (
            link.cut() if len(broker.links) == 1 else link.send(ack(0x70, packet.packet_id, 0x92))
        )
        client = await clients(broker.url, "me", transport=over, protocol="5")
        await within(client.publish_event("a", "x", {}, qos=2))
        assert len(broker.links) == 2


@pytest.mark.parametrize("over", OVER)
async def test_a_session_that_a_clean_start_gave_up_is_refused(over: str):
    async with ScriptedBroker() as broker:
        broker.connack = connack(present=True)
        client = make(broker.url, "me", transport=over, protocol="5", session_expiry=0)
        with pytest.raises(BrokerProtocolError) as caught:
            await within(client.connect())
        assert caught.value.reason == 0x82
        assert await told(broker.links[0]) == 0x82


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize(
    "first", [publish(b"a"), suback(1, 0), b"\xd0\x00", b"\x20\x03\x02\x00\x00", b"\x20\x02\x00\x00"]
)
async def test_nothing_but_a_whole_connack_opens_a_connection(first: bytes, over: str):
    async with ScriptedBroker() as broker:
        broker.connack = first + broker.connack
        with pytest.raises(ConnectError):
            await within(make(broker.url, "me", transport=over, protocol="5").connect())


@pytest.mark.parametrize("over", OVER)
async def test_a_maximum_qos_of_2_is_no_value_of_it(over: str):
    async with ScriptedBroker(b"\x24\x02") as broker:
        with pytest.raises(BrokerProtocolError):
            await within(make(broker.url, "me", transport=over, protocol="5").connect())


@pytest.mark.parametrize("over", OVER)
async def test_a_packet_above_what_connect_allows_is_not_taken(over: str, clients: Clients):
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport=over, protocol="5", max_payload=1000)
        allowed = broker.of(mqtt5.ConnectPacket)[0].max_packet_size
        assert 1000 < (allowed or 0) < 200_000
        raw = Raw()
        await client.subscribe("a", raw, qos=0)
        link = broker.links[0]
        size = allowed + 10
        link.send(
            b"\x30" + bytes([size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14]), b"\0\1a\0", b"x" * (size - 4)
        )
        assert await told(link) == 0x95
        assert raw.items == []


async def test_no_log_line_of_a_rule_repeats_more_than_a_little(clients: Clients, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    async with ScriptedBroker() as broker:
        client = await clients(broker.url, "me", transport="engine", protocol="5")
        topic = b"a\n\x1b[31m+" + b"x" * 3000
        size = len(topic) + 4
        broker.links[0].send(
            b"\x30", bytes([size & 0x7F | 0x80, size >> 7]), len(topic).to_bytes(2, "big"), topic, b"\0x"
        )
        await eventually(lambda: client.stats().reconnects == 1)
    assert all(len(line) < 1000 and "\x1b" not in line for line in caplog.messages)
