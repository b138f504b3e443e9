"""The socket of a paho client in the event loop: reading on demand, reporting errors, measuring silence."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, Final, cast

import paho.mqtt.client as paho
from topicwright.transport.link.pace import Pace

CHUNK: Final = 1 << 16
"""At most this many bytes are read at once, unless paho asks for more."""
READS_AT_ONCE: Final = 200
"""How often ``read_once`` reads; each read takes one packet or a few."""


class PahoSocket:
    """Reads and writes for a paho client when its socket is ready."""

    def __init__(
        self,
        client: paho.Client,
        on_error: Callable[[Exception], None],
        is_too_large: Callable[[], bool],
        busy: Callable[[], bool] = bool,
    ) -> None:
        """Take what is called with an error, what is asked while a packet is read, and whether handlers are at work."""
        self._client = client
        self._pace = Pace(busy, self._go_on)
        self._on_error = on_error
        self._is_too_large = is_too_large
        self._loop = asyncio.get_running_loop()
        self._last_received = time.monotonic()
        self._reading = False
        self._chunk = b""
        self._at = 0
        """How many bytes of the chunk paho has taken."""
        self._rest_only = False
        self._receive: Callable[[int], bytes] = cast(Any, client)._sock_recv
        cast(Any, client)._sock_recv = self._receive_bytes
        self.failure: ssl.SSLError | None = None
        """An error of TLS while reading: with TLS 1.3 a server refuses a client after the client's handshake."""

    def _receive_bytes(self, size: int) -> bytes:
        """Return bytes of a larger chunk to paho, which asks for one or two at a time."""
        if not self._chunk:
            self._chunk, self._at = self._receive_chunk(size), 0
        data = self._chunk[self._at : self._at + size]
        self._at += size
        if self._at >= len(self._chunk):
            self._chunk = b""
        return data

    def _receive_chunk(self, size: int) -> bytes:
        if self._rest_only:
            raise BlockingIOError
        # A WebSocket has chunks of its own, the frames.
        most = max(size, CHUNK) if isinstance(self._client.socket(), socket.socket) else size
        try:
            return self._receive(most)
        except ssl.SSLError as error:  # paho only logs it
            self.failure = error
            raise

    def silence(self) -> float:
        """Return the seconds since the last data."""
        return time.monotonic() - self._last_received

    def set_reading(self, on: bool) -> None:
        """Start or stop reading."""
        sock = self._client.socket()
        if sock is None:
            return
        if on:
            self._reading = True
            self._go_on()
        else:
            self._reading = False
            self._loop.remove_reader(sock.fileno())

    def read_once(self) -> None:
        """Read a little of what has arrived."""
        sock: Any = self._client.socket()
        for _ in range(READS_AT_ONCE):
            if sock is None or sock.fileno() < 0 or not (self._chunk or _readable(sock)):
                return
            self._read_one()

    def watch_reads(self, sock: Any) -> None:
        """Read whenever data arrives."""
        if sock.fileno() >= 0:  # it may have been closed since
            self._reading = True
            if not self._pace.resting:
                self._loop.add_reader(sock.fileno(), self._read, sock)

    def _go_on(self) -> None:
        """Take the next portion, unless reading has stopped meanwhile."""
        sock: Any = self._client.socket()
        if sock is not None and self._reading and not self._pace.resting:
            self.watch_reads(sock)
            self._loop.call_soon(self._read_rest, sock)

    def _read(self, sock: Any) -> None:
        self._read_one()
        self._read_rest(sock)

    def _read_rest(self, sock: Any) -> None:
        """Read data that no event will report: it is in the chunk, or decrypted already."""
        pace = self._pace
        while self._reading and sock.fileno() >= 0 and (self._chunk or getattr(sock, "pending", int)() > 0):
            if pace.left <= 0:
                if not pace.resting:
                    pace.rest()
                    self._loop.remove_reader(sock.fileno())
                break
            self._rest_only = bool(self._chunk)  # else it would continue for as long as messages arrive
            self._read_one()
        self._rest_only = False

    def _read_one(self) -> None:
        self._last_received = time.monotonic()
        self._pace.left -= 1
        try:
            self._client.loop_read()
            self._is_too_large()
        except Exception as error:
            self._chunk = b""
            self._on_error(error)

    def end_turn(self, sock: Any) -> None:
        """Write what this turn of the loop has queued, and the rest when the socket has space."""
        current: Any = self._client.socket()
        if sock is current and current.fileno() >= 0:
            self._write()
            if self._client.want_write():
                self.watch_writes(sock)

    def watch_writes(self, sock: Any) -> None:
        """Write whenever the socket has space."""
        if sock.fileno() >= 0:  # it may have been closed since
            self._loop.add_writer(sock.fileno(), self._write)

    def _write(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:
            self._on_error(error)


def _readable(sock: Any) -> bool:
    """Return whether data has arrived; ``select`` takes no descriptor above 1023, and Windows has nothing else."""
    if not hasattr(select, "poll"):
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
