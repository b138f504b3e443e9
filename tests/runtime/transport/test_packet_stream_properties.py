"""Packets are the same however the network cuts them, and bytes that are not packets crash nothing."""

from __future__ import annotations

import asyncio
import itertools

import mqtt5
import pytest
from hypothesis import given
from hypothesis import strategies as st
from topicwright.transport.engine.packet_stream import PacketStream

from tests.runtime.support.many import many

PACKETS = [
    mqtt5.PublishPacket("a/b", b"x" * size, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=7).write() for size in (0, 5, 300)
] + [mqtt5.PubAckPacket(3).write(), mqtt5.PingRespPacket().write()]


def packets_of(chunks: list[bytes]) -> tuple[list[type], bool]:
    async def run() -> tuple[list[type], bool]:
        got: list[type] = []
        wire = PacketStream("test", {}, lambda packet: got.append(type(packet)))
        for chunk in chunks:
            wire.data_received(chunk)
        return got, wire.closed.done()

    return asyncio.run(run())


@many
@given(st.lists(st.sampled_from(PACKETS), max_size=8), st.lists(st.integers(0, 900), max_size=8))
def test_packets_are_the_same_however_the_network_cuts_them(packets: list[bytes], cuts: list[int]):
    stream = b"".join(packets)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in itertools.pairwise(edges)]
    assert packets_of(chunks) == packets_of(packets) == (packets_of([stream])[0], False)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the codec's, of what is not UTF-8
@many
@given(st.lists(st.binary(max_size=60), max_size=5), st.integers(0, 400), st.binary(max_size=3))
def test_bytes_that_are_not_packets_end_the_connection_or_wait_for_more(chunks: list[bytes], at: int, change: bytes):
    stream = b"".join(PACKETS)
    packets_of([stream[:at] + change + stream[at + len(change) :], *chunks])
