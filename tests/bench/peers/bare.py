"""The ceiling in Python: a bare ``asyncio.Protocol`` over the codec ``mqtt5``, without a session."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import mqtt5

from .base import TURN, BytesPeer

HIGH = 1 << 20
"""Bytes that may wait to be written before a publisher lets go of the loop."""
QOS = (mqtt5.QoS.AT_MOST_ONCE, mqtt5.QoS.AT_LEAST_ONCE)

Landed = Callable[[mqtt5.PubAckPacket], None]
NOBODY = 0x10
"""No matching subscribers (MQTT 5, section 3.4.2.1)."""


def ignore(packet: mqtt5.PubAckPacket) -> None:
    """Take an acknowledgement that nobody waits for."""


class Protocol(asyncio.Protocol):
    """Reads every packet of a chunk, writes once for each chunk or turn."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.connected: asyncio.Future[None] = self.loop.create_future()
        self.subscribed: asyncio.Future[None] = self.loop.create_future()
        self.takers: dict[str, Callable[[bytes], None]] = {}
        self.acknowledged: dict[int, Landed] = {}
        self.writable = asyncio.Event()
        self.writable.set()
        self._rest = bytearray()
        self._out: list[bytes] = []
        self._id = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def data_received(self, data: bytes) -> None:
        if self._rest:
            self._rest += data
            with memoryview(self._rest) as view:
                end = self._read(view)
            del self._rest[:end]
            return
        with memoryview(data) as view:
            end = self._read(view)
        if end < len(data):
            self._rest += data[end:]

    def _read(self, view: memoryview) -> int:
        position, size = 0, len(view)
        while position < size:
            try:
                packet, length = mqtt5.read(view[position:])
            except IndexError:
                break
            position += length
            self._take(packet)
        return position

    def _take(self, packet: Any) -> None:
        kind = type(packet)
        if kind is mqtt5.PublishPacket:
            self.takers[packet.topic](packet.payload)
            if packet.packet_id is not None:
                self.write(mqtt5.PubAckPacket(packet.packet_id).write())
        elif kind is mqtt5.PubAckPacket:
            self.acknowledged.pop(packet.packet_id)(packet)
        elif kind is mqtt5.ConnAckPacket:
            self.connected.set_result(None)
        elif kind is mqtt5.SubAckPacket:
            self.subscribed.set_result(None)

    def write(self, packet: bytes) -> None:
        if not self._out:
            self.loop.call_soon(self._flush)
        self._out.append(packet)

    def _flush(self) -> None:
        self.transport.write(b"".join(self._out))
        self._out.clear()

    def next_id(self) -> int:
        self._id = self._id % 0xFFFF + 1
        return self._id


class Bare(BytesPeer):
    """Ready bytes out, bytes in."""

    validates = False

    def encoder(self) -> Callable[[], bytes]:
        """Return what gives the payload of each message."""
        payload = self.sample.payload
        return lambda: payload

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        _, self.protocol = await loop.create_connection(Protocol, self.place.host, self.place.port)
        self.protocol.transport.set_write_buffer_limits(HIGH)
        self.protocol.write(mqtt5.ConnectPacket(self.place.client_id, keep_alive=60, receive_max=0xFFFF).write())
        await self.protocol.connected

    async def close(self) -> None:
        self.protocol.transport.close()

    async def publish_many(self, count: int, qos: int, in_flight: int) -> None:
        """Publish in the cheapest way: no task for a message, one callback for an acknowledgement."""
        await (self._unacknowledged(count) if qos == 0 else self._in_flight(count, in_flight))

    async def _unacknowledged(self, count: int) -> None:
        protocol, encode, topic = self.protocol, self.encoder(), self.sample.topic
        for number in range(count):
            protocol.write(mqtt5.PublishPacket(topic, encode()).write())
            if number % TURN == TURN - 1:
                await asyncio.sleep(0)
                await protocol.writable.wait()
        await asyncio.sleep(0)

    async def _in_flight(self, count: int, width: int) -> None:
        protocol, encode, topic = self.protocol, self.encoder(), self.sample.topic
        done = protocol.loop.create_future()
        left = unsent = count

        def send() -> None:
            nonlocal unsent
            unsent -= 1
            packet_id = protocol.next_id()
            protocol.acknowledged[packet_id] = landed
            protocol.write(mqtt5.PublishPacket(topic, encode(), qos=QOS[1], packet_id=packet_id).write())

        def landed(packet: mqtt5.PubAckPacket) -> None:
            nonlocal left
            left -= 1
            if unsent:
                send()
            elif not left:
                done.set_result(None)

        for _ in range(min(width, count)):
            send()
        await done

    async def send(self, topic: str, payload: bytes, qos: int) -> None:
        done = self.protocol.loop.create_future()
        self._send(topic, payload, done.set_result)
        await done

    def later(self, topic: str, payload: bytes, qos: int) -> None:
        self._send(topic, payload, ignore)

    async def ask(self, topic: str, payload: bytes) -> None:
        """Wait for the reply alone, not for the PUBACK of the request."""
        self._send(topic, payload, ignore)

    def _send(self, topic: str, payload: bytes, landed: Landed) -> None:
        packet_id = self.protocol.next_id()
        self.protocol.acknowledged[packet_id] = landed
        self.protocol.write(mqtt5.PublishPacket(topic, payload, qos=QOS[1], packet_id=packet_id).write())

    async def listen(self, topic: str, qos: int, take: Callable[[bytes], None]) -> None:
        self.protocol.takers[topic] = take
        wanted = mqtt5.TopicFilter(topic, max_qos=QOS[qos])
        self.protocol.write(mqtt5.SubscribePacket(self.protocol.next_id(), [wanted]).write())
        await self.protocol.subscribed
        self.protocol.subscribed = self.protocol.loop.create_future()


class BareTyped(Bare):
    """With its encoding and validation: the least that a typed message can cost."""

    validates = True

    def encoder(self) -> Callable[[], bytes]:
        return self.sample.encode


class Feeder(Bare):
    """Sends a payload as fast as a window allows, to whoever is measured."""

    async def feed(self, topics: list[str], payload: bytes, qos: int, count: int) -> None:
        """Send to the topics in turn."""
        if qos == 0:
            await self._stream(topics, payload, count)
            return
        room: deque[asyncio.Future[Any]] = deque()
        for number in range(count):
            done = self.protocol.loop.create_future()
            self._send(topics[number % len(topics)], payload, done.set_result)
            room.append(done)
            if len(room) > 500:
                await room.popleft()
        for done in room:
            await done

    async def find(self, topic: str) -> None:
        """Publish to a topic until somebody hears it, who then has one message."""
        code = NOBODY
        while code == NOBODY:
            landed: asyncio.Future[mqtt5.PubAckPacket] = self.protocol.loop.create_future()
            self._send(topic, b"probe", landed.set_result)
            code = int((await landed).reason_code)
            await asyncio.sleep(0.01)

    async def _stream(self, topics: list[str], payload: bytes, count: int) -> None:
        for number in range(count):
            self.protocol.write(mqtt5.PublishPacket(topics[number % len(topics)], payload).write())
            if number % 64 == 63:
                await asyncio.sleep(0)
                await self.protocol.writable.wait()
        await asyncio.sleep(0)  # what is queued is written at the end of this turn
