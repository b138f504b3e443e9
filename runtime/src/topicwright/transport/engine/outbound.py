"""The publishing half of a connection: flow control, packet ids, what is sent again (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

import asyncio

import mqtt5
from topicwright.mqtt.message import EMPTY, Outgoing, Properties
from topicwright.mqtt.reason_codes import FAILURE
from topicwright.transport.base import Answered
from topicwright.transport.engine.in_flight import InFlight, InFlightMessage
from topicwright.transport.engine.packet_stream import PacketStream
from topicwright.transport.engine.packets import packet_of, publish_packet
from topicwright.transport.link.unconfirmed import Unconfirmed


class Outbound:
    """Messages on their way out over one connection."""

    def __init__(self, stream: PacketStream, in_flight: InFlight, unconfirmed: Unconfirmed) -> None:
        self._unconfirmed = unconfirmed
        self._stream = stream
        self._in_flight = in_flight
        self._unwritten: list[Answered] = []
        self._window = 0xFFFF
        stream.on_room = self._written

    def start(self, window: int, *, session_present: bool) -> None:
        """Learn the broker's receive maximum; send again what an earlier connection of its session left."""
        self._window = window
        if session_present:
            for entry in self._in_flight.carry():
                self._send_again(entry)
        else:
            self._in_flight.forget()

    def end(self) -> None:
        """Forget what was not sent: it comes again on the next connection."""
        self._in_flight.waiting.clear()
        self._unwritten.clear()

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Send a QoS 0 message if there is room for it; return whether it is sent."""
        stream = self._stream
        if stream.queued >= stream.room:
            return False
        given = properties
        if given is EMPTY and not retain:  # the fewer words, the faster
            packet = mqtt5.PublishPacket(topic, payload)
        elif given.user or given.correlation_data or given.response_topic or given.content_type or retain:
            packet = publish_packet(topic, payload, 0, retain, given)
        else:
            packet = mqtt5.PublishPacket(topic, payload, message_expiry_interval=given.expiry)
        data = packet.write()
        stream.out.append(data)  # as ``PacketStream.send`` does, without a call
        stream.queued += len(data)
        if not stream.scheduled:
            stream.schedule()
        unconfirmed = self._unconfirmed
        unconfirmed.count_written += 1
        if unconfirmed.idle:
            unconfirmed.watch()
        return True

    def free(self) -> bool:
        """Return whether a message goes out at once."""
        in_flight = self._in_flight
        return len(in_flight.by_id) < self._window and not in_flight.waiting and not self._stream.closed.done()

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; one that is under way since an earlier connection of the session is not sent twice."""
        if self._stream.closed.done():
            return
        if message.qos == 0:
            self._unacknowledged(message, acknowledged)
            return
        in_flight = self._in_flight
        if in_flight.carried_over and (known := in_flight.carried(message)) is not None:
            known.future = acknowledged
        elif len(in_flight.by_id) < self._window and not in_flight.waiting:
            self._take_off(message, acknowledged)
        else:
            in_flight.waiting.append((message, acknowledged))

    def _unacknowledged(self, message: Outgoing, acknowledged: Answered) -> None:
        self._stream.send(packet_of(message).write())
        self._unconfirmed.written()
        if self._stream.queued < self._stream.room:
            acknowledged.set_result(0)
        else:
            # A full buffer pushes back: the caller goes on when there is room again.
            self._unwritten.append(acknowledged)

    def _written(self) -> None:
        futures, self._unwritten = self._unwritten, []
        for future in futures:
            if not future.done():
                future.set_result(0)

    def _take_off(self, message: Outgoing, acknowledged: Answered) -> None:
        entry = self._in_flight.add(message, acknowledged)
        try:
            packet = packet_of(message, entry.packet_id).write()
        except BaseException:  # it would fail again on each connection
            self._in_flight.land(entry.packet_id)
            raise
        self._stream.send(packet)

    def _send_again(self, entry: InFlightMessage) -> None:
        if entry.received:
            self._stream.send(mqtt5.PubRelPacket(entry.packet_id).write())
        else:
            self._stream.send(packet_of(entry.message, entry.packet_id, duplicate=True).write())

    def _landed(self, packet_id: int, code: int) -> None:
        future = self._in_flight.land(packet_id)
        if future is None:
            return
        if not future.done():
            future.set_result(code)
            if isinstance(future, asyncio.Future):  # else nobody waits, who would go on and send something
                self._stream.stirred = True
        while self._in_flight.waiting and len(self._in_flight) < self._window:
            message, future = self._in_flight.waiting.popleft()
            if not future.done():
                self._take_off(message, future)

    def on_puback(self, packet: mqtt5.PubAckPacket | mqtt5.PubCompPacket) -> None:
        """Take the end of an exchange."""
        self._landed(packet.packet_id, int(packet.reason_code))

    def on_pubrec(self, packet: mqtt5.PubRecPacket) -> None:
        """Take the middle of a QoS 2 exchange (section 4.3.3)."""
        entry = self._in_flight.get(packet.packet_id)
        code = int(packet.reason_code)
        if code >= FAILURE:
            self._landed(packet.packet_id, code)
            return
        if entry is not None:
            entry.received = True
        self._stream.send(mqtt5.PubRelPacket(packet.packet_id).write())
