"""The end of a connection after DISCONNECT.

A socket that is closed while something in it is unread is reset, and a broker that finds its connection reset may not
read what came before: the DISCONNECT, without which it publishes the Last Will (MQTT 5, section 3.14).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Final, Protocol, Self

PATIENCE: Final = 1.0
"""Seconds that the broker has to close, once DISCONNECT is written."""
CHUNK: Final = 1 << 16


class HasFile(Protocol):
    """A socket, or what stands for one."""

    def fileno(self) -> int:
        """Return its descriptor, -1 where it is closed."""
        ...


class HalfClose:
    """Keeps a connection open while its owner closes it, until the broker has closed too."""

    def __init__(self, owned: HasFile | None) -> None:
        """Take the owner's socket, before it is closed; None where there is none any more."""
        self._socket: socket.socket | None = None
        if owned is not None:
            with contextlib.suppress(OSError, ValueError):
                self._socket = socket.fromfd(owned.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._socket is not None:
            self._socket.close()

    async def wait(self) -> None:
        """Read and forget what still comes, until the broker closes."""
        left = self._socket
        if left is None:
            return
        with contextlib.suppress(OSError, TimeoutError):
            left.setblocking(False)
            async with asyncio.timeout(PATIENCE):
                left.shutdown(socket.SHUT_WR)
                while await asyncio.get_running_loop().sock_recv(left, CHUNK):
                    pass
