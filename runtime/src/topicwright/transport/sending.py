"""The publishing half of a connection: flow control, packet ids, what is sent again (MQTT 5, sections 4.3 and 4.9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import mqtt5

from ..errors import ConnectError, ConnectionLostError
from . import Outgoing
from .flight import Flight, Flights
from .packets import publish_packet
from .reasons import FAILURE
from .wire import Wire


class Sending:
    """Messages on their way out over one connection."""

    def __init__(self, broker: str, wire: Wire, flights: Flights) -> None:
        self._broker = broker
        self._wire = wire
        self._flights = flights
        self._loop = asyncio.get_running_loop()
        self._unwritten: set[asyncio.Task[None]] = set()
        self._window = 0xFFFF

    def start(self, window: int, *, session_present: bool) -> None:
        """Learn the broker's receive maximum; send again what an earlier connection of its session left."""
        self._window = window
        if session_present:
            for flight in self._flights:
                self._send_again(flight)
        else:
            self._flights.forget()

    def end(self, error: ConnectError) -> None:
        """Tell everyone who waits that the connection is gone."""
        fail((flight.future for flight in self._flights), error)
        fail((future for _, future in self._flights.waiting), error)
        self._flights.waiting.clear()

    def publish(self, message: Outgoing) -> asyncio.Future[int]:
        """Send a message; one that is under way since an earlier connection of the session is not sent twice."""
        future: asyncio.Future[int] = self._loop.create_future()
        if self._wire.closed.done():
            future.set_exception(ConnectionLostError(f"the connection to {self._broker} is gone"))
            future.exception()
        elif message.qos == 0:
            self._unacknowledged(message, future)
        elif (known := self._flights.of(message)) is not None:
            return known.future
        elif len(self._flights) < self._window and not self._flights.waiting:
            self._take_off(message, future)
        else:
            self._flights.waiting.append((message, future))
        return future

    def _unacknowledged(self, message: Outgoing, future: asyncio.Future[int]) -> None:
        self._wire.send(publish_packet(message).write())
        if self._wire.writable.is_set():
            future.set_result(0)
            return
        # A full socket buffer pushes back: the caller goes on when there is room again.
        task = self._loop.create_task(self._written(future))
        self._unwritten.add(task)
        task.add_done_callback(self._unwritten.discard)

    async def _written(self, future: asyncio.Future[int]) -> None:
        await self._wire.writable.wait()
        if future.done():
            return
        if self._wire.closed.done():
            future.set_exception(ConnectionLostError(f"the connection to {self._broker} is gone"))
            future.exception()
        else:
            future.set_result(0)

    def _take_off(self, message: Outgoing, future: asyncio.Future[int]) -> None:
        flight = self._flights.add(message, future)
        self._wire.send(publish_packet(message, flight.packet_id).write())

    def _send_again(self, flight: Flight) -> None:
        flight.future = self._loop.create_future()
        if flight.received:
            self._wire.send(mqtt5.PubRelPacket(flight.packet_id).write())
        else:
            self._wire.send(publish_packet(flight.message, flight.packet_id, duplicate=True).write())

    def _landed(self, packet_id: int, code: int) -> None:
        if not self._flights.land(packet_id, code):
            return
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


def fail(futures: Iterable[asyncio.Future[Any]], error: ConnectError) -> None:
    """End futures that nobody may be waiting for."""
    for future in futures:
        if not future.done():
            future.set_exception(error)
            future.exception()
