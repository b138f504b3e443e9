"""The parsed URL of a broker; its password is never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import SplitResult, unquote, urlsplit

from typing_extensions import override

PORTS: Final[dict[str, int]] = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
WEBSOCKET: Final = frozenset(("ws", "wss"))
MEMORY_SCHEME: Final = "memory"
"""The scheme of ``topicwright.testing.MemoryBroker``; error messages do not suggest it."""


@dataclass(frozen=True, slots=True)
class BrokerURL:
    """The parsed URL of a broker; ``str`` and ``repr`` omit user and password."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    path: str = ""

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme in {"mqtts", "wss"}

    @property
    def websocket(self) -> bool:
        """Whether MQTT is sent in WebSocket frames (MQTT 5, section 6)."""
        return self.scheme in WEBSOCKET

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``mqtt://[user:pass@]host[:port]``; user and password are percent-decoded.

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
        path = parts.path if parts.scheme in WEBSOCKET else ""
        return cls(parts.scheme, parts.hostname or "localhost", port, username, password, path)


def _check_host(host: str) -> None:
    """Raise ``ValueError`` for a host name that no resolver takes, as an empty variable in it makes (RFC 1035)."""
    labels = host.removesuffix(".").split(".")
    if not host or ":" in host:
        return
    if not all(labels):
        raise ValueError(f"the host {host[:100]!r} of the MQTT URL has an empty part")
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError(f"the host {host[:100]!r} of the MQTT URL is no host name") from None


def _split(text: str) -> SplitResult:
    text = text.strip()
    scheme, separator, _ = text.partition(":")
    if scheme.lower() not in {*PORTS, MEMORY_SCHEME}:
        shown = f" {scheme!r}" if separator and text.startswith(f"{scheme}://") and "@" not in scheme else ""
        raise ValueError(f"Invalid MQTT URL scheme{shown}: use one of {', '.join(PORTS)}")
    if not text.startswith(f"{scheme}://"):
        raise ValueError(f"the MQTT URL must start with {scheme}://")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None  # the message of the error repeats the whole URL
    if parts is None:
        raise ValueError("the MQTT URL cannot be parsed: percent-encode special characters in user and password")
    # A "/", "?" or "#" in a password ends the host for every URL parser: the rest would be shown as a path.
    beyond = parts.path if parts.scheme in WEBSOCKET else ""
    if parts.query or parts.fragment or "@" in beyond or (not beyond and parts.path.strip("/")):
        raise ValueError("the MQTT URL has text after its port: percent-encode '/', '?' and '#' in a password")
    return parts
