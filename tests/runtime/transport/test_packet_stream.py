"""When a connection writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import mqtt5
from topicwright.transport.engine.packet_stream import PacketStream
from typing_extensions import override


class Written(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def close(self) -> None:
        """Nothing is open."""

    @override
    def abort(self) -> None:
        """Nothing is open."""

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))


def connected(on_packet: Callable[[mqtt5.Packet], None]) -> tuple[PacketStream, Written]:
    stream, transport = PacketStream("broker", {}, on_packet), Written()
    stream.connection_made(transport)
    return stream, transport


async def test_all_packets_of_a_turn_are_one_write() -> None:
    stream, transport = connected(lambda packet: None)
    for packet in (b"a", b"b", b"c"):
        stream.send(packet)
    await asyncio.sleep(0)
    assert transport.writes == [b"abc"]


async def test_messages_that_packets_cause_go_out_in_the_turn_of_their_publishers() -> None:
    woken = [asyncio.get_running_loop().create_future() for _ in range(2)]
    waiting = iter(woken)
    stream, transport = connected(lambda packet: wake())

    def wake() -> None:
        next(waiting).set_result(None)
        stream.woke_sender = True

    async def publisher(future: asyncio.Future[None]) -> None:
        await future
        stream.send(b"p")

    tasks = [asyncio.ensure_future(publisher(future)) for future in woken]
    await asyncio.sleep(0)
    stream.data_received(mqtt5.PingRespPacket().write() * 2)
    assert transport.writes == []
    await asyncio.sleep(0)
    assert transport.writes == [b"pp"]
    await asyncio.gather(*tasks)


async def test_a_packet_sent_after_a_write_is_written_too() -> None:
    stream, transport = connected(lambda packet: stream.send(b"answer"))
    stream.data_received(mqtt5.PingRespPacket().write())
    await asyncio.sleep(0)
    stream.send(b"later")
    await asyncio.sleep(0)
    assert transport.writes == [b"answer", b"later"]


async def test_packets_that_wake_nobody_up_leave_no_turn_to_be_ended() -> None:
    stream, transport = connected(lambda packet: None)
    stream.data_received(mqtt5.PingRespPacket().write())
    assert not stream.scheduled
    stream.send(b"a")
    assert stream.scheduled
    await asyncio.sleep(0)
    assert transport.writes == [b"a"]


async def test_an_urgent_packet_is_written_at_once_but_only_once_in_a_turn() -> None:
    stream, transport = connected(lambda packet: None)
    for turn in (b"1", b"2"):
        for packet in (b"a", b"b", b"c"):
            stream.send(turn + packet)
            stream.hurry()
        assert transport.writes == [turn + b"a"]
        await asyncio.sleep(0)
        assert transport.writes == [turn + b"a", turn + b"b" + turn + b"c"]
        transport.writes.clear()


async def test_acknowledgements_go_out_after_what_the_turn_published() -> None:
    stream, transport = connected(lambda packet: None)
    stream.acknowledged += [1, 2]
    stream.schedule()
    stream.send(b"reply")
    await asyncio.sleep(0)
    assert transport.writes == [b"reply" + mqtt5.PubAckPacket(1).write() + mqtt5.PubAckPacket(2).write()]
    await asyncio.sleep(0)
    assert len(transport.writes) == 1


async def test_nothing_follows_disconnect() -> None:
    stream, transport = connected(lambda packet: None)
    stream.acknowledged.append(7)
    stream.schedule()
    await stream.disconnect(0)
    assert b"".join(transport.writes) == mqtt5.PubAckPacket(7).write() + mqtt5.DisconnectPacket().write()
