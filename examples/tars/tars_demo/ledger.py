"""All messages that the console received, and the rules that detect a lost message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]


class Ledger:
    """The messages of one conversation, without duplicates."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._known: set[tuple[str, str, str]] = set()

    def add(self, record: Record) -> bool:
        """Take a message; return whether it is new."""
        key = (record["type"], record["id"], str(record["data"].get("message_id") or record["ts"]))
        if key in self._known:
            return False
        self._known.add(key)
        self.records.append(record)
        return True

    def of(self, kind: str) -> list[Record]:
        """Return the messages of one event type."""
        return [record for record in self.records if record["type"] == kind]

    def counts(self) -> dict[str, int]:
        """Return the number of messages by event type, the most frequent first."""
        return dict(Counter(str(record["type"]) for record in self.records).most_common())

    def missing(self, spoken: int) -> list[str]:
        """Return a line for each missing message."""
        lost = [f"stt.final {number} of {spoken}" for number in range(len(self.of("stt.final")) + 1, spoken + 1)]
        lost += self._unanswered("memory.query", "memory.query.result")
        lost += self._unanswered("llm.request", "llm.completion")
        lost += self._gaps()
        ended = Counter(record["data"]["text"] for record in self.of("tts.status") if _is_end(record))
        started = Counter(record["data"]["text"] for record in self.of("tts.say"))
        lost += [f"tts.status speaking_end of {text!r}" for text in (started - ended).elements()]
        if len(self.of("llm.request")) < len(self.of("stt.final")):
            lost.append("an llm.request for each stt.final")
        return lost

    def _unanswered(self, request: str, reply: str) -> list[str]:
        answered = {record["id"] for record in self.of(reply)}
        return [f"{reply} to {record['id']}" for record in self.of(request) if record["id"] not in answered]

    def _gaps(self) -> list[str]:
        streams: dict[str, list[Record]] = {}
        for record in self.of("llm.stream"):
            streams.setdefault(record["data"]["id"], []).append(record)
        lost: list[str] = []
        for name, pieces in streams.items():
            seen = {piece["data"]["seq"] for piece in pieces}
            lost += [f"llm.stream {name} seq {number}" for number in range(1, max(seen)) if number not in seen]
            if not any(piece["data"]["done"] for piece in pieces):
                lost.append(f"llm.stream {name} done")
        return lost


def _is_end(record: Record) -> bool:
    return record["data"]["event"] in {"speaking_end", "stopped"}
