"""A message that is sent again on the same connection before its acknowledgement is the same message."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest
from topicwright import MQTTClient
from topicwright.dispatch.ack_order import AckOrder
from topicwright.mqtt.message import Incoming
from typing_extensions import override

from tests.runtime.support.clients import eventually

CONNACK, SUBACK_QOS_2 = b"\x20\x03\x00\x00\x00", 2


class Received(Incoming):
    def __init__(self, packet_id: int, payload: bytes, qos: int = 1) -> None:
        super().__init__("t", payload)
        self.packet_id, self.qos = packet_id, qos
        self.acknowledged = self.discarded = 0

    @override
    def acknowledge(self) -> bool:
        self.acknowledged += 1
        return True

    @override
    def discard(self) -> None:
        self.discarded += 1


def test_repetition_is_acknowledged_with_the_message_that_it_repeats():
    order = AckOrder()
    first, again, other = Received(7, b"x"), Received(7, b"x"), Received(8, b"x")
    order.add(first)
    assert order.resume(again)
    assert not order.resume(other)
    order.finish(first)
    assert (first.acknowledged, again.acknowledged, again.discarded) == (1, 0, 1)


def test_packet_id_that_was_acknowledged_begins_a_new_message():
    order = AckOrder()
    first, later = Received(7, b"x"), Received(7, b"x")
    order.add(first)
    assert order.resume(Received(7, b"x"))
    order.finish(first)
    assert not order.resume(later)


def test_packet_id_with_another_payload_is_another_message():
    order = AckOrder()
    order.add(Received(7, b"x"))
    assert not order.resume(Received(7, b"y"))


def test_repetition_on_a_later_connection_is_recognised_twice():
    order = AckOrder()
    first, second, third = Received(7, b"x"), Received(9, b"x"), Received(9, b"x")
    second.packet_id = third.packet_id = 7
    order.add(first)
    order.connecting()
    assert order.resume(second)
    assert order.resume(third)
    order.finish(first)
    assert (first.acknowledged, second.acknowledged, third.acknowledged, third.discarded) == (0, 1, 0, 1)


def test_repetitions_between_new_messages_are_recognised():
    order, kept = AckOrder(), list[Received]()
    for number in range(1, 50):
        message = Received(number, b"x")
        assert not order.resume(message)
        order.add(message)
        order.add(Received(1000 + number, b"x"))
        kept.append(message)
    assert all(order.resume(Received(item.packet_id, b"x")) for item in kept)


class Sender:
    """A broker that grants one subscription, and then sends the packets that a test gives it."""

    def __init__(self) -> None:
        self.port = 0
        self.received = b""
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        while head := await reader.read(1):
            size, shift = 0, 0
            while (byte := (await reader.readexactly(1))[0]) & 0x80:
                size, shift = size | (byte & 0x7F) << shift, shift + 7
            body = await reader.readexactly(size | byte << shift)
            if head[0] >> 4 == 1:
                writer.write(CONNACK)
            elif head[0] >> 4 == 8:
                writer.write(b"\x90\x04" + body[:2] + bytes((0, SUBACK_QOS_2)))
            else:
                self.received += head

    def publish(self, qos: int, duplicate: bool) -> None:
        assert self._writer is not None
        body = struct.pack(">H", 1) + b"t" + struct.pack(">H", 7) + b"\0once"
        self._writer.write(bytes((0x30 | duplicate << 3 | qos << 1, len(body))) + body)


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    made = Sender()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.mark.parametrize("transport", ["engine", "library"])
@pytest.mark.parametrize(("qos", "marked"), [(1, True), (2, True), (2, False)])
async def test_row_54_handler_gets_a_message_once_that_is_sent_three_times(
    sender: Sender, transport: str, qos: int, marked: bool
):
    if (transport, qos) == ("library", 2):
        pytest.skip("paho answers QoS 2 before the handler, and keeps its own record of the packet ids")
    go, calls = asyncio.Event(), list[bytes]()

    async def handler(payload: bytes) -> None:
        calls.append(payload)
        await go.wait()

    options = {"transport": transport, "protocol": "5", "enable_health": False, "shutdown_timeout": 1.0}
    client = MQTTClient(f"mqtt://127.0.0.1:{sender.port}", "me", **options)  # type: ignore[arg-type]
    await client.connect()
    await client.subscribe("t", handler, qos=qos)
    for number in range(3):
        sender.publish(qos, duplicate=marked and number > 0)
    await eventually(lambda: calls)
    go.set()
    answer = b"\x40" if qos == 1 else b"\x50"
    await eventually(lambda: answer in sender.received)
    sender.publish(qos, duplicate=False)
    if qos == 1:
        await eventually(lambda: len(calls) == 2)
    else:
        await eventually(lambda: sender.received.count(answer) == 2)
        assert calls == [b"once"]
    await client.shutdown()
