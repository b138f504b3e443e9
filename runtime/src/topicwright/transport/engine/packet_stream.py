"""One network connection as a stream of MQTT 5 packets: the codec is the package ``mqtt5``, the rest is here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import mqtt5
from topicwright.errors import BrokerUnavailableError, ConnectError, ConnectionLostError
from topicwright.mqtt.reason_codes import MALFORMED, UNSUPPORTED_VERSION
from topicwright.transport.failures import REFUSED_BY_3_1_1, TLS_ALERT, closed_by_broker, expects_tls, refused
from topicwright.transport.link.half_close import HalfClose
from typing_extensions import override

Handlers = Mapping[type, Callable[[Any], None]]
"""What takes packets of each kind."""
TURN: Final = 1 << 16
"""How many bytes one turn of the event loop may queue before publishers wait for the next, about."""


class PacketStream(asyncio.Protocol):
    """Reads all packets that a chunk holds, and writes once for each turn of the event loop, or twice in a hurry."""

    def __init__(self, broker: str, handlers: Handlers, unexpected: Callable[[mqtt5.Packet], None]) -> None:
        """Take what is called with each packet: by its kind, or ``unexpected``."""
        self._broker = broker
        self.handlers = handlers
        self._unexpected = unexpected
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self.out: list[bytes] = []
        """What this turn has queued; who appends to it does what ``send`` does beside that."""
        self.acknowledged: list[int] = []
        """The packet ids of the PUBACKs that end this turn, behind everything that handlers have published."""
        self.scheduled = False
        """Whether this turn ends with a write."""
        self._hurried = False
        self.stirred = False
        """Whether what is being read wakes up somebody who may send."""
        self._error: ConnectError | None = None
        self.closed: asyncio.Future[ConnectError | None] = self._loop.create_future()
        self.queued = 0
        """How many bytes this turn has queued."""
        self.room = TURN
        """How many may be queued before publishers wait: none where the socket is full or gone."""
        self.on_room: Callable[[], None] = _nothing
        """Called when there is room again."""
        self.last_received = time.monotonic()
        self.last_sent = time.monotonic()
        self._goodbye = False
        self._sipping = False

    # -- writing -------------------------------------------------------------------------------------------------

    def send(self, packet: bytes) -> None:
        """Queue an encoded packet; what a turn of the loop has queued goes out in one write."""
        self.out.append(packet)
        self.queued += len(packet)
        if not self.scheduled:
            self.schedule()

    def schedule(self) -> None:
        """See to it that this turn ends with a write."""
        self.scheduled = True
        self._loop.call_soon(self._end_turn)

    def hurry(self) -> None:
        """Write at once what somebody waits for, but once in a turn: many messages are better off in one write."""
        if self.out and not self._hurried:
            self._hurried = True
            self._flush()

    def _end_turn(self) -> None:
        self.scheduled = self._hurried = False
        self._flush()

    def _flush(self) -> None:
        packets, self.out, self.queued = self.out, [], 0
        if self.acknowledged:
            puback = mqtt5.PubAckPacket
            packets += [puback(packet_id).write() for packet_id in self.acknowledged]
            self.acknowledged.clear()
        if packets and self._transport is not None and not self._transport.is_closing():
            self.last_sent = time.monotonic()
            self._transport.write(packets[0] if len(packets) == 1 else b"".join(packets))
        if self.room:
            self.on_room()

    @override
    def pause_writing(self) -> None:
        self.room = 0

    @override
    def resume_writing(self) -> None:
        self.room = TURN
        self.on_room()

    # -- reading -------------------------------------------------------------------------------------------------

    def read_on(self, on: bool) -> None:
        """Stop reading from the socket, or go on."""
        self._sipping = False
        if self._transport is None or self._transport.is_closing():
            return
        if on:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def sip(self) -> None:
        """Read what is there once, then stop again."""
        self.read_on(True)
        self._sipping = True

    @override
    def data_received(self, data: bytes) -> None:
        self.last_received = time.monotonic()
        if self._sipping:
            self.read_on(False)
        scheduled, self.scheduled = self.scheduled, True
        self._take(data)
        if scheduled:
            return
        if self.stirred or self.out or self.acknowledged:
            # Behind whoever these packets wake up: what they send goes out in the same turn.
            self._loop.call_soon(self._end_turn)
            self.stirred = False
        else:
            self.scheduled = False

    def _take(self, data: bytes) -> None:
        if self._buffer:
            self._buffer += data
            with memoryview(self._buffer) as view:
                end = self._read(view)
            del self._buffer[:end]
        else:
            with memoryview(data) as view:
                end = self._read(view)
            if end < len(data):
                self._buffer += data[end:]

    def _read(self, view: memoryview) -> int:
        position, size, read = 0, len(view), mqtt5.read
        while position < size and self._error is None:
            try:
                packet, length = read(view[position:])
            except IndexError:
                break
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # the codec panics on a topic that is not UTF-8, which is no Exception
                self._malformed(view, error)
                break
            position += length
            self.handlers.get(type(packet), self._unexpected)(packet)
        return position

    def _malformed(self, view: memoryview, error: BaseException) -> None:
        if bytes(view[:2]) == TLS_ALERT:
            self.fail(expects_tls(self._broker))
            return
        if bytes(view[:4]) == REFUSED_BY_3_1_1:
            self.fail(refused(self._broker, UNSUPPORTED_VERSION))
            return
        self._flush()
        self.send(mqtt5.DisconnectPacket(reason_code=mqtt5.DisconnectReasonCode.MALFORMED_PACKET).write())
        self._flush()
        text = f"{self._broker} sent a packet that is not MQTT 5: {error or type(error).__name__}"
        self.fail(BrokerUnavailableError(text, reason=MALFORMED))

    # -- the end -------------------------------------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._error is None and not self._goodbye:
            self._error = ConnectionLostError(f"the connection to {self._broker} broke: {exc or 'end of stream'}")
            self._error.__cause__ = exc
        self._close()

    def _close(self) -> None:
        self.room = 0
        if not self.closed.done():
            self.closed.set_result(self._error)

    def disconnected(self, reason: int) -> None:
        """Take note of the broker's DISCONNECT."""
        self.fail(closed_by_broker(self._broker, reason))

    def fail(self, error: ConnectError) -> None:
        """Close because of ``error``."""
        self._error = self._error or error
        self.abort()

    def abort(self) -> None:
        """Close at once, without a goodbye."""
        self._error = self._error or ConnectionLostError("the connection was given up")
        if self._transport is not None:
            self._transport.abort()
        self._close()

    async def goodbye(self, timeout: float) -> None:
        """Send DISCONNECT, which discards the Last Will, and close when the broker has read it."""
        self._goodbye = True
        self._flush()  # nothing may follow DISCONNECT (section 3.14.4), and PUBACKs would
        self.send(mqtt5.DisconnectPacket().write())
        self._flush()
        with HalfClose(None if self.closed.done() else self.extra("socket")) as half_close, suppress(TimeoutError):
            if self._transport is not None:
                self._transport.close()
            async with asyncio.timeout(timeout):
                await asyncio.shield(self.closed)
            await half_close.wait()
        self.abort()

    def extra(self, name: str) -> Any:
        """Return what asyncio knows of the transport, such as its ``socket``."""
        return None if self._transport is None else self._transport.get_extra_info(name)


def _nothing() -> None:
    """Nobody waits for room."""
