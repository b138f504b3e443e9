"""The publishing half of a connection: flow control, packet ids, redelivery (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

import asyncio
from typing import Final

import mqtt5
from topicwright.mqtt.limits import Limits
from topicwright.mqtt.message import EMPTY, Outgoing, Properties
from topicwright.mqtt.reason_codes import FAILURE, NO_SUBSCRIBERS, PROTOCOL_ERROR, UNKNOWN_PACKET_ID
from topicwright.transport.base import Answered
from topicwright.transport.engine.in_flight import InFlight, InFlightMessage
from topicwright.transport.engine.packet_stream import LONGEST_PACKET, PacketStream
from topicwright.transport.engine.packets import packet_of, publish_packet
from topicwright.transport.link.unconfirmed import Unconfirmed

_UNKNOWN_ID: Final = mqtt5.PubRelReasonCode.PACKET_ID_NOT_FOUND
MOST_IN_FLIGHT: Final = 0xFFFF - 2000
"""How many messages may be in flight in any case: packet ids are left for SUBSCRIBE and UNSUBSCRIBE."""


class Outbound:
    """Sends messages over one connection and takes their acknowledgements."""

    def __init__(self, stream: PacketStream, in_flight: InFlight, unconfirmed: Unconfirmed) -> None:
        self._unconfirmed = unconfirmed
        self._stream = stream
        self._in_flight = in_flight
        self._unwritten: list[Answered] = []
        self._receive_maximum = 0xFFFF
        stream.on_writable = self._on_writable

    def start(self, receive_maximum: int, limits: Limits, *, session_present: bool) -> None:
        """Apply the limits of CONNACK; send again the messages in flight if the session is resumed."""
        self._receive_maximum = min(receive_maximum, MOST_IN_FLIGHT)
        if session_present:
            for entry in self._in_flight.carry_over():
                self._resend(entry, limits)
        else:
            self._in_flight.clear()

    def end(self) -> None:
        """Drop the messages that were not sent: the session publishes them on the next connection."""
        self._in_flight.waiting.clear()
        self._unwritten.clear()

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Send a QoS 0 message if the buffer has space; return whether it was sent."""
        stream = self._stream
        if stream.queued >= stream.limit:
            return False
        given = properties
        if given is EMPTY and not retain:  # fast path of publish_packet
            packet = mqtt5.PublishPacket(topic, payload)
        elif given.user or given.correlation_data or given.response_topic or given.content_type or retain:
            packet = publish_packet(topic, payload, 0, retain, given)
        else:
            packet = mqtt5.PublishPacket(topic, payload, message_expiry_interval=given.expiry)
        data = packet.write()
        stream.out.append(data)  # fast path of PacketStream.send
        stream.queued += len(data)
        if not stream.scheduled:
            stream.schedule()
        unconfirmed = self._unconfirmed
        unconfirmed.count_written += 1  # fast path of Unconfirmed.written
        if unconfirmed.idle:
            unconfirmed.watch()
        return True

    def free(self) -> bool:
        """Return whether a message can be sent immediately."""
        in_flight = self._in_flight
        return len(in_flight.by_id) < self._receive_maximum and not in_flight.waiting and not self._stream.closed.done()

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; one in flight since an earlier connection of the session is not sent twice."""
        if self._stream.closed.done():
            return
        if message.qos == 0:
            self._publish_qos_0(message, acknowledged)
            return
        in_flight = self._in_flight
        if in_flight.carried_over and (known := in_flight.carried(message)) is not None:
            known.acknowledged = acknowledged
        elif len(in_flight.by_id) < self._receive_maximum and not in_flight.waiting:
            self._transmit(message, acknowledged)
        else:
            in_flight.waiting.append((message, acknowledged))

    def _publish_qos_0(self, message: Outgoing, acknowledged: Answered) -> None:
        self._stream.send(packet_of(message).write())
        self._unconfirmed.written()
        if self._stream.queued < self._stream.limit:
            acknowledged.set_result(0)
        else:
            # The buffer is full: the caller continues when it has space again.
            self._unwritten.append(acknowledged)

    def _on_writable(self) -> None:
        unwritten, self._unwritten = self._unwritten, []
        for acknowledged in unwritten:
            if not acknowledged.done():
                acknowledged.set_result(0)

    def _transmit(self, message: Outgoing, acknowledged: Answered) -> None:
        entry = self._in_flight.add(message, acknowledged)
        try:
            packet = packet_of(message, entry.packet_id).write()
        except BaseException:  # else it would fail on each connection
            self._in_flight.finish(entry.packet_id)
            raise
        self._stream.send(packet)

    def _resend(self, entry: InFlightMessage, limits: Limits) -> None:
        if entry.pubrec_received:
            self._stream.send(mqtt5.PubRelPacket(entry.packet_id).write())
            return
        message = entry.message
        packet = packet_of(message, entry.packet_id, duplicate=True).write()
        largest = limits.maximum_packet_size or LONGEST_PACKET
        if message.qos > limits.maximum_qos or (message.retain and not limits.retain) or len(packet) > largest:
            self._in_flight.finish(entry.packet_id)  # excluded since: the session refuses it when it publishes again
        else:
            self._stream.send(packet)

    def _finish(self, packet_id: int, code: int) -> None:
        acknowledged = self._in_flight.finish(packet_id)
        if acknowledged is None:
            return
        if not acknowledged.done():
            acknowledged.set_result(code)
            if isinstance(acknowledged, asyncio.Future):  # else no task waits that could send something next
                self._stream.woke_sender = True
        while self._in_flight.waiting and len(self._in_flight) < self._receive_maximum:
            message, acknowledged = self._in_flight.waiting.popleft()
            if not acknowledged.done():
                self._transmit(message, acknowledged)

    def on_puback(self, packet: mqtt5.PubAckPacket) -> None:
        """Take PUBACK, the answer to a message of QoS 1."""
        entry = self._in_flight.get(packet.packet_id)
        if entry is None:
            return
        if entry.message.qos == 1:
            self._finish(packet.packet_id, int(packet.reason_code))
        else:
            self._stream.violated("sent a PUBACK for a message of QoS 2", PROTOCOL_ERROR)

    def on_pubrec(self, packet: mqtt5.PubRecPacket) -> None:
        """Take PUBREC, the second packet of a QoS 2 exchange (section 4.3.3)."""
        packet_id, code = packet.packet_id, int(packet.reason_code)
        entry = self._in_flight.get(packet_id)
        if entry is None:
            if code < FAILURE:  # section 3.6.2.1
                self._stream.send(mqtt5.PubRelPacket(packet_id, reason_code=_UNKNOWN_ID).write())
        elif entry.message.qos != 2:
            self._stream.violated("sent a PUBREC for a message of QoS 1", PROTOCOL_ERROR)
        elif code >= FAILURE:
            self._finish(packet_id, code)
        else:
            entry.pubrec_received, entry.unheard = True, code == NO_SUBSCRIBERS
            self._stream.send(mqtt5.PubRelPacket(packet_id).write())

    def on_pubcomp(self, packet: mqtt5.PubCompPacket) -> None:
        """Take PUBCOMP, the last packet of a QoS 2 exchange."""
        packet_id, code = packet.packet_id, int(packet.reason_code)
        entry = self._in_flight.get(packet_id)
        if entry is None:
            return
        if not entry.pubrec_received:
            self._stream.violated("sent a PUBCOMP without a PUBREC", PROTOCOL_ERROR)
            return
        if code == UNKNOWN_PACKET_ID and self._in_flight.carried(entry.message) is entry:
            code = 0  # PUBREL was sent again: the broker has finished the exchange before (section 4.3.3)
        self._finish(packet_id, NO_SUBSCRIBERS if code == 0 and entry.unheard else code)
