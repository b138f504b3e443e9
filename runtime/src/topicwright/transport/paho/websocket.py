"""The WebSocket handshake of paho, with the server's HTTP status where it refuses (RFC 6455, section 4.1)."""

from __future__ import annotations

import re
from typing import Any, Final

import paho.mqtt.client as paho

STATUS_LINE: Final = re.compile(rb"HTTP/\d\.\d (\d{3}) ?([^\r\n]{0,100})")
LONGEST: Final = 65_536
"""Bytes that the headers of an answer may have."""


class WebSocketRefusedError(ConnectionError):
    """The server answered the handshake with another status than 101."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}".strip())
        self.status = status


class _Recorded:
    """A socket that keeps the beginning of what it receives."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self.head = bytearray()

    def send(self, data: bytes) -> int:
        self._sock.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        data: bytes = self._sock.recv(size)
        self.head += data
        if len(self.head) > LONGEST:
            raise ConnectionError("the answer to the WebSocket handshake has no end")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def handshake(sock: Any, client: Any) -> Any:
    """Return paho's WebSocket over a connected socket.

    Raises:
        WebSocketRefusedError: the server answered with another status.
        OSError: the handshake failed otherwise.
    """
    recorded = _Recorded(sock)
    wrapper: Any = vars(paho)["_WebsocketWrapper"]
    try:
        made = wrapper(
            socket=recorded,
            host=client._host,
            port=client._port,
            is_ssl=client._ssl,
            path=client._websocket_path,
            extra_headers=client._websocket_extra_headers,
        )
    except (OSError, ValueError, IndexError):
        sock.close()
        if (line := STATUS_LINE.match(recorded.head)) is not None and line[1] != b"101":
            raise WebSocketRefusedError(int(line[1]), line[2].decode("ascii", "replace")) from None
        raise
    made._socket = sock
    return made
