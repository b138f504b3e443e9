"""A broker that answers by the book, except where a test tells it otherwise."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

import mqtt5

P = TypeVar("P")
Hook = Callable[["Link", Any], bool | None]


def ack(first: int, packet_id: int, code: int | None = None) -> bytes:
    """Return PUBACK (0x40), PUBREC (0x50), PUBREL (0x62) or PUBCOMP (0x70)."""
    body = struct.pack(">H", packet_id) + (b"" if code is None else bytes([code]))
    return bytes([first, len(body)]) + body


def suback(packet_id: int, *codes: int, first: int = 0x90) -> bytes:
    """Return SUBACK, or UNSUBACK (0xB0)."""
    body = struct.pack(">HB", packet_id, 0) + bytes(codes)
    return bytes([first, len(body)]) + body


def connack(properties: bytes = b"", *, code: int = 0, present: bool = False) -> bytes:
    body = bytes([present, code]) + length_of(len(properties)) + properties
    return b"\x20" + length_of(len(body)) + body


def publish(topic: bytes, *, qos: int = 0, packet_id: int = 1, properties: bytes = b"", payload: bytes = b"x") -> bytes:
    body = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", packet_id) if qos else b"")
    body += bytes([len(properties)]) + properties + payload
    return bytes([0x30 | qos << 1, len(body)]) + body


def length_of(size: int) -> bytes:
    """Return a Remaining Length (section 1.5.5)."""
    made = bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        made.append(low | (0x80 if size else 0))
        if not size:
            return bytes(made)


class Link:
    """One connection of a client: what it sent, and what it can be sent."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.packets: list[Any] = []
        self.closed = False

    def send(self, *packets: bytes) -> bool:
        if not self._writer.is_closing():
            self._writer.write(b"".join(packets))
        return True

    def close(self) -> bool:
        self._writer.close()
        return True

    def cut(self) -> bool:
        self._writer.transport.abort()
        return True

    def of(self, kind: type[P]) -> list[P]:
        return [packet for packet in self.packets if isinstance(packet, kind)]


class ScriptedBroker:
    """Calls the hook of a packet's class; where there is none, or it returns nothing, the packet is answered."""

    def __init__(self, properties: bytes = b"") -> None:
        self.connack = connack(properties)
        self.links: list[Link] = []
        self.hooks: dict[type, Hook] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"mqtt://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for link in self.links:
            link.cut()

    def of(self, kind: type[P]) -> list[P]:
        return [packet for link in self.links for packet in link.of(kind)]

    def filters(self, link: Link) -> list[str]:
        """Return the filters that a connection has asked for."""
        return [item.pattern for packet in link.of(mqtt5.SubscribePacket) for item in packet.topic_filters]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self.links.append(link)
        data = b""
        with suppress(OSError, asyncio.CancelledError):
            while chunk := await reader.read(65536):
                data += chunk
                while data:
                    try:
                        packet, length = mqtt5.read(memoryview(data))
                    except IndexError:
                        break
                    data = data[length:]
                    link.packets.append(packet)
                    self._answer(link, packet)
        link.closed = True
        writer.close()

    def _answer(self, link: Link, packet: Any) -> None:
        hook = self.hooks.get(type(packet))
        if hook is not None and hook(link, packet):
            return
        if isinstance(packet, mqtt5.ConnectPacket):
            link.send(self.connack)
        elif isinstance(packet, mqtt5.SubscribePacket):
            link.send(suback(packet.packet_id, *(int(item.max_qos) for item in packet.topic_filters)))
        elif isinstance(packet, mqtt5.UnsubscribePacket):
            link.send(suback(packet.packet_id, *(0 for _ in packet.patterns), first=0xB0))
        elif isinstance(packet, mqtt5.PublishPacket) and packet.packet_id is not None:
            link.send(ack(0x40 if packet.qos == 1 else 0x50, packet.packet_id))
        elif isinstance(packet, mqtt5.PubRelPacket):
            link.send(ack(0x70, packet.packet_id))
        elif isinstance(packet, mqtt5.PingReqPacket):
            link.send(b"\xd0\x00")
        elif isinstance(packet, mqtt5.DisconnectPacket):
            link.close()
