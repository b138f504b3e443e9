"""The messages that are measured: three memory results in an envelope of 507 bytes, and texts of any size."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter
from topicwright import Model

from tars.memory import MemoryQuery, MemoryQueryResult, MemoryResult

T = TypeVar("T")
RESULT = "memory.query.result"
ENVELOPE = 507
"""Bytes of the envelope that ../shared/design/peers.md measures."""


class Envelope(BaseModel, Generic[T]):
    """What a reader without a runtime declares."""

    id: str
    type: str
    ts: float
    source: str
    data: T


class Text(Model):
    """A payload whose size can be chosen."""

    text: str


def new_id() -> str:
    return os.urandom(16).hex()


def seal(event_type: str, data: BaseModel, message_id: str | None = None, ts: float | None = None) -> bytes:
    """Return the envelope in the cheapest way known: a template around the JSON of the data."""
    head = ((message_id or new_id()).encode(), event_type.encode(), repr(ts or time.time()).encode())
    raw: bytes = data.__pydantic_serializer__.to_json(data)
    return b'{"id":"%b","type":"%b","ts":%b,"source":"bench","data":%b}' % (*head, raw)


@dataclass(frozen=True)
class Sample:
    """One kind of message: where it goes, what it holds, how it is written and read by hand."""

    topic: str
    data: BaseModel
    kind: Any
    """What ``decode`` validates against: the envelope with its data, or the data alone."""
    encode: Callable[[], bytes]

    @cached_property
    def payload(self) -> bytes:
        """Bytes that are ready to be sent."""
        return self.encode()

    @cached_property
    def decode(self) -> Callable[[bytes], Any]:
        """Validate a payload in one pass."""
        validate = TypeAdapter(self.kind).validate_json
        return lambda payload: validate(payload, extra="ignore")


def memory_results() -> Sample:
    """Return the message of 507 bytes."""

    def make(padding: int) -> MemoryQueryResult:
        found = [MemoryResult(document=text, score=0.5) for text in ("Dust" + "." * padding, "Ice", "Red")]
        return MemoryQueryResult(message_id="m1", query="Mars", k=3, results=found, total_tokens=48)

    bare = len(seal(RESULT, make(0), ts=1.7e9 + 0.1234567))
    if bare > ENVELOPE:
        raise RuntimeError(f"the smallest envelope has {bare} bytes, more than {ENVELOPE}: shorten the sample")
    data = make(ENVELOPE - bare)
    return Sample("memory/results", data, Envelope[MemoryQueryResult], lambda: seal(RESULT, data))


def memory_query() -> Sample:
    """Return the request."""
    data = MemoryQuery(text="Mars", message_id="0" * 32)
    return Sample("memory/query", data, Envelope[MemoryQuery], lambda: seal("memory.query", data))


def text_of(size: int) -> Sample:
    """Return a bare payload of exactly ``size`` bytes."""
    data = Text(text="x" * (size - len('{"text":""}')))
    return Sample("bench/text", data, Text, lambda: data.__pydantic_serializer__.to_json(data))


def sample_of(size: int) -> Sample:
    """Return the sample of a size; 0 for the memory results."""
    return text_of(size) if size else memory_results()
