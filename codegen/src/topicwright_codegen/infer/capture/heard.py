"""One message that was heard, as an object and as a line of a capture.

The lines are those of a snapshot of retained messages, with what else a PUBLISH packet says (MQTT 5, section 3.3.2.3).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Heard:
    """One message."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    content_type: str | None = None
    response_topic: str | None = None
    correlation: bytes | None = None
    """The correlation data."""
    expiry: int | None = None
    """The message expiry interval, in seconds."""
    user: tuple[tuple[str, str], ...] = ()
    """The user properties."""
    time: float | None = None
    """When it was heard, in unix seconds; None where the capture does not say."""

    def line(self) -> str:
        """Return the line of the capture, with its end; bytes that are not UTF-8 are encoded as base64."""
        fields: dict[str, object] = {"topic": self.topic, "qos": self.qos, "retain": self.retain}
        _put_bytes(fields, "payload", self.payload)
        if self.content_type is not None:
            fields["content_type"] = self.content_type
        if self.response_topic is not None:
            fields["response_topic"] = self.response_topic
        if self.correlation is not None:
            _put_bytes(fields, "correlation_data", self.correlation)
        if self.expiry is not None:
            fields["expiry"] = self.expiry
        if self.user:
            fields["user"] = self.user
        if self.time is not None:
            fields["time"] = self.time
        return json.dumps(fields, ensure_ascii=False) + "\n"


def read_line(line: bytes) -> Heard:
    """Return the message of a line.

    Raises:
        ValueError: it is no message; the text says why.
    """
    try:
        value: object = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    fields = cast("dict[str, object]", value)
    topic, payload = fields.get("topic"), _bytes_of(fields, "payload")
    if not isinstance(topic, str) or not topic or payload is None:
        raise ValueError("it has no topic, or no payload")
    qos, retain = fields.get("qos", 0), fields.get("retain", False)
    if qos not in (0, 1, 2) or not isinstance(retain, bool):
        raise ValueError("qos is 0, 1 or 2, and retain a boolean")
    return Heard(
        topic,
        payload,
        int(cast(Any, qos)),
        retain,
        _text_of(fields, "content_type"),
        _text_of(fields, "response_topic"),
        _bytes_of(fields, "correlation_data"),
        cast(int, fields["expiry"]) if isinstance(fields.get("expiry"), int) else None,
        tuple(_pairs(fields.get("user", []))),
        _time_of(fields),
    )


def _put_bytes(fields: dict[str, object], name: str, value: bytes) -> None:
    try:
        fields[name] = value.decode()
    except UnicodeDecodeError:
        fields[f"{name}_base64"] = base64.b64encode(value).decode()


def _bytes_of(fields: dict[str, object], name: str) -> bytes | None:
    raw, text = fields.get(f"{name}_base64"), fields.get(name)
    if isinstance(raw, str):
        return base64.b64decode(raw, validate=True)
    if isinstance(text, str):
        return text.encode()
    if text is not None or raw is not None:
        raise ValueError(f"{name} is a text, or in base64 as {name}_base64")
    return None


def _text_of(fields: dict[str, object], name: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str | None):
        raise ValueError(f"{name} is a text")
    return value


def _time_of(fields: dict[str, object]) -> float | None:
    value = fields.get("time")
    return float(value) if isinstance(value, int | float) else None


def _pairs(value: object) -> list[tuple[str, str]]:
    pairs = cast("Sequence[object]", value) if isinstance(value, list) else ()
    found: list[tuple[str, str]] = []
    for pair in pairs:
        if not isinstance(pair, list) or len(cast("list[object]", pair)) != 2:
            raise ValueError("user is a list of pairs")
        key, text = cast("list[object]", pair)
        found.append((str(key), str(text)))
    return found
