"""Fuzzes the engine: mutated packets of a broker, over connections in memory; ``make fuzz-engine`` runs it.

Each packet of a broker is mutated by a few bytes, cut, repeated, or joined to another, and comes in chunks of any size.
What must hold: no exception leaves the engine, no packet takes long, each connection either ends or goes on, and memory
and the state between connections stay bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from topicwright.config.settings import Settings
from topicwright.errors import ConnectError
from topicwright.mqtt.message import Incoming, Outgoing, Properties
from topicwright.transport.base import ConnectOptions
from topicwright.transport.engine import connection as engine
from topicwright.transport.engine.connection import EngineConnection, EngineTransport
from typing_extensions import override

PACKETS_A_CONNECTION = 40
LARGEST = 70_000
"""The Maximum Packet Size of CONNECT here."""
CONNACK = b"\x20\x03\x00\x00\x00"
SEEDS = (
    CONNACK,
    b"\x20\x20\x01\x00\x1d\x11\x00\x00\x00\x3c\x21\x00\x05\x24\x01\x25\x00\x27\x00\x00\x10\x00"
    b"\x28\x00\x29\x00\x2a\x00\x13\x00\x0a\x22\x00\x05",
    b"\x20\x0e\x00\x9d\x0b\x1c\x00\x08host:123",
    b"\x30\x06\x00\x03a/b\x00",
    b"\x32\x0b\x00\x03a/b\x00\x05\x00xyz",
    b"\x34\x0b\x00\x03a/b\x00\x06\x00xyz",
    b"\x3b\x27\x00\x03a/b\x00\x07\x1d\x01\x01\x02\x00\x00\x00\x09\x03\x00\x01t\x08\x00\x01r\x09\x00\x02\x01\x02"
    b"\x0b\x05\x26\x00\x01k\x00\x01v{}",
    b"\x30\x0a\x00\x01a\x06\x23\x00\x01\x0b\x80\x01",
    b"\x40\x02\x00\x01",
    b"\x40\x04\x00\x02\x10\x00",
    b"\x50\x02\x00\x03",
    b"\x50\x04\x00\x03\x97\x00",
    b"\x62\x02\x00\x06",
    b"\x70\x03\x00\x03\x92",
    b"\x90\x04\x00\x04\x00\x01",
    b"\x90\x05\x00\x05\x00\x02\x80",
    b"\xb0\x04\x00\x06\x00\x11",
    b"\xd0\x00",
    b"\xe0\x02\x8b\x00",
    b"\xe0\x09\x8d\x07\x1f\x00\x04late",
    b"\xf0\x02\x18\x00",
)


class MemoryPipe(asyncio.Transport):
    """The client's end of a connection that leads nowhere."""

    def __init__(self, protocol: Any) -> None:
        super().__init__()
        self.protocol = protocol
        self.closing = False
        self.written = 0

    @override
    def write(self, data: Any) -> None:
        self.written += len(data)

    @override
    def is_closing(self) -> bool:
        return self.closing

    @override
    def abort(self) -> None:
        self.closing = True

    @override
    def close(self) -> None:
        self.closing = True

    @override
    def pause_reading(self) -> None: ...

    @override
    def resume_reading(self) -> None: ...

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


@dataclass
class Result:
    """What a run has seen."""

    packets: int = 0
    connections: int = 0
    escaped: list[str] = field(default_factory=list[str])
    """Exceptions that left the engine."""
    stuck: int = 0
    """Connections that neither ended nor went on."""
    slowest: float = 0.0
    """Seconds of CPU time of the slowest packet."""
    grown: int = 0
    """Kilobytes that the process has grown by since the first tenth."""
    left: int = 0
    """Messages, packet ids and half received messages that are kept between connections, at most."""
    ends: Counter[str] = field(default_factory=Counter[str])

    @property
    def good(self) -> bool:
        return not self.escaped and not self.stuck


def mutated(rng: random.Random) -> bytes:
    """Return one packet of a broker, changed a little, or none of its kind at all."""
    packet = bytearray(rng.choice(SEEDS))
    kind = rng.randrange(10)
    if kind < 6:
        for _ in range(rng.randint(1, 3)):
            packet[rng.randrange(len(packet))] = rng.randrange(256)
    elif kind == 6:
        del packet[rng.randrange(len(packet)) :]
    elif kind == 7:
        at = rng.randrange(len(packet))
        packet[at:at] = rng.randbytes(rng.randint(1, 5))
    elif kind == 8:
        packet += rng.choice(SEEDS)
    return bytes(packet)  # kind 9: as it is


class Fuzz:
    """Connects again and again, and sends what a broken broker might."""

    def __init__(self, seed: int) -> None:
        self.result = Result()
        self._rng = random.Random(seed)
        self._loop = asyncio.get_running_loop()
        self._pipe: MemoryPipe | None = None
        self._loop.create_connection = self._connect  # type: ignore[method-assign,assignment]
        self._loop.set_exception_handler(lambda loop, context: self._escaped(context))
        self._settings = Settings(mqtt_url="mqtt://fuzz", client_id="me")  # type: ignore[arg-type]
        self._transport = EngineTransport(self._settings)
        self._got = 0

    def _escaped(self, context: dict[str, Any]) -> None:
        self.result.escaped.append(repr(context.get("exception") or context["message"]))

    async def _connect(self, factory: Callable[[], Any], *where: object, **options: object) -> tuple[MemoryPipe, Any]:
        protocol = factory()
        self._pipe = MemoryPipe(protocol)
        protocol.connection_made(self._pipe)
        self._loop.call_soon(self._greet)
        return self._pipe, protocol

    def _greet(self) -> None:
        if self._rng.random() < 0.9:
            self._feed(CONNACK if self._rng.random() < 0.5 else b"\x20\x03\x01\x00\x00")
        else:
            self._feed(mutated(self._rng))
            self._feed(CONNACK)

    def _receive(self, incoming: Incoming) -> None:
        self._got += 1
        if self._rng.random() < 0.8:
            incoming.acknowledge()

    def _feed(self, data: bytes) -> None:
        pipe = self._pipe
        if pipe is None or pipe.closing:
            return
        since = time.process_time()
        try:
            while data:
                size = self._rng.randint(1, len(data)) if self._rng.random() < 0.3 else len(data)
                pipe.protocol.data_received(data[:size])
                data = b"" if pipe.closing else data[size:]
        except Exception as error:
            self.result.escaped.append(repr(error))
        self.result.packets += 1
        self.result.slowest = max(self.result.slowest, time.process_time() - since)

    async def run(self, packets: int) -> Result:
        """Send so many packets, and return what was seen."""
        base = 0
        with patch.object(engine, "dial", _no_socket):
            while self.result.packets < packets:
                await self._one_connection()
                if not base and self.result.packets * 10 >= packets:
                    base = memory()
        self.result.grown = memory() - base
        return self.result

    async def _one_connection(self) -> None:
        self.result.connections += 1
        options = ConnectOptions(
            client_id="me", clean_start=False, session_expiry=60, keepalive=60, receive_maximum=20, timeout=0.05,
            maximum_packet_size=LARGEST,
        )  # fmt: skip
        try:
            connection = await self._transport.connect(options, self._receive)
        except ConnectError as error:
            self._ended(error)
            return
        assert isinstance(connection, EngineConnection)
        waiting = self._work(connection)
        for _ in range(PACKETS_A_CONNECTION):
            if connection.closed.done():
                break
            self._feed(mutated(self._rng))
            if self._rng.random() < 0.2:
                await asyncio.sleep(0)
        await self._check(connection)
        connection.abort()
        await asyncio.sleep(0)
        self._ended(connection.closed.result())
        for future in waiting:
            with suppress(ConnectError, asyncio.CancelledError):
                future.cancel()
        state: Any = self._transport
        kept = len(state._in_flight.by_id) + len(state._in_flight._reserved) + len(state._exactly_once)
        self.result.left = max(self.result.left, kept)

    def _work(self, connection: EngineConnection) -> list[asyncio.Future[Any]]:
        """Publish and subscribe, so that answers may be right ones."""
        waiting: list[asyncio.Future[Any]] = []
        for qos in (0, 1, 2):
            waiting.append(self._loop.create_future())
            connection.publish(Outgoing("out", b"x", qos, properties=Properties(expiry=5)), waiting[-1])
        return [*waiting, connection.subscribe([("a/#", 1)], 7), connection.unsubscribe(["b"])]

    async def _check(self, connection: EngineConnection) -> None:
        """A connection that has not ended takes a packet, or still waits for the rest of one that is not too large."""
        if connection.closed.done():
            return
        got, filler = self._got, b"\x00" * 4096
        for _ in range(LARGEST // len(filler) + 2):
            self._feed(b"\x30\x04\x00\x01z\x00")
            await asyncio.sleep(0)
            if self._got > got or connection.closed.done():
                return
            self._feed(filler)
        self.result.stuck += not connection.closed.done()

    def _ended(self, error: ConnectError | None) -> None:
        self.result.ends[type(error).__name__] += 1


async def _no_socket(*_: object) -> None:
    """Stand in for what opens the socket."""


def memory() -> int:
    """Return the most memory that this process has had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the engine with mutated packets of a broker.")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    since = time.monotonic()

    async def run() -> Result:
        return await Fuzz(arguments.seed).run(arguments.packets)

    result = asyncio.run(run())
    ends = ", ".join(f"{count} {name}" for name, count in result.ends.most_common())
    print(f"{result.packets} packets over {result.connections} connections in {time.monotonic() - since:.0f} s: {ends}")
    print(
        f"{len(result.escaped)} exceptions, {result.stuck} stuck, slowest packet {result.slowest * 1000:.1f} ms of CPU,"
    )
    print(f"memory grew by {result.grown} kB, at most {result.left} messages and packet ids kept between connections")
    for escaped in sorted(set(result.escaped))[:20]:
        print(f"  {escaped[:300]}")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
