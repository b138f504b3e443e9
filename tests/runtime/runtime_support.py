"""What the runtime's tests share: waiting with a deadline, collecting, children, a faulty network, a small catalog."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeVar

import pytest
from pydantic import Field
from topicwright import Call, Event, Model, MQTTClient, NoHeaders, NoParams, Omittable, RootModel, Topic, new_id, now
from topicwright.testing.kinds import mosquitto_path

T = TypeVar("T")
needs_mosquitto = pytest.mark.skipif(
    mosquitto_path() is None, reason="mosquitto is not installed (apt-get install mosquitto)"
)
DEADLINE = 15.0
SHARED = Path(__file__).parents[3] / "shared"


async def eventually(condition: Callable[[], object], what: str = "", timeout: float = DEADLINE) -> None:
    """Return when ``condition`` holds; fail after a generous deadline."""
    end = asyncio.get_running_loop().time() + timeout
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"not within {timeout:g} s: {what or condition}")
        await asyncio.sleep(0.005)


async def within(work: Awaitable[T], timeout: float = DEADLINE) -> T:
    async with asyncio.timeout(timeout):
        return await work


class Inbox(Generic[T]):
    """A handler that collects what it gets: events, or payloads (and topics) of an untyped subscription."""

    def __init__(self) -> None:
        self.items: list[T] = []

    async def __call__(self, item: T) -> None:
        self.items.append(item)

    async def get(self, count: int = 1, timeout: float = DEADLINE) -> list[T]:
        await eventually(lambda: len(self.items) >= count, f"{count} messages, got {len(self.items)}", timeout)
        return self.items


class Raw:
    """An untyped handler that collects topic and payload."""

    def __init__(self) -> None:
        self.items: list[tuple[str, bytes]] = []

    async def __call__(self, payload: bytes, topic: str) -> None:
        self.items.append((topic, payload))

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.items]

    async def get(self, count: int = 1, timeout: float = DEADLINE) -> list[tuple[str, bytes]]:
        await eventually(lambda: len(self.items) >= count, f"{count} messages, got {len(self.items)}", timeout)
        return self.items


class Child:
    """A Python program in a process of its own; its lines come in as they are printed."""

    def __init__(self, source: str, *arguments: str) -> None:
        self.lines: list[str] = []
        self._source = source
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def __aenter__(self) -> Self:
        path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            self._source,
            *self._arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.lines.append(line.decode().strip())

    async def says(self, line: str, count: int = 1, timeout: float = DEADLINE) -> None:
        await eventually(lambda: self.lines.count(line) >= count, f"{line!r} of the child: {self.lines}", timeout)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(number)

    async def ended(self, timeout: float = DEADLINE) -> int:
        code = await within(self.process.wait(), timeout)
        assert self._reader is not None
        await within(self._reader)
        return code

    async def __aexit__(self, *error: object) -> None:
        with suppress(ProcessLookupError):
            self.kill()
        await self.process.wait()


class Proxy:
    """A TCP proxy between client and broker that can cut, refuse, and swallow bytes."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = 0
        self.accepted = 0
        self.refuse = False
        self.swallow = False
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refuse:
            writer.transport.abort()
            return
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers += [writer, forth]
        for source, target in ((reader, forth), (back, writer)):
            task = asyncio.create_task(self._copy(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if not self.swallow:
                    target.write(data)
                    await target.drain()
        target.transport.abort()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


class WebSocketProxy:
    """Speaks WebSocket to the client and TCP to the broker, for brokers that were built without."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(
            line.split(":", 1)[1].strip() for line in head.splitlines() if line.lower().startswith("sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Accept: {accept}", "Sec-WebSocket-Protocol: mqtt", "", ""]
        writer.write("\r\n".join(lines).encode())
        back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(self._unwrap(reader, forth), self._wrap(back, writer))
        for end in (forth, writer):
            end.transport.abort()

    async def _unwrap(self, reader: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while True:
            first, second = await reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            mask = await reader.readexactly(4)
            data = await reader.readexactly(size)
            if first & 0x0F == 8:
                target.transport.abort()
                return
            target.write(bytes(byte ^ mask[number % 4] for number, byte in enumerate(data)))

    async def _wrap(self, source: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await source.read(60_000):
            size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
            writer.write(b"\x82" + size + data)
        writer.transport.abort()


class FakeBroker:
    """Says yes to CONNECT and then sends what a test wants; SUBSCRIBE is granted."""

    CONNACK = b"\x20\x03\x00\x00\x00"
    SUBACK = 1

    def __init__(self, *replies: bytes) -> None:
        self._replies = replies
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError):
            await reader.read(65536)
            writer.write(self.CONNACK)
            if self.connections <= len(self._replies):
                writer.write(self._replies[self.connections - 1])
            while data := await reader.read(65536):
                while data:  # short packets only
                    if data[0] == 0x82:
                        writer.write(b"\x90\x04" + data[2:4] + bytes([0, self.SUBACK]))
                    data = data[2 + data[1] :]
        writer.transport.abort()


# -- a small catalog ---------------------------------------------------------------------------------------------


class Hit(Model):
    text: str
    score: float = 0.0


class MemoryQuery(Model):
    message_id: str = Field(default_factory=new_id)
    text: str
    top_k: int = Field(default=5, ge=1, le=50)
    note: Omittable[str] = None


class MemoryQueryResult(Model):
    query: str
    k: int
    results: list[Hit] = Field(default_factory=list[Hit])


class Frame(Model):
    data: str
    ts: float = Field(default_factory=now)


@dataclass(frozen=True, slots=True)
class FrameParams:
    camera_id: str


@dataclass(frozen=True, slots=True)
class SideParams:
    side: Literal["left", "right"]
    index: int


class Delta(Model):
    id: str
    seq: int
    delta: str = ""
    done: bool = False


class LLMRequest(Model):
    id: str = ""
    text: str


class LLMResponse(Model):
    id: str
    reply: str


class Snapshot(Model):
    name: str


class Section(Model):
    section: str
    value: str


class SectionRequest(Model):
    section: Omittable[str] = None


class ToolCall(Model):
    call_id: str = Field(default_factory=new_id)
    name: str


class ToolResult(Model):
    call_id: str
    result: str


class Numbers(RootModel[list[int]]):
    pass


class FreeForm(Model):
    values: dict[str, Any] = Field(default_factory=dict[str, Any])


class TraceHeaders(Model):
    trace: str
    hop: int = 0
    note: Omittable[str] = None


def topic(address: str | None, kind: str, model: type[T], **options: Any) -> Topic[T, Any, Any]:
    fields: dict[str, Any] = {"params": NoParams, "headers": NoHeaders, "wire": "tars", **options}
    return Topic(address=address, event_type=kind, model=model, **fields)


MEMORY_QUERY = topic("memory/query", "memory.query", MemoryQuery)
MEMORY_QUERY_RESULT = topic("memory/results", "memory.query.result", MemoryQueryResult)
MEMORY: Call[MemoryQuery, MemoryQueryResult, NoParams, NoHeaders] = Call(
    request=MEMORY_QUERY, replies=(MEMORY_QUERY_RESULT,)
)
CAMERA_FRAME = topic("camera/{camera_id}/frame", "camera.frame", Frame, params=FrameParams)
SIDE = topic("robot/{side}/arm-{index}/moved", "arm.moved", Frame, params=SideParams)
LLM_REQUEST = topic("llm/request", "llm.request", LLMRequest, correlation="id")
LLM_RESPONSE = topic("llm/response", "llm.completion", LLMResponse, correlation="id", former_types=("llm.response",))
LLM_STREAM = topic("llm/stream", "llm.stream", Delta, correlation="id")
LLM: Call[LLMRequest, LLMResponse, NoParams, NoHeaders] = Call(request=LLM_REQUEST, replies=(LLM_RESPONSE,))
LLM_DELTAS: Call[LLMRequest, Delta, NoParams, NoHeaders] = Call(
    request=LLM_REQUEST, replies=(LLM_STREAM,), until="done"
)
CHARACTER_GET = topic("character/get", "character.get", SectionRequest)
SNAPSHOT = topic("character/result", "character.snapshot", Snapshot)
SECTION = topic("character/result", "character.section", Section)
CHARACTER: Call[SectionRequest, Any, NoParams, NoHeaders] = Call(request=CHARACTER_GET, replies=(SNAPSHOT, SECTION))
TOOL_CALL = topic("llm/tools/call", "llm.tools.call", ToolCall, correlation="call_id")
TOOL_RESULT = topic("llm/tools/result", "llm.tools.result", ToolResult, correlation="call_id")
TOOL: Call[ToolCall, ToolResult, NoParams, NoHeaders] = Call(request=TOOL_CALL, replies=(TOOL_RESULT,))
NUMBERS = topic("numbers", "numbers", Numbers, wire="none")
JPEG = topic("camera/frame/jpeg", "camera.jpeg", bytes, wire="none", content_type="image/jpeg", headers=TraceHeaders)
CLOUD = topic("cloud", "cloud.thing", Hit, wire="cloudevents")
BARE_REQUEST = topic("bare/request", "bare.request", Hit, wire="none")
BARE_REPLY = topic("bare/reply", "bare.reply", Hit, wire="none")
BARE: Call[Hit, Hit, NoParams, NoHeaders] = Call(request=BARE_REQUEST, replies=(BARE_REPLY,))
INBOX_REPLY = topic(None, "inbox.reply", Hit, wire="none")
INBOX: Call[Hit, Hit, NoParams, NoHeaders] = Call(request=BARE_REQUEST, replies=(INBOX_REPLY,))
TARS_INBOX_REPLY = topic(None, "tars.inbox.reply", Hit)
TARS_INBOX: Call[MemoryQuery, Hit, NoParams, NoHeaders] = Call(request=MEMORY_QUERY, replies=(TARS_INBOX_REPLY,))
STATE = topic("state/lamp", "state.lamp", Hit, retain=True)

Query = Event[MemoryQuery]


async def answer_memory(event: Query) -> MemoryQueryResult:
    return MemoryQueryResult(query=event.data.text, k=event.data.top_k)


def options(**more: Any) -> dict[str, Any]:
    """Return settings that suit a test: quick reconnects, short time-outs."""
    quick = {"reconnect_min_delay": 0.1, "reconnect_max_delay": 0.3, "shutdown_timeout": 3.0, "connect_timeout": 5.0}
    return {**quick, "transport": transport["over"], **more}


transport = {"over": "auto"}
"""What the clients of the running test speak MQTT with; the fixtures of brokers set it."""


def make(url: str, client_id: str, **more: Any) -> MQTTClient:
    return MQTTClient(url, client_id, **options(**more))


class Clients:
    """Makes connected clients and shuts them down."""

    def __init__(self) -> None:
        self._made: list[MQTTClient] = []

    def make(self, url: str, client_id: str, **options: Any) -> MQTTClient:
        client = make(url, client_id, **options)
        self._made.append(client)
        return client

    async def __call__(self, url: str, client_id: str = "me", **options: Any) -> MQTTClient:
        client = self.make(url, client_id, **options)
        await client.connect()
        return client

    async def close(self) -> None:
        for client in self._made:
            await client.shutdown()
