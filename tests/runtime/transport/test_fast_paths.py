"""Fast paths of the transport do the same as the plain path: the same packets, the same counters."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mqtt5
import pytest
import topicwright.transport
from topicwright.mqtt.message import EMPTY, Incoming, Outgoing, Properties
from topicwright.transport.engine.in_flight import InFlight
from topicwright.transport.engine.inbound import Inbound
from topicwright.transport.engine.outbound import Outbound
from topicwright.transport.engine.packet_stream import BYTES_PER_TURN, PacketStream
from topicwright.transport.engine.packets import packet_of, publish_packet
from topicwright.transport.link.backpressure import Backpressure
from topicwright.transport.link.peer_faults import PeerFaults
from topicwright.transport.link.unconfirmed import Unconfirmed

from tests.runtime.support.clients import within

ALL = Properties(
    content_type="text/plain", response_topic="back", correlation_data=b"7", expiry=9, user=(("a", "1"), ("a", "2"))
)
SETS = {
    "none": EMPTY,
    "empty": Properties(),
    "expiry": Properties(expiry=30),
    "content type": Properties(content_type="text/plain"),
    "response topic": Properties(response_topic="back"),
    "correlation": Properties(correlation_data=b"7", expiry=2),
    "user": Properties(user=(("a", "1"),)),
    "all": ALL,
}
PAYLOADS = (b"", b"x", b"y" * 1000, b"z" * (BYTES_PER_TURN // 4))


@asynccontextmanager
async def linked(handlers: dict[type, Callable[[Any], None]] | None = None):
    """Give a stream over a real socket, and the peer's end of it."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    stream = PacketStream("broker", handlers or {}, lambda packet: None)
    await asyncio.get_running_loop().create_connection(lambda: stream, sock=ours)
    try:
        yield stream, theirs
    finally:
        stream.abort()
        theirs.close()


async def sent_to(peer: socket.socket, stream: PacketStream) -> bytes:
    """Return every byte that the stream writes until it is aborted, after all turns that are due."""
    loop, chunks = asyncio.get_running_loop(), list[bytes]()
    end = loop.call_later(0.05, lambda: stream.abort())
    while chunk := await within(loop.sock_recv(peer, 1 << 20)):
        chunks.append(chunk)
    end.cancel()
    return b"".join(chunks)


# -- publishing --------------------------------------------------------------------------------------------------


def write_fast(outbound: Outbound, stream: PacketStream, unconfirmed: Unconfirmed, message: Outgoing) -> bool:
    return outbound.write(message.topic, message.payload, message.retain, message.properties)


def write_plainly(outbound: Outbound, stream: PacketStream, unconfirmed: Unconfirmed, message: Outgoing) -> bool:
    if stream.queued >= stream.limit:
        return False
    stream.send(publish_packet(message.topic, message.payload, 0, message.retain, message.properties).write())
    unconfirmed.written()
    return True


async def written(write: Callable[[Outbound, PacketStream, Unconfirmed, Outgoing], bool]) -> tuple[list[object], bytes]:
    """Return the counters after each message, and the bytes of all."""
    async with linked() as (stream, peer):
        unconfirmed, counters = Unconfirmed(lambda: None), list[object]()
        outbound = Outbound(stream, InFlight(), unconfirmed)
        for properties in SETS.values():
            for retain in (False, True):
                for payload in PAYLOADS:
                    done = write(outbound, stream, unconfirmed, Outgoing("a/b", payload, 0, retain, properties))
                    counts = (unconfirmed.count, unconfirmed.count_written, unconfirmed.idle)
                    counters.append((done, stream.queued, len(stream.out), stream.scheduled, *counts))
        data = await sent_to(peer, stream)
        unconfirmed.end()
        return counters, data


async def test_a_qos_0_message_is_sent_and_counted_as_on_the_plain_path() -> None:
    fast, plain = await written(write_fast), await written(write_plainly)
    assert fast == plain
    counters, data = fast
    assert {done for done, *_ in counters} == {True, False}, "the buffer was never full"  # type: ignore[misc]
    assert data


@pytest.mark.parametrize("qos", [1, 2])
@pytest.mark.parametrize("retain", [False, True])
@pytest.mark.parametrize("name", SETS)
def test_a_message_in_flight_is_the_packet_that_the_plain_function_makes(name: str, retain: bool, qos: int) -> None:
    message = Outgoing("a/b", b"payload", qos, retain, SETS[name])
    plain = publish_packet(message.topic, message.payload, qos, retain, message.properties, 5)
    assert packet_of(message, 5).write() == plain.write()


def test_a_message_in_flight_gets_the_packet_id_that_the_plain_method_gives() -> None:
    def ids(take: Callable[[InFlight], int]) -> list[int]:
        in_flight = InFlight()
        in_flight._last_id = 0xFFFF - 20
        for packet_id in (0xFFFF - 3, 2, 4):
            in_flight._last_id, last = packet_id - 1, in_flight._last_id
            in_flight.add(message, future)
            in_flight._last_id = last
        taken = [take(in_flight) for _ in range(30)]
        reserved = in_flight.reserve()
        taken += [reserved, *(take(in_flight) for _ in range(3))]
        return taken

    def plainly(in_flight: InFlight) -> int:
        packet_id = in_flight._next_id()
        in_flight.by_id[packet_id] = in_flight.by_id[2]
        return packet_id

    class Never:
        def done(self) -> bool:
            return False

        def set_result(self, result: int, /) -> None:
            """Nobody waits."""

    message, future = Outgoing("a", b"", 1), Never()
    fast = ids(lambda in_flight: in_flight.add(message, future).packet_id)
    assert fast == ids(plainly)
    assert len(set(fast)) == len(fast)


# -- receiving ---------------------------------------------------------------------------------------------------


class PlainInbound(Inbound):
    """Counts by the plain methods of ``Backpressure``."""

    def on_publish(self, packet: mqtt5.PublishPacket) -> None:
        if packet.packet_id is not None:
            if packet.qos == 2 and packet.packet_id in self._exactly_once:
                self.stream.send(mqtt5.PubRecPacket(packet.packet_id).write())
                return
            self.backpressure.arrived()
        message = PlainMessage(self, packet)
        self.stream.woke_sender = True
        self._receive(message)


class PlainMessage(Incoming):
    """Made and acknowledged by the plain methods."""

    def __init__(self, inbound: Inbound, packet: mqtt5.PublishPacket) -> None:
        super().__init__(packet.topic, packet.payload)
        self._inbound = inbound
        self.qos, self.packet_id = int(packet.qos), packet.packet_id or 0
        self.duplicate, self.retain = packet.duplicate, packet.retain
        self.subscriptions = tuple(packet.subscription_ids or ())
        self.properties = Properties(
            content_type=packet.content_type,
            response_topic=packet.response_topic,
            correlation_data=packet.correlation_data,
            expiry=packet.message_expiry_interval,
            user=tuple(packet.user_properties),
        )

    def acknowledge(self) -> bool:
        stream = self._inbound.stream
        if stream.closed.done():
            return False
        if self.qos == 1:
            stream.acknowledged.append(self.packet_id)
            if not stream.scheduled:
                stream.schedule()
        elif self.qos == 2:
            self._inbound.complete(self.packet_id)
        if self.qos > 0:
            self._inbound.backpressure.acknowledged()
        return True


def arriving() -> list[bytes]:
    """Return packets of each QoS, with and without properties, and more of them than may be unacknowledged."""
    packets = list[bytes]()
    for number in range(700):
        qos = number % 3
        properties = list(SETS.values())[number % len(SETS)]
        packet_id, duplicate, retain = (number + 1 if qos else None), qos > 0 and number % 5 == 0, number % 7 == 0
        packet = publish_packet(f"a/{number % 4}", b"%d" % number, qos, retain, properties, packet_id, duplicate)
        packets.append(packet.write())
    packets.append(publish_packet("a", b"again", 2, False, EMPTY, 3, True).write())
    return packets


def shown(message: Incoming) -> tuple[object, ...]:
    about = (message.topic, message.payload, message.qos, message.retain, message.duplicate, message.packet_id)
    return (*about, message.properties, message.subscriptions)


async def taken(kind: type[Inbound]) -> tuple[list[object], list[object], bytes]:
    """Return the messages, the counters after each step, and the bytes of all acknowledgements."""
    messages, steps, reading = list[Incoming](), list[object](), list[bool]()
    async with linked() as (stream, peer):
        backpressure = Backpressure(1, reading.append, lambda: None, lambda: False)
        backpressure.limit = 300
        inbound = kind(stream, backpressure, set(), messages.append, PeerFaults())
        stream.handlers = {mqtt5.PublishPacket: inbound.on_publish}

        def step() -> None:
            steps.append((backpressure.unacknowledged, backpressure.paused, list(reading), stream.woke_sender))

        *packets, again = arriving()
        for packet in packets:
            stream.data_received(packet)
            step()
        for message in messages:
            assert message.acknowledge()
            step()
        stream.data_received(again)
        step()
        data = await sent_to(peer, stream)
        assert not messages[1].acknowledge()
        step()
        backpressure.close()
    return [shown(message) for message in messages], steps, data


async def test_received_messages_are_counted_and_acknowledged_as_the_plain_methods_do_it() -> None:
    fast, plain = await taken(Inbound), await taken(PlainInbound)
    assert fast == plain
    messages, _, data = fast
    assert len(messages) == 700
    assert data.count(mqtt5.PubAckPacket(2).write()) == 1


def test_each_mark_of_a_fast_path_names_a_plain_function() -> None:
    texts = [path.read_text("utf-8") for path in Path(topicwright.__path__[0]).rglob("*.py")]
    marks = {mark for text in texts for mark in re.findall(r"# fast path of (\S+)$", text, re.M)}
    assert len(marks) > 8
    for mark in marks:
        name = mark.rpartition(".")[2]
        assert any(f"def {name}(" in text for text in texts), mark
