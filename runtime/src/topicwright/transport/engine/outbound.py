"""The publishing half of a connection: flow control, packet ids, what is sent again (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

import asyncio

import mqtt5
from topicwright.mqtt.message import EMPTY, Outgoing, Properties
from topicwright.mqtt.reason_codes import FAILURE
from topicwright.transport.base import Answered
from topicwright.transport.engine.in_flight import Flight, Flights
from topicwright.transport.engine.packet_stream import Wire
from topicwright.transport.engine.packets import packet_of, publish_packet
from topicwright.transport.link.unconfirmed import Unproven


class Sending:
    """Messages on their way out over one connection."""

    def __init__(self, wire: Wire, flights: Flights, unproven: Unproven) -> None:
        self._unproven = unproven
        self._wire = wire
        self._flights = flights
        self._unwritten: list[Answered] = []
        self._window = 0xFFFF
        wire.on_room = self._written

    def start(self, window: int, *, session_present: bool) -> None:
        """Learn the broker's receive maximum; send again what an earlier connection of its session left."""
        self._window = window
        if session_present:
            for flight in self._flights.carry():
                self._send_again(flight)
        else:
            self._flights.forget()

    def end(self) -> None:
        """Forget what was not sent: it comes again on the next connection."""
        self._flights.waiting.clear()
        self._unwritten.clear()

    def write(self, topic: str, payload: bytes, retain: bool, properties: Properties) -> bool:
        """Send a QoS 0 message if there is room for it; return whether it is sent."""
        wire = self._wire
        if wire.queued >= wire.room:
            return False
        given = properties
        if given is EMPTY and not retain:  # the fewer words, the faster
            packet = mqtt5.PublishPacket(topic, payload)
        elif given.user or given.correlation_data or given.response_topic or given.content_type or retain:
            packet = publish_packet(topic, payload, 0, retain, given)
        else:
            packet = mqtt5.PublishPacket(topic, payload, message_expiry_interval=given.expiry)
        data = packet.write()
        wire.out.append(data)  # as ``Wire.send`` does, without a call
        wire.queued += len(data)
        if not wire.scheduled:
            wire.schedule()
        unproven = self._unproven
        unproven.count_written += 1
        if unproven.idle:
            unproven.watch()
        return True

    def free(self) -> bool:
        """Return whether a message goes out at once."""
        flights = self._flights
        return len(flights.by_id) < self._window and not flights.waiting and not self._wire.closed.done()

    def publish(self, message: Outgoing, acknowledged: Answered) -> None:
        """Send a message; one that is under way since an earlier connection of the session is not sent twice."""
        if self._wire.closed.done():
            return
        if message.qos == 0:
            self._unacknowledged(message, acknowledged)
            return
        flights = self._flights
        if flights.carried_over and (known := flights.carried(message)) is not None:
            known.future = acknowledged
        elif len(flights.by_id) < self._window and not flights.waiting:
            self._take_off(message, acknowledged)
        else:
            flights.waiting.append((message, acknowledged))

    def _unacknowledged(self, message: Outgoing, acknowledged: Answered) -> None:
        self._wire.send(packet_of(message).write())
        self._unproven.written()
        if self._wire.queued < self._wire.room:
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
        flight = self._flights.add(message, acknowledged)
        try:
            packet = packet_of(message, flight.packet_id).write()
        except BaseException:  # it would fail again on each connection
            self._flights.land(flight.packet_id)
            raise
        self._wire.send(packet)

    def _send_again(self, flight: Flight) -> None:
        if flight.received:
            self._wire.send(mqtt5.PubRelPacket(flight.packet_id).write())
        else:
            self._wire.send(packet_of(flight.message, flight.packet_id, duplicate=True).write())

    def _landed(self, packet_id: int, code: int) -> None:
        future = self._flights.land(packet_id)
        if future is None:
            return
        if not future.done():
            future.set_result(code)
            if isinstance(future, asyncio.Future):  # else nobody waits, who would go on and send something
                self._wire.stirred = True
        while self._flights.waiting and len(self._flights) < self._window:
            message, future = self._flights.waiting.popleft()
            if not future.done():
                self._take_off(message, future)

    def on_puback(self, packet: mqtt5.PubAckPacket | mqtt5.PubCompPacket) -> None:
        """Take the end of an exchange."""
        self._landed(packet.packet_id, int(packet.reason_code))

    def on_pubrec(self, packet: mqtt5.PubRecPacket) -> None:
        """Take the middle of a QoS 2 exchange (section 4.3.3)."""
        flight = self._flights.get(packet.packet_id)
        code = int(packet.reason_code)
        if code >= FAILURE:
            self._landed(packet.packet_id, code)
            return
        if flight is not None:
            flight.received = True
        self._wire.send(mqtt5.PubRelPacket(packet.packet_id).write())
