"""Children and a faulty network: processes, proxies that cut and swallow, a broker that misbehaves."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Self, TypeVar

from tests.runtime.support.clients import eventually, within

T = TypeVar("T")
DEADLINE = 45.0
"""Seconds that a process may take for anything: where all cores are busy it needs many to start."""


class Child:
    """A Python program in a process of its own; its lines come in as they are printed."""

    def __init__(self, source: str, *arguments: str) -> None:
        self.lines: list[str] = []
        self._source = source
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def __aenter__(self) -> Self:
        path = os.pathsep.join(filter(None, sys.path))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            self._source,
            *self._arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while (line := await self.process.stdout.readline()).endswith(b"\n"):  # killed, it may leave half a line
            self.lines.append(line.decode().strip())

    async def says(self, line: str, count: int = 1, timeout: float = DEADLINE) -> None:
        await eventually(lambda: self.lines.count(line) >= count, f"{line!r} of the child: {self.lines}", timeout)

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(number)

    async def ended(self, timeout: float = DEADLINE) -> int:
        code = await within(self.process.wait(), timeout)
        assert self._reader is not None
        await within(self._reader)
        return code

    async def __aexit__(self, *error: object) -> None:
        with suppress(ProcessLookupError):
            self.kill()
        await self.process.wait()


class Proxy:
    """A TCP proxy between client and broker that can cut, refuse, and swallow bytes."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = 0
        self.accepted = 0
        self.refuse = False
        self.swallow = False
        self.mute = False
        """Whether of what the broker says only the beginning passes: CONNACK, and no acknowledgement."""
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refuse:
            writer.transport.abort()
            return
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers += [writer, forth]
        for source, target in ((reader, forth), (back, writer)):
            task = asyncio.create_task(self._copy(source, target, answers=source is back))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool) -> None:
        first, whole = True, True
        with suppress(OSError):
            while data := await source.read(65536):
                whole = whole and not self.swallow  # nobody can read a stream with a hole in it
                if whole and (first or not (answers and self.mute)):
                    target.write(data)
                    await target.drain()
                first = False
        target.transport.abort()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


class WebSocketProxy:
    """Speaks WebSocket to the client and TCP to the broker, for brokers that were built without."""

    def __init__(self, port: int, status: str = "") -> None:
        """Take the broker's port, and with what the handshake is refused."""
        self._target = port
        self._status = status
        self.port = 0
        self.requests: list[str] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        if self._status:
            writer.write(f"HTTP/1.1 {self._status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            writer.close()
            return
        key = next(
            line.split(":", 1)[1].strip() for line in head.splitlines() if line.lower().startswith("sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Accept: {accept}", "Sec-WebSocket-Protocol: mqtt", "", ""]
        writer.write("\r\n".join(lines).encode())
        back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(self._unwrap(reader, forth), self._wrap(back, writer))
        for end in (forth, writer):
            end.transport.abort()

    async def _unwrap(self, reader: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while True:
            first, second = await reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            mask = await reader.readexactly(4)
            data = await reader.readexactly(size)
            if first & 0x0F == 8:
                target.transport.abort()
                return
            target.write(bytes(byte ^ mask[number % 4] for number, byte in enumerate(data)))

    async def _wrap(self, source: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await source.read(60_000):
            size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
            writer.write(b"\x82" + size + data)
        writer.transport.abort()


class FakeBroker:
    """Says yes to CONNECT and then sends what a test wants; SUBSCRIBE is granted."""

    CONNACK = b"\x20\x03\x00\x00\x00"
    SUBACK = 1

    def __init__(self, *replies: bytes) -> None:
        self._replies = replies
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError):
            await reader.read(65536)
            writer.write(self.CONNACK)
            if self.connections <= len(self._replies):
                writer.write(self._replies[self.connections - 1])
            while data := await reader.read(65536):
                while data:  # short packets only
                    if data[0] == 0x82:
                        writer.write(b"\x90\x04" + data[2:4] + bytes([0, self.SUBACK]))
                    data = data[2 + data[1] :]
        writer.transport.abort()
