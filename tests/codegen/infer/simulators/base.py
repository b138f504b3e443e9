"""What a simulator of a system is: the messages that its devices publish, and the catalog that its authors would write.

The systems are made as such systems are: by the public conventions of their makers, with ids, texts, sparse fields,
retained states, mixed QoS and bursts. A true type is what the maker documents, whatever a recording shows of it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

START = 1_767_225_600.0
"""Unix seconds at which each simulation begins: 2026-01-01."""


@dataclass(frozen=True)
class Sent:
    """One message that is published."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    response_topic: str | None = None
    correlation: bytes | None = None


@dataclass
class System:
    """Devices that publish; what they have published is taken in turns."""

    seed: int = 1
    sent: list[Sent] = field(default_factory=list)
    now: float = START

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def say(self, topic: str, value: Any, qos: int = 0, retain: bool = False, **more: Any) -> None:
        """Publish bytes and texts as they are, and anything else as JSON."""
        if isinstance(value, bytes):
            payload = value
        elif isinstance(value, str):
            payload = value.encode()
        else:
            payload = json.dumps(value).encode()
        self.sent.append(Sent(topic, payload, qos, retain, **more))

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def hex(self, digits: int) -> str:
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        text = self.hex(32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def iso(self, at: float | None = None) -> str:
        from datetime import UTC, datetime

        moment = datetime.fromtimestamp(self.now if at is None else at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Truth = Mapping[str, Any]
"""The payloads by the address. A payload is the name of a type; a mapping of fields; a list of what an item is;
``{"*": …}`` for a map; a tuple of events for several on one address."""


def fields_of(payload: Any, path: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each place in a true payload with the types that it may have."""
    if isinstance(payload, tuple):
        for event in payload:
            yield from fields_of(event, path)
    elif isinstance(payload, str):
        yield path, frozenset(payload.split("|"))
    elif isinstance(payload, list):
        yield path, frozenset({"array"})
        for item in payload:
            yield from fields_of(item, f"{path}[]")
    else:
        yield path, frozenset({"object"})
        for name, inner in payload.items():
            yield from fields_of(inner, f"{path}{{}}" if name == "*" else f"{path}.{name}")
