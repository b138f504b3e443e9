"""SUBSCRIBE and UNSUBSCRIBE packets that wait for their answers (MQTT 5, sections 3.8 to 3.11)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import mqtt5
from topicwright.errors import ConnectError
from topicwright.mqtt.reason_codes import MALFORMED, PROTOCOL_ERROR
from topicwright.mqtt.subscription_options import NO_LOCAL, RETAIN_AS_PUBLISHED, qos_of, retain_handling
from topicwright.transport.engine.in_flight import InFlight
from topicwright.transport.engine.packet_stream import PacketStream

Request = mqtt5.SubscribePacket | mqtt5.UnsubscribePacket


class _Asked:
    """One packet that waits for its answer."""

    __slots__ = ("answer", "count", "kind")

    def __init__(self, kind: type, count: int) -> None:
        self.kind = kind
        self.count = count
        self.answer: asyncio.Future[Sequence[int]] = asyncio.get_running_loop().create_future()


class Answers:
    """Sends SUBSCRIBE and UNSUBSCRIBE over one connection and takes SUBACK and UNSUBACK."""

    def __init__(self, stream: PacketStream, in_flight: InFlight) -> None:
        self._stream = stream
        self._in_flight = in_flight
        self._asked: dict[int, _Asked] = {}

    def __len__(self) -> int:
        """How many packets wait for their answer."""
        return len(self._asked)

    def subscribe(self, filters: Sequence[tuple[str, int]], identifier: int | None) -> asyncio.Future[Sequence[int]]:
        """Send SUBSCRIBE; see ``Connection.subscribe``."""
        topics = [_topic_filter(name, options) for name, options in filters]
        return self._send(
            lambda id_: mqtt5.SubscribePacket(id_, topics, subscription_id=identifier), mqtt5.SubAckPacket, len(filters)
        )

    def unsubscribe(self, filters: Sequence[str]) -> asyncio.Future[Sequence[int]]:
        """Send UNSUBSCRIBE; see ``Connection.unsubscribe``."""
        return self._send(lambda id_: mqtt5.UnsubscribePacket(id_, list(filters)), mqtt5.UnsubAckPacket, len(filters))

    def _send(self, make: Callable[[int], Request], kind: type, count: int) -> asyncio.Future[Sequence[int]]:
        asked = _Asked(kind, count)
        if self._stream.closed.done():
            _fail(asked.answer, self._stream.lost())
            return asked.answer
        packet_id = self._in_flight.reserve()
        self._asked[packet_id] = asked
        self._stream.send(make(packet_id).write())
        return asked.answer

    def on_answer(self, packet: mqtt5.SubAckPacket | mqtt5.UnsubAckPacket) -> None:
        """Take SUBACK or UNSUBACK: one reason code a filter, in their order (section 3.9.3)."""
        asked = self._asked.get(packet.packet_id)
        if asked is None:
            return
        codes, name = packet.reason_codes, type(packet).__name__.removesuffix("Packet").upper()
        if type(packet) is not asked.kind:
            self._stream.violated(f"sent a {name} for another kind of packet", PROTOCOL_ERROR)
        elif len(codes) != asked.count:
            what = f"sent a {name} with {len(codes)} reason codes for {asked.count} topic filters"
            self._stream.violated(what, PROTOCOL_ERROR if codes else MALFORMED)
        else:
            del self._asked[packet.packet_id]
            self._in_flight.release(packet.packet_id)
            if not asked.answer.done():
                asked.answer.set_result([int(code) for code in codes])

    def end(self, error: ConnectError) -> None:
        """Take the end of the connection."""
        asked, self._asked = self._asked, {}
        for packet_id, one in asked.items():
            self._in_flight.release(packet_id)
            _fail(one.answer, error)


def _fail(future: asyncio.Future[Any], error: ConnectError) -> None:
    """Set an error on a future; it counts as retrieved, because no task may wait for it."""
    if not future.done():
        future.set_exception(error)
        future.exception()


def _topic_filter(name: str, options: int) -> mqtt5.TopicFilter:
    return mqtt5.TopicFilter(
        name,
        max_qos=mqtt5.QoS(qos_of(options)),
        no_local=bool(options & NO_LOCAL),
        retain_as_published=bool(options & RETAIN_AS_PUBLISHED),
        retain_handling=mqtt5.RetainHandling(retain_handling(options)),
    )
