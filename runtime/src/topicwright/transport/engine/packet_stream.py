"""One network connection as a stream of MQTT 5 packets; the package ``mqtt5`` encodes and decodes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import mqtt5
from topicwright.errors import ConnectError, ConnectionLostError
from topicwright.mqtt.reason_codes import MALFORMED, PACKET_TOO_LARGE, UNSUPPORTED_VERSION
from topicwright.transport.failures import REFUSED_BY_3_1_1, TLS_ALERT, broke_rule, expects_tls, refused
from topicwright.transport.link.half_close import HalfClose
from topicwright.transport.link.pace import Pace
from typing_extensions import override

Handlers = Mapping[type, Callable[[Any], None]]
"""By the class of a packet: the function that is called with it."""
ACKNOWLEDGEMENTS_PER_WRITE: Final = 64
"""How many acknowledgements share a write, where handlers work through a backlog in many turns."""
LONGEST_DELAY: Final = 0.005
"""Seconds that an acknowledgement waits for others, at most."""
BYTES_PER_TURN: Final = 1 << 16
"""How many bytes one turn of the event loop queues, approximately, before publishers wait for the next."""
LONGEST_PACKET: Final = 268_435_460
"""The largest packet that MQTT has, in bytes (section 1.5.5)."""
LONGEST_HEADER: Final = 5
LONGEST_CAUSE: Final = 100
"""How much of the codec's error is repeated, in characters: it may quote what the broker sent."""


class PacketStream(asyncio.Protocol):
    """Reads all packets of a chunk, and writes once in each turn of the event loop, or twice with ``hurry``."""

    handlers: Handlers
    """The function that takes each kind of packet; the connection replaces it after CONNACK."""
    on_writable: Callable[[], None]
    """Called when the buffer has space again; ``Outbound`` sets it."""

    def __init__(
        self,
        broker: str,
        handlers: Handlers,
        unexpected: Callable[[mqtt5.Packet], None],
        maximum_packet_size: int | None = None,
        *,
        busy: Callable[[], bool] = bool,
    ) -> None:
        """Take the function that is called with each packet: the handler of its kind, or else ``unexpected``."""
        self._broker = broker
        self._largest = maximum_packet_size or LONGEST_PACKET
        self.opening: bytearray | None = bytearray()
        """What was received until CONNACK; None after it."""
        self.handlers = handlers
        self._unexpected = unexpected
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self.out: list[bytes] = []
        """The packets that this turn has queued."""
        self.acknowledged: list[int] = []
        """The packet ids of the PUBACKs that end this turn, after everything that handlers have published."""
        self.unanswered: Callable[[], int] = int
        """Returns how many messages still wait for their acknowledgement; ``Inbound`` sets it."""
        self._counted = 0
        """How many acknowledgements there were at the end of the last turn, where they were not written."""
        self._counted_since = 0.0
        self.scheduled = False
        """Whether this turn ends with a write."""
        self._hurried = False
        self.woke_sender = False
        """Whether a packet of the chunk being read wakes a task that may send."""
        self._error: ConnectError | None = None
        self.closed: asyncio.Future[ConnectError | None] = self._loop.create_future()
        self.queued = 0
        """How many bytes this turn has queued."""
        self.limit = BYTES_PER_TURN
        """How many may be queued before publishers wait: 0 if the socket is full or closed."""
        self.on_writable = _nothing
        self.last_received = time.monotonic()
        self.last_sent = time.monotonic()
        self._disconnecting = False
        self._reading_once = False
        self._reading = True
        self._pace = Pace(busy, self._go_on)

    # -- writing -------------------------------------------------------------------------------------------------

    def send(self, packet: bytes) -> None:
        """Queue an encoded packet; all packets of a turn of the loop are sent in one write."""
        self.out.append(packet)
        self.queued += len(packet)
        if not self.scheduled:
            self.schedule()

    def schedule(self) -> None:
        """End this turn with a write."""
        self.scheduled = True
        self._loop.call_soon(self._end_turn)

    def hurry(self) -> None:
        """Write immediately, because a task waits for the answer; only once in a turn, since one write is cheaper."""
        if self.out and not self._hurried:
            self._hurried = True
            self._flush()

    def _end_turn(self) -> None:
        self._hurried = False
        if self.out or not self.unanswered() or not self._more_follow():
            self.scheduled, self._counted = False, 0
            self._flush()
        else:
            self._loop.call_soon(self._end_turn)

    def _more_follow(self) -> bool:
        """Return whether acknowledgements of some more turns can share one write, since handlers are at work."""
        count, before = len(self.acknowledged), self._counted
        if not before < count < ACKNOWLEDGEMENTS_PER_WRITE:
            return False
        self._counted = count
        if not before:
            self._counted_since = self._loop.time()
        return self._loop.time() - self._counted_since < LONGEST_DELAY

    def _flush(self) -> None:
        packets, self.out, self.queued = self.out, [], 0
        if self.acknowledged:
            puback = mqtt5.PubAckPacket
            packets += [puback(packet_id).write() for packet_id in self.acknowledged]
            self.acknowledged.clear()
        if packets and self._transport is not None and not self._transport.is_closing():
            self.last_sent = time.monotonic()
            self._transport.write(packets[0] if len(packets) == 1 else b"".join(packets))
        if self.limit:
            self.on_writable()

    @override
    def pause_writing(self) -> None:
        self.limit = 0

    @override
    def resume_writing(self) -> None:
        self.limit = BYTES_PER_TURN
        self.on_writable()

    # -- reading -------------------------------------------------------------------------------------------------

    def set_reading(self, on: bool) -> None:
        """Start or stop reading from the socket."""
        self._reading_once, self._reading = False, on
        if self._transport is None or self._transport.is_closing():
            return
        if on and not self._pace.resting:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def read_once(self) -> None:
        """Read what has arrived, then stop again."""
        self.set_reading(True)
        self._reading_once = True

    @override
    def data_received(self, data: bytes) -> None:
        self.last_received = time.monotonic()
        if self._reading_once:
            self.set_reading(False)
        if self.opening is not None:
            self.opening += data
        self._receive(data)

    def _receive(self, data: bytes) -> None:
        """Take packets, and end the turn with a write if something is to be written."""
        scheduled, self.scheduled = self.scheduled, True
        self._take(data)
        if scheduled:
            return
        if self.woke_sender or self.out or self.acknowledged:
            # After the tasks that these packets wake: what they send is written in the same turn.
            self._loop.call_soon(self._end_turn)
            self.woke_sender = False
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
        if self._pace.left <= 0 and not self._pace.resting:
            self._pace.rest()
            if self._transport is not None and not self._transport.is_closing():
                self._transport.pause_reading()

    def _go_on(self) -> None:
        """Take the next portion of what was read, and read more if that was all."""
        if self._buffer:
            self._receive(b"")
        if not self._pace.resting and self._reading:
            reading_once = self._reading_once
            self.set_reading(True)
            self._reading_once = reading_once

    def _read(self, view: memoryview) -> int:
        position, size, read, left, largest = 0, len(view), mqtt5.read, self._pace.left, self._largest
        while position < size and left > 0 and self._error is None:
            try:
                packet, length = read(view[position:])
            except IndexError:
                if packet_size(view[position : position + LONGEST_HEADER]) > largest:
                    self._too_large()
                break
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # the codec panics on a topic that is not UTF-8: that is no Exception
                self._malformed(view, error)
                break
            position += length
            left -= 1
            if length > largest:
                self._too_large()
                break
            self.handlers.get(type(packet), self._unexpected)(packet)
        self._pace.left = left
        return position

    def _malformed(self, view: memoryview, error: BaseException) -> None:
        if bytes(view[:2]) == TLS_ALERT:
            self.fail(expects_tls(self._broker))
            return
        if bytes(view[:4]) == REFUSED_BY_3_1_1:
            self.fail(refused(self._broker, UNSUPPORTED_VERSION))
            return
        what = f"sent a packet that is not MQTT 5 ({str(error)[:LONGEST_CAUSE] or type(error).__name__})"
        self.violated(what, MALFORMED)

    def _too_large(self) -> None:
        what = f"sent a packet above the {self._largest} bytes that CONNECT allows"
        self.violated(what, PACKET_TOO_LARGE)

    # -- the end -------------------------------------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._pace.left = len(self._buffer)
        self._take(b"")  # all that was read, such as the broker's DISCONNECT
        if self._error is None and not self._disconnecting:
            self._error = ConnectionLostError(f"the connection to {self._broker} broke: {exc or 'end of stream'}")
            self._error.__cause__ = exc
        self._close()

    def _close(self) -> None:
        self.limit = 0
        if not self.closed.done():
            self.closed.set_result(self._error)

    def violated(self, what: str, reason: int) -> None:
        """End the connection because the broker broke a rule: DISCONNECT with ``reason`` tells it so (section 4.13)."""
        if self._error is None:
            self._flush()
            self.send(mqtt5.DisconnectPacket(reason_code=mqtt5.DisconnectReasonCode(reason)).write())
            self._flush()
        self.fail(broke_rule(self._broker, what, reason))

    def lost(self) -> ConnectError:
        """Return the error of a connection that has ended."""
        return self._error or ConnectionLostError(f"the connection to {self._broker} is gone")

    def fail(self, error: ConnectError) -> None:
        """Close because of ``error``."""
        self._error = self._error or error
        self.abort()

    def abort(self) -> None:
        """Close immediately, without DISCONNECT."""
        self._error = self._error or ConnectionLostError("the connection was aborted", by_client=True)
        if self._transport is not None:
            self._transport.abort()
        self._close()

    async def disconnect(self, timeout: float) -> None:
        """Send DISCONNECT, which discards the Last Will, and close when the broker has read it."""
        self._disconnecting = True
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
        """Return extra information of the asyncio transport, such as its ``socket``; None if there is none."""
        return None if self._transport is None else self._transport.get_extra_info(name)


def packet_size(start: memoryview) -> int:
    """Return the size of the packet that begins so, in bytes; 0 where its length has not arrived yet."""
    length = shift = 0
    for number, byte in enumerate(start[1:], 2):
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number + length
    return 0


def _nothing() -> None:
    """Stand in for ``on_writable`` until it is set."""
