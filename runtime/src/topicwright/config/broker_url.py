"""The parsed URL of a broker; its password is never shown."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field, replace
from typing import Final, Self
from urllib.parse import SplitResult, unquote, urlsplit

from typing_extensions import override

PORTS: Final[dict[str, int]] = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
UNIX_SCHEME: Final = "unix"
WEBSOCKET: Final = frozenset(("ws", "wss"))
MEMORY_SCHEME: Final = "memory"
"""The scheme of ``topicwright.testing.MemoryBroker``; error messages do not suggest it."""


_SEPARATOR: Final = re.compile(rf"\s*,\s*(?=(?:{'|'.join([*PORTS, UNIX_SCHEME])})://)")


@dataclass(frozen=True, slots=True)
class BrokerURL:
    """The parsed URL of a broker; ``str`` and ``repr`` omit user and password."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    path: str = ""
    """Of a WebSocket, or of a Unix socket."""
    query: str = field(default="", repr=False)
    """Of a WebSocket; it may have a token in it, so it is not shown."""
    others: tuple[BrokerURL, ...] = ()
    """Further brokers, which are tried in turn where this one does not answer."""

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme in {"mqtts", "wss"}

    @property
    def websocket(self) -> bool:
        """Whether MQTT is sent in WebSocket frames (MQTT 5, section 6)."""
        return self.scheme in WEBSOCKET

    @property
    def unix(self) -> bool:
        """Whether it is a Unix socket."""
        return self.scheme == UNIX_SCHEME

    @property
    def target(self) -> str:
        """What the handshake of a WebSocket asks for: path and query."""
        return (self.path or "/mqtt") + (f"?{self.query}" if self.query else "")

    @override
    def __str__(self) -> str:
        if self.unix:
            return f"{self.scheme}://{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @classmethod
    def parse_all(cls, text: str) -> Self:
        """Parse one URL, or several with commas between them: the first, with the others in ``others``.

        Raises:
            ValueError: one is invalid, or they are of several kinds; see ``parse``.
        """
        first, *rest = map(cls.parse, _SEPARATOR.split(text.strip()))
        if any(other.websocket != first.websocket or other.memory != first.memory for other in rest):
            raise ValueError("several MQTT URLs must all be WebSockets, or none of them")
        return replace(first, others=tuple(rest)) if rest else first

    @property
    def memory(self) -> bool:
        """Whether it is a broker in this process."""
        return self.scheme == MEMORY_SCHEME

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``mqtt://[user:pass@]host[:port]`` or ``unix:///path``; user and password are percent-decoded.

        Raises:
            ValueError: the URL is invalid; the message repeats nothing that could be part of a password.
        """
        parts = _split(text)
        try:
            port = PORTS.get(parts.scheme, 1) if parts.port is None else parts.port
        except ValueError:
            port = 0
        if port == 0:
            raise ValueError("the port of the MQTT URL must be a number from 1 to 65535")
        _check_host(parts.hostname or "")
        username = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        if parts.scheme == UNIX_SCHEME:
            return cls(parts.scheme, "", 0, username, password, unquote(parts.path))
        path, query = (parts.path, parts.query) if parts.scheme in WEBSOCKET else ("", "")
        return cls(parts.scheme, parts.hostname or "localhost", port, username, password, path, query)


def _check_unix(parts: SplitResult) -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise ValueError("this system has no Unix sockets")
    if parts.hostname or len(parts.path) < len("/x") or parts.query or parts.fragment:
        raise ValueError("a Unix socket is unix:///path: three slashes, and no host")


def _check_host(host: str) -> None:
    """Raise ``ValueError`` for a host name that no resolver takes, as an empty variable in it makes (RFC 1035)."""
    labels = host.removesuffix(".").split(".")
    if not host or ":" in host:
        return
    if any(character.isspace() or character == "," for character in host):
        raise ValueError("the host of the MQTT URL has a comma or a space in it: each of several URLs needs its scheme")
    if not all(labels):
        raise ValueError(f"the host {host[:100]!r} of the MQTT URL has an empty part")
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError(f"the host {host[:100]!r} of the MQTT URL is no host name") from None


def _split(text: str) -> SplitResult:
    text = text.strip()
    scheme, separator, _ = text.partition(":")
    if scheme.lower() not in {*PORTS, UNIX_SCHEME, MEMORY_SCHEME}:
        shown = f" {scheme!r}" if separator and text.startswith(f"{scheme}://") and "@" not in scheme else ""
        raise ValueError(f"Invalid MQTT URL scheme{shown}: use one of {', '.join([*PORTS, UNIX_SCHEME])}")
    if not text.startswith(f"{scheme}://"):
        raise ValueError(f"the MQTT URL must start with {scheme}://")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None  # the message of the error repeats the whole URL
    if parts is None:
        raise ValueError("the MQTT URL cannot be parsed: percent-encode special characters in user and password")
    if parts.scheme == UNIX_SCHEME:
        _check_unix(parts)
        return parts
    # A "/", "?" or "#" in a password ends the host for every URL parser: the rest would be shown as a path.
    beyond = parts.path if parts.scheme in WEBSOCKET else ""
    query = parts.query and parts.scheme not in WEBSOCKET
    if query or parts.fragment or "@" in beyond + parts.query or (not beyond and parts.path.strip("/")):
        raise ValueError("the MQTT URL has text after its port: percent-encode '/', '?' and '#' in a password")
    return parts
