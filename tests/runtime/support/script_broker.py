"""A broker that sends what a test wants after SUBSCRIBE, and records what it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

import mqtt5

NAMES = {3: "PUBLISH", 4: "PUBACK", 8: "SUBSCRIBE", 10: "UNSUBSCRIBE", 12: "PINGREQ", 14: "DISCONNECT"}


def publish(topic: str, payload: bytes = b"x", *, packet_id: int | None = None, retain: bool = False) -> bytes:
    """Return a PUBLISH packet, of QoS 1 with a packet id, else of QoS 0."""
    qos = mqtt5.QoS.AT_MOST_ONCE if packet_id is None else mqtt5.QoS.AT_LEAST_ONCE
    return mqtt5.PublishPacket(topic, payload, qos=qos, packet_id=packet_id, retain=retain).write()


class ScriptBroker:
    """Says yes to CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ; ``after`` SUBSCRIBE it sends more."""

    def __init__(self, *after: bytes) -> None:
        self.after = b"".join(after)
        self.got: list[str] = []
        """The kinds of packets, in the order of receipt."""
        self.connections = 0
        self.before_unsuback: Callable[[], bytes] = bytes
        """Returns what is sent between UNSUBSCRIBE and UNSUBACK."""
        self.answers_unsubscribe = True
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def count(self, kind: str) -> int:
        return self.got.count(kind)

    def send(self, *packets: bytes) -> None:
        """Send packets on the last connection."""
        self._writers[-1].write(b"".join(packets))

    def cut(self) -> None:
        """End the last connection."""
        self._writers[-1].transport.abort()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        buffer = bytearray()
        with suppress(OSError):
            while data := await reader.read(65536):
                buffer += data
                for first, body in _packets(buffer):
                    self._take(writer, first, body)

    def _take(self, writer: asyncio.StreamWriter, first: int, body: bytes) -> None:
        kind = NAMES.get(first >> 4, "")
        if kind:
            self.got.append(kind)
        if first >> 4 == 1:
            writer.write(b"\x20\x03\x00\x00\x00")
        elif kind == "SUBSCRIBE":
            writer.write(b"\x90\x04" + body[:2] + b"\0\1" + self.after)
            self.after = b""
        elif kind == "UNSUBSCRIBE":
            answer = b"\xb0\x04" + body[:2] + b"\0\0" if self.answers_unsubscribe else b""
            writer.write(self.before_unsuback() + answer)
        elif kind == "PINGREQ":
            writer.write(b"\xd0\0")


def _packets(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Remove the whole packets from the start of a buffer."""
    while len(buffer) > 1:
        size, start = 0, 1
        while start < len(buffer) and start < 5:
            size |= (buffer[start] & 0x7F) << 7 * (start - 1)
            start += 1
            if not buffer[start - 1] & 0x80:
                break
        if len(buffer) < start + size:
            return
        first, body = buffer[0], bytes(buffer[start : start + size])
        del buffer[: start + size]
        yield first, body
