"""Half-close: keeps reading after DISCONNECT until the broker closes.

A socket that is closed with unread data in it is reset. A broker whose connection is reset may not read what was sent
before that: the DISCONNECT, without which it publishes the Last Will (MQTT 5, section 3.14).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Final, Protocol, Self

CLOSE_TIMEOUT: Final = 1.0
"""Seconds that the broker has to close the connection after DISCONNECT."""
CHUNK: Final = 1 << 16


class HasFile(Protocol):
    """A socket or a wrapper of one."""

    def fileno(self) -> int:
        """Return its descriptor, -1 if it is closed."""
        ...


class HalfClose:
    """Keeps a duplicate of a socket open while its owner closes it, until the broker has closed too."""

    def __init__(self, owned: HasFile | None) -> None:
        """Take the owner's socket before it is closed, or None if it is closed already."""
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
        """Read and discard what still arrives, until the broker closes."""
        duplicate = self._socket
        if duplicate is None:
            return
        with contextlib.suppress(OSError, TimeoutError):
            duplicate.setblocking(False)
            async with asyncio.timeout(CLOSE_TIMEOUT):
                duplicate.shutdown(socket.SHUT_WR)
                while await asyncio.get_running_loop().sock_recv(duplicate, CHUNK):
                    pass
