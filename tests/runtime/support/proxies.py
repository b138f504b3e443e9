"""HTTP and SOCKS 5 proxies of a few lines, for tests: they tell what they were asked for."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from typing import Self


class SmallProxy:
    """Connects to a port of this machine, whatever host it is asked for."""

    scheme = ""

    def __init__(self, target: int, login: str = "") -> None:
        self._target = target
        self.login = login
        self.asked: list[str] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        login = f"{self.login}@" if self.login else ""
        self.url = f"{self.scheme}://{login}127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        raise NotImplementedError

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await self._greet(reader, writer):
                back, forth = await asyncio.open_connection("127.0.0.1", self._target)
                await asyncio.gather(_copy(reader, forth), _copy(back, writer))
        writer.close()


class HttpProxy(SmallProxy):
    scheme = "http"

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.split()[1])
        allowed = base64.b64encode(self.login.encode()).decode() in head
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if allowed else b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        await writer.drain()
        return allowed


class Socks5Proxy(SmallProxy):
    scheme = "socks5"

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x00")
        await reader.readexactly(4)
        host = await reader.readexactly((await reader.readexactly(1))[0])
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host.decode()}:{port}")
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        return True


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()
