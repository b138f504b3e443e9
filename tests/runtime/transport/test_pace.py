"""What was read is taken in portions, and handlers have their turns in between."""

from __future__ import annotations

import asyncio

import mqtt5
import pytest
from topicwright.mqtt.message import EMPTY
from topicwright.transport.engine.packet_stream import PacketStream
from topicwright.transport.engine.packets import publish_packet
from topicwright.transport.link.pace import PACKETS_PER_TURN
from typing_extensions import override

from tests.runtime.support.clients import eventually

PACKET = publish_packet("a", b"", 0, False, EMPTY).write()
COUNT = PACKETS_PER_TURN * 3 + 7


class Socket(asyncio.Transport):
    """Keeps whether it is read from."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = True
        self.written, self.writes = b"", 0

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)
        self.writes += 1

    @override
    def pause_reading(self) -> None:
        self.reading = False

    @override
    def resume_reading(self) -> None:
        self.reading = True

    @override
    def abort(self) -> None: ...


class Reader:
    """A stream, and how many packets it has taken."""

    def __init__(self) -> None:
        self.busy = False
        self.taken: list[type] = []
        self.socket = Socket()
        self.stream = PacketStream("broker", {}, lambda packet: self.taken.append(type(packet)), busy=lambda: self.busy)
        self.stream.connection_made(self.socket)


async def test_a_large_read_is_taken_in_portions_and_reading_waits_for_them():
    reader = Reader()
    reader.stream.data_received(PACKET * COUNT)
    assert (len(reader.taken), reader.socket.reading) == (PACKETS_PER_TURN, False)
    await asyncio.sleep(0)
    assert (len(reader.taken), reader.socket.reading) == (PACKETS_PER_TURN * 2, False)
    await eventually(lambda: reader.socket.reading)
    assert len(reader.taken) == COUNT


async def test_the_next_portion_waits_for_handlers_at_work_and_not_for_ever():
    reader = Reader()
    reader.busy = True
    reader.stream.data_received(PACKET * COUNT)
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(reader.taken) == PACKETS_PER_TURN
    await eventually(lambda: len(reader.taken) == COUNT)


async def test_many_small_reads_are_portions_as_one_large_read_is():
    reader = Reader()
    reader.busy = True
    for _ in range(PACKETS_PER_TURN):
        assert reader.socket.reading
        reader.stream.data_received(PACKET)
    assert not reader.socket.reading


@pytest.mark.parametrize("split", [1, 5, len(PACKET) * PACKETS_PER_TURN + 1])
async def test_packets_across_portions_and_reads_stay_whole(split: int):
    reader, data = Reader(), PACKET * COUNT
    reader.stream.data_received(data[:split])
    await eventually(lambda: reader.socket.reading)
    reader.stream.data_received(data[split:])
    await eventually(lambda: len(reader.taken) == COUNT)


async def test_what_came_before_the_end_of_a_connection_is_taken_though_portions_were_left():
    reader, disconnect = Reader(), mqtt5.DisconnectPacket().write()
    reader.stream.data_received(PACKET * COUNT + disconnect)
    reader.stream.connection_lost(None)
    assert len(reader.taken) == COUNT + 1
    assert reader.taken[-1] is mqtt5.DisconnectPacket


async def test_reading_that_was_stopped_meanwhile_stays_stopped():
    reader = Reader()
    reader.stream.data_received(PACKET * COUNT)
    reader.stream.set_reading(False)
    await eventually(lambda: len(reader.taken) == COUNT)
    assert not reader.socket.reading
    reader.stream.set_reading(True)
    assert reader.socket.reading


async def test_acknowledgements_of_some_turns_share_a_write_while_more_are_to_come():
    reader, left = Reader(), 20
    reader.stream.unanswered = lambda: left
    for number in range(1, 21):
        reader.stream.acknowledged.append(number)
        left -= 1
        if not reader.stream.scheduled:
            reader.stream.schedule()
        if number < 20:
            await asyncio.sleep(0)
    expected = b"".join(mqtt5.PubAckPacket(number).write() for number in range(1, 21))
    await eventually(lambda: reader.socket.written == expected)
    assert reader.socket.writes < 20


async def test_an_acknowledgement_is_written_although_others_are_still_at_work():
    reader = Reader()
    reader.stream.unanswered = lambda: 1
    reader.stream.acknowledged.append(7)
    reader.stream.schedule()
    await eventually(lambda: reader.socket.written == mqtt5.PubAckPacket(7).write())
