"""Retained messages, and the file of them: one JSON object a line."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from topicwright_codegen.diagnostics.diagnostics import CompileError, Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path


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
        """Return the line of the file; a payload that is not UTF-8 is encoded as base64."""
        fields: dict[str, object] = {"topic": self.topic, "qos": self.qos, "retain": True}
        try:
            fields["payload"] = self.payload.decode()
        except UnicodeDecodeError:
            fields["payload_base64"] = base64.b64encode(self.payload).decode()
        if self.content_type is not None:
            fields["content_type"] = self.content_type
        if self.user:
            fields["user"] = self.user
        return json.dumps(fields, ensure_ascii=False)


def write_retained(messages: Iterable[Retained]) -> str:
    """Return the text of a file, in the order of the topics."""
    return "".join(f"{message.json()}\n" for message in sorted(messages, key=lambda message: message.topic))


def read_retained(file: Path) -> list[Retained]:
    """Return the messages of a file; raise CompileError with the lines that are wrong."""
    diagnostics, shown = Diagnostics(), shown_path(file.resolve())
    messages: list[Retained] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        diagnostics.error("TW101", f"not UTF-8: {error.reason} at byte {error.start}", Place(shown))
        raise CompileError(diagnostics) from None
    for number, line in enumerate(lines, 1):
        try:
            messages += [_message(line)] if line.strip() else []
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            hint = "a line is {topic, qos, payload or payload_base64}; `topicwright snapshot` writes it"
            diagnostics.error("TW280", f"no retained message: {error}", Place(shown, number), hint)
    if diagnostics.failed:
        raise CompileError(diagnostics)
    return messages


def _message(line: str) -> Retained:
    value: object = json.loads(line)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    fields = cast("dict[str, object]", value)
    topic, text, raw = fields["topic"], fields.get("payload"), fields.get("payload_base64")
    if not isinstance(topic, str) or not isinstance(text if raw is None else raw, str):
        raise TypeError("topic and payload are texts")
    payload = str(text).encode() if raw is None else base64.b64decode(str(raw), validate=True)
    qos, kind = fields.get("qos", 0), fields.get("content_type")
    if qos not in (0, 1, 2) or not isinstance(kind, str | None):
        raise TypeError("qos is 0, 1 or 2, and content_type a text")
    pairs = cast("Sequence[Sequence[object]]", fields.get("user", []))
    return Retained(topic, payload, int(str(qos)), kind, tuple((str(key), str(text)) for key, text in pairs))
