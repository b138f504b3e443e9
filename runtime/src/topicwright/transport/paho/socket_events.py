"""The socket of a paho client in the event loop: read on demand, errors told, silence measured."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, Final, cast

import paho.mqtt.client as paho

CHUNK: Final = 1 << 16
"""How many bytes are read at once at most, where paho does not ask for more."""
SIP: Final = 200
"""How often a socket that is not read otherwise is read at once, a packet or a few each time."""


class PahoSocket:
    """Reads and writes for a paho client when its socket is ready."""

    def __init__(self, client: paho.Client, broken: Callable[[Exception], None]) -> None:
        self._client = client
        self._broken = broken
        self._loop = asyncio.get_running_loop()
        self._heard = time.monotonic()
        self._reading = False
        self._chunk = b""
        self._at = 0
        """How much of the chunk paho has had."""
        self._rest_only = False
        self._receive: Callable[[int], bytes] = cast(Any, client)._sock_recv
        cast(Any, client)._sock_recv = self._receive_bytes
        self.failure: ssl.SSLError | None = None
        """What TLS made of what came: with TLS 1.3 a server refuses a client when that thinks that all is done."""

    def _receive_bytes(self, size: int) -> bytes:
        """Give paho, which asks for a byte or two at a time, what was read in one go."""
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
        """Return the seconds since something came."""
        return time.monotonic() - self._heard

    def read_on(self, on: bool) -> None:
        """Stop reading, or go on."""
        sock = self._client.socket()
        if sock is None:
            return
        if on:
            self.watch_reads(sock)
            self._loop.call_soon(self._read_rest, sock)
        else:
            self._reading = False
            self._loop.remove_reader(sock.fileno())

    def sip(self) -> None:
        """Read a little of what is there."""
        sock: Any = self._client.socket()
        for _ in range(SIP):
            if sock is None or sock.fileno() < 0 or not (self._chunk or select.select([sock], [], [], 0)[0]):
                return
            self._read_one()

    def watch_reads(self, sock: Any) -> None:
        """Read whenever there is something."""
        if sock.fileno() >= 0:  # it may have been closed since
            self._reading = True
            self._loop.add_reader(sock.fileno(), self._read, sock)

    def _read(self, sock: Any) -> None:
        self._read_one()
        self._read_rest(sock)

    def _read_rest(self, sock: Any) -> None:
        """Read what no event will tell of: it is here already, or decrypted."""
        while self._reading and sock.fileno() >= 0 and (self._chunk or getattr(sock, "pending", int)() > 0):
            self._rest_only = bool(self._chunk)  # or it would go on for as long as messages come
            self._read_one()
        self._rest_only = False

    def _read_one(self) -> None:
        self._heard = time.monotonic()
        try:
            self._client.loop_read()
        except Exception as error:
            self._chunk = b""
            self._broken(error)

    def end_turn(self, sock: Any) -> None:
        """Write what this turn of the loop has queued; be told of room for the rest, if there is any."""
        current: Any = self._client.socket()
        if sock is current and current.fileno() >= 0:
            self._write()
            if self._client.want_write():
                self.watch_writes(sock)

    def watch_writes(self, sock: Any) -> None:
        """Write whenever there is room."""
        if sock.fileno() >= 0:  # it may have been closed since
            self._loop.add_writer(sock.fileno(), self._write)

    def _write(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:
            self._broken(error)
