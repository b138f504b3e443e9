"""A broker that ends the connection for packets that a test names, as real ones do by policy or because of a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import mqtt5

CUT = -1
"""What a rule returns to end the connection without DISCONNECT."""
SILENT = -2
"""What a rule returns to say nothing."""
Rule = Callable[[Any], int | None]


class PolicyBroker:
    """Answers by the book, except where the rule returns a reason code for DISCONNECT, ``CUT`` or ``SILENT``."""

    def __init__(self, rule: Rule, *, session_present: bool = False, delay: float = 0.0, port: int = 0) -> None:
        self.rule = rule
        self.session_present = session_present
        self.delay = delay
        """Seconds until an answer goes out, as over a slow link."""
        self.port = port
        self.refuses: mqtt5.ConnAckReasonCode | None = None
        """What CONNECT is answered with, unless it is accepted."""
        self.connections = 0
        self.packets: list[Any] = []
        self.subscribed: list[str] = []
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def topics(self) -> list[str]:
        """The topics of all PUBLISH packets, in order."""
        return [packet.topic for packet in self.packets if isinstance(packet, mqtt5.PublishPacket)]

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def send(self, packet: Any) -> None:
        """Send a packet to every client that is connected."""
        for writer in self._writers:
            with suppress(OSError):
                writer.write(packet.write())
                await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        data = b""
        with suppress(OSError):
            while chunk := await reader.read(65536):
                data += chunk
                while data:
                    try:
                        packet, size = mqtt5.read(data)
                    except IndexError:
                        break
                    data = data[size:]
                    self.packets.append(packet)
                    if self.delay:
                        await asyncio.sleep(self.delay)
                    if not self._take(packet, writer):
                        writer.close()
                        return
        self._writers.discard(writer)
        writer.transport.abort()

    def _take(self, packet: Any, writer: asyncio.StreamWriter) -> bool:
        """Answer a packet; return False to end the connection."""
        verdict = self.rule(packet)
        if verdict == CUT:
            return False
        if verdict is not None and verdict != SILENT:
            code = mqtt5.DisconnectReasonCode(verdict)
            writer.write(mqtt5.DisconnectPacket(reason_code=code).write())
            return False
        answer = None if verdict == SILENT else self._answer(packet)
        if answer is not None:
            writer.write(answer.write())
        return not isinstance(packet, mqtt5.DisconnectPacket)

    def _answer(self, packet: Any) -> Any:
        match packet:
            case mqtt5.ConnectPacket() if self.refuses is not None:
                return mqtt5.ConnAckPacket(reason_code=self.refuses)
            case mqtt5.ConnectPacket():
                return mqtt5.ConnAckPacket(session_present=self.session_present and self.connections > 1)
            case mqtt5.PingReqPacket():
                return mqtt5.PingRespPacket()
            case mqtt5.PublishPacket(qos=mqtt5.QoS.AT_LEAST_ONCE):
                return mqtt5.PubAckPacket(packet.packet_id)
            case mqtt5.PublishPacket(qos=mqtt5.QoS.EXACTLY_ONCE):
                return mqtt5.PubRecPacket(packet.packet_id)
            case mqtt5.PubRelPacket():
                return mqtt5.PubCompPacket(packet.packet_id)
            case mqtt5.SubscribePacket():
                self.subscribed += [item.pattern for item in packet.topic_filters]
                codes = [mqtt5.SubAckReasonCode(int(item.max_qos)) for item in packet.topic_filters]
                return mqtt5.SubAckPacket(packet.packet_id, codes)
            case mqtt5.UnsubscribePacket():
                codes_ = [mqtt5.UnsubAckReasonCode.SUCCESS for _ in packet.patterns]
                return mqtt5.UnsubAckPacket(packet.packet_id, codes_)
            case _:
                return None
