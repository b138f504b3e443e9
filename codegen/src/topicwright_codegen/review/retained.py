"""Retained messages: taken from a broker, and kept in a file of one JSON object a line."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.project.config import UsageError

if TYPE_CHECKING:
    from topicwright import Settings
    from topicwright.mqtt.message import Incoming
    from topicwright.transport.base import Connection, Transport

_SETTLE = 0.3
"""Seconds of silence after the broker's own mark: some brokers send retained messages beside their queue."""


@dataclass(frozen=True, slots=True, order=True)
class Retained:
    """One retained message."""

    topic: str
    payload: bytes
    qos: int = 0
    content_type: str | None = None
    user: tuple[tuple[str, str], ...] = ()
    """MQTT 5 user properties."""

    def json(self) -> str:
        """Return the line of a file; a payload that is not UTF-8 is in base64."""
        told: dict[str, object] = {"topic": self.topic, "qos": self.qos}
        try:
            told["payload"] = self.payload.decode()
        except UnicodeDecodeError:
            told["payload_base64"] = base64.b64encode(self.payload).decode()
        if self.content_type is not None:
            told["content_type"] = self.content_type
        if self.user:
            told["user"] = self.user
        return json.dumps(told, ensure_ascii=False)


def write_retained(messages: Iterable[Retained]) -> str:
    """Return the text of a file, in the order of the topics."""
    return "".join(f"{message.json()}\n" for message in sorted(messages, key=lambda message: message.topic))


def read_retained(file: Path) -> list[Retained]:
    """Return what a file has; raise CompileError with the lines that are wrong."""
    diagnostics, shown = Diagnostics(), shown_path(file.resolve())
    found: list[Retained] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        diagnostics.error("TW101", f"not UTF-8: {error.reason} at byte {error.start}", Place(shown))
        raise CompileError(diagnostics) from None
    for number, line in enumerate(lines, 1):
        try:
            found += [_message(line)] if line.strip() else []
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            hint = "a line is {topic, qos, payload or payload_base64}; `topicwright snapshot` writes it"
            diagnostics.error("TW280", f"no retained message: {error}", Place(shown, number), hint)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return found


def _message(line: str) -> Retained:
    value: object = json.loads(line)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    told = cast("dict[str, object]", value)
    topic, text, raw = told["topic"], told.get("payload"), told.get("payload_base64")
    if not isinstance(topic, str) or not isinstance(text if raw is None else raw, str):
        raise TypeError("topic and payload are texts")
    payload = str(text).encode() if raw is None else base64.b64decode(str(raw), validate=True)
    qos, kind = told.get("qos", 0), told.get("content_type")
    if qos not in (0, 1, 2) or not isinstance(kind, str | None):
        raise TypeError("qos is 0, 1 or 2, and content_type a text")
    pairs = cast("Sequence[Sequence[object]]", told.get("user", []))
    return Retained(topic, payload, int(str(qos)), kind, tuple((str(key), str(said)) for key, said in pairs))


def take(url: str | None, filters: Sequence[str], timeout: float) -> list[Retained]:
    """Return the retained messages of a broker; login and TLS are settings of the environment, as for every client.

    Raises:
        UsageError: the broker cannot be reached, refuses, or has not sent everything in ``timeout`` seconds.
    """
    try:
        from topicwright.config.environment import load, read_env
        from topicwright.errors import TopicwrightError
        from topicwright.transport.factory import make_transport
    except ImportError:
        raise UsageError("snapshot needs the package topicwright beside the compiler") from None
    name = f"topicwright-snapshot-{uuid.uuid4().hex[:12]}"
    try:
        settings = load(read_env({"mqtt_url": url, "client_id": name}), env=True)
        return asyncio.run(asyncio.wait_for(_Snapshot(filters, name).run(make_transport(settings), settings), timeout))
    except TimeoutError:
        raise UsageError(f"the broker has not sent everything in {timeout:g} s (--timeout)") from None
    except TopicwrightError as error:
        raise UsageError(str(error)) from None


class _Snapshot:
    """Subscribes, and collects what is retained until the broker has answered a mark that was sent after it."""

    def __init__(self, filters: Sequence[str], name: str) -> None:
        self.filters = filters
        self.mark = f"{name}/end"
        self.found: dict[str, Retained] = {}
        self.heard = asyncio.Event()
        self.marked = asyncio.Event()

    async def run(self, transport: Transport, settings: Settings) -> list[Retained]:
        """Return what has been collected."""
        from topicwright.transport.base import ConnectOptions

        options = ConnectOptions(
            client_id=settings.client_id,
            clean_start=True,
            session_expiry=0,
            keepalive=settings.keepalive,
            receive_maximum=settings.receive_maximum,
            timeout=settings.connect_timeout,
        )
        connection = await transport.connect(options, self.receive)
        try:
            await self._collect(connection)
        finally:
            await connection.disconnect()
        return sorted(self.found.values())

    async def _collect(self, connection: Connection) -> None:
        from topicwright.mqtt.message import Outgoing

        for number, filter_ in enumerate((self.mark, *self.filters), 1):
            code = await connection.subscribe(filter_, 1, number)
            if code >= 0x80:
                raise UsageError(f"the broker refuses the subscription to {filter_} (reason code 0x{code:02x})")
        taken = asyncio.get_running_loop().create_future()
        connection.publish(Outgoing(topic=self.mark, payload=b"end", qos=1), taken)
        connection.closed.add_done_callback(lambda _: self.marked.set())
        await self.marked.wait()
        while not connection.closed.done():
            self.heard.clear()
            try:
                await asyncio.wait_for(self.heard.wait(), _SETTLE)
            except TimeoutError:
                return
        raise UsageError("the broker has closed the connection before everything was there")

    def receive(self, incoming: Incoming) -> None:
        """Take a message of the broker."""
        if incoming.topic == self.mark:
            self.marked.set()
        elif incoming.retain:
            properties = incoming.properties
            kept = Retained(
                incoming.topic, incoming.payload, incoming.qos, properties.content_type, tuple(properties.user)
            )
            self.found[incoming.topic] = kept
            self.heard.set()
        if incoming.qos:
            incoming.acknowledge()
