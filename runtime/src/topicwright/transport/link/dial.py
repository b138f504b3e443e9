"""Opens the socket of a connection: to a host, whose addresses are tried side by side, or to a Unix socket."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import socket
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from topicwright.config.broker_url import BrokerURL
from topicwright.config.settings import Settings
from topicwright.transport.link.threads import in_thread

STAGGER: Final = 0.25
"""Seconds that an address has before the next one is tried beside it (RFC 8305, section 5)."""
Address = tuple[socket.AddressFamily, Any]


async def dial(url: BrokerURL, settings: Settings) -> socket.socket:
    """Return a connected socket, which does not block.

    Raises:
        OSError: no address answered, or the proxy refused.
    """
    if url.unix:
        return await _connect((socket.AF_UNIX, url.path))
    if settings.proxy is not None:
        from topicwright.transport.link.proxy import dial_through

        return await dial_through(settings.proxy, url.host, url.port)
    return await dial_host(url.host, url.port)


async def dial_host(host: str, port: int) -> socket.socket:
    """Return a socket that is connected to the first address of a host that answers (RFC 8305).

    Raises:
        OSError: none answered; it has the error of each address.
    """
    waiting = deque(_interleaved(await _addresses(host, port)))
    attempts: set[asyncio.Task[socket.socket]] = set()
    errors: list[BaseException] = []
    try:
        while waiting or attempts:
            if waiting:
                attempts.add(asyncio.create_task(_connect(waiting.popleft())))
            stagger = STAGGER if waiting else None
            done, _ = await asyncio.wait(attempts, timeout=stagger, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                error = attempt.exception()
                if error is None:
                    attempts.discard(attempt)
                    return attempt.result()
                attempts.discard(attempt)
                errors.append(error)
    finally:
        for attempt in attempts:
            attempt.add_done_callback(_close_late)
            attempt.cancel()
    raise _combined(errors)


async def _addresses(host: str, port: int) -> list[Address]:
    """Resolve a host name, in a thread of its own: the program may need all those of the default executor."""
    found: list[Any] = []

    def resolve() -> None:
        found.extend(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))

    try:
        if _is_address(host):
            resolve()
        else:
            await in_thread(resolve)
    except UnicodeError as error:
        raise OSError(f"{host!r} is no host name ({error})") from None
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _interleaved(addresses: Iterable[Address]) -> list[Address]:
    """Return addresses with the families in turn, beginning with that of the first (RFC 8305, section 4)."""
    families: dict[int, list[Address]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    turns = itertools.zip_longest(*families.values())
    return [address for turn in turns for address in turn if address is not None]


async def _connect(address: Address) -> socket.socket:
    family, where = address
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        if family != socket.AF_UNIX:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(made, where)
    except BaseException:
        made.close()
        raise
    return made


def _close_late(attempt: asyncio.Task[socket.socket]) -> None:
    """Close the socket of an attempt that succeeded when another one had."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


def _combined(errors: list[BaseException]) -> OSError:
    texts = list(dict.fromkeys(str(error) for error in errors))
    first = errors[0] if errors else None
    if len(texts) == 1 and isinstance(first, OSError):
        return first
    return OSError("; ".join(texts) or "the host has no address")
