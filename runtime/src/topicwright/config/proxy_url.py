"""The parsed URL of a proxy; its password is never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from typing_extensions import override

SCHEMES: Final = ("http", "socks5", "socks4")
EXPECTED: Final = f"a proxy is {', '.join(f'{scheme}://[user:pass@]host:port' for scheme in SCHEMES)}"


@dataclass(frozen=True, slots=True)
class ProxyURL:
    """The parsed URL of a proxy; ``str`` and ``repr`` omit user and password."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``http://[user:pass@]host:port``, also ``socks5`` (``socks5h`` is the same) and ``socks4``.

        Raises:
            ValueError: the URL is invalid; the message repeats nothing of it.
        """
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        scheme = "socks5" if parts.scheme == "socks5h" else parts.scheme
        if scheme not in SCHEMES or not host or not port or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(EXPECTED)
        username = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        return cls(scheme, host, port, username, password)
