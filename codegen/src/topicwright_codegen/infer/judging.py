"""Gives recorded messages to the generated readers of a draft: which of them they accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from topicwright_codegen.diagnostics.texts import cut, printable
from topicwright_codegen.infer.capture.heard import Heard
from topicwright_codegen.review.sides.side import read_side, unique_package
from topicwright_codegen.review.witnesses.package import imported_package

if TYPE_CHECKING:
    from topicwright.codec.event_reader import EventReader

_MOST_REASONS: Final = 200


@dataclass(slots=True)
class Verdict:
    """How many messages the readers of a draft accept."""

    accepted: int = 0
    refused: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """How many messages are refused, by address and reason."""
    cleared: int = 0
    """Empty payloads with RETAIN, which delete a retained message and are nobody's event."""

    @property
    def total(self) -> int:
        """The messages that were judged."""
        return self.accepted + self.refused.total()


def judge(file: Path, messages: Iterable[Heard]) -> Verdict:
    """Compile a draft, import the package that it makes, and let its readers read the messages.

    Raises:
        CompileError: the draft has an error.
    """
    with imported_package(read_side([file], unique_package()).catalog) as package:
        readers, verdict = _Readers(package.TOPICS), Verdict()
        for heard in messages:
            if not heard.payload and heard.retain:
                verdict.cleared += 1
                continue
            reason = readers.problem(heard)
            if reason is None:
                verdict.accepted += 1
            else:
                key = reason if len(verdict.refused) < _MOST_REASONS else ("", "further reasons")
                verdict.refused[key] += 1
        return verdict


class _Readers:
    """The readers of all topics of a package."""

    def __init__(self, topics: Iterable[Any]) -> None:
        from topicwright.codec.decoder import Decoder
        from topicwright.codec.event_reader import EventReader

        self._all: list[EventReader[Any, Any, Any]] = [
            EventReader(topic, Decoder(topic), {}) for topic in topics if topic.address is not None
        ]
        self._by_topic: dict[str, list[EventReader[Any, Any, Any]]] = {}

    def problem(self, heard: Heard) -> tuple[str, str] | None:
        """Return the address and why every reader refuses a message; None if one takes it."""
        from topicwright.codec.event_reader import Unwanted
        from topicwright.errors import DecodeError
        from topicwright.mqtt.message import Incoming, Properties

        problem = "", "no address of the draft matches its topic"
        for reader in self._of(heard.topic):
            incoming = Incoming(heard.topic, heard.payload)
            incoming.qos, incoming.retain = heard.qos, heard.retain
            incoming.properties = Properties(
                content_type=heard.content_type,
                response_topic=heard.response_topic,
                correlation_data=heard.correlation,
                user=heard.user,
            )
            address = str(reader.topic.address)
            try:
                reader.read(incoming)
            except Unwanted:
                if not problem[0]:
                    problem = address, "it is none of the events that this address has"
            except DecodeError as error:
                problem = address, cut(printable("; ".join(error.problems)), 200)
            else:
                return None
        return problem

    def _of(self, topic: str) -> list[EventReader[Any, Any, Any]]:
        known = self._by_topic.get(topic)
        if known is None:
            known = [reader for reader in self._all if _meets(reader, topic)]
            # The address with the most literal levels is the one that is meant.
            most = max((_literal(reader) for reader in known), default=0)
            known = [reader for reader in known if _literal(reader) == most]
            if len(self._by_topic) < 100_000:
                self._by_topic[topic] = known
        return known


def _literal(reader: EventReader[Any, Any, Any]) -> int:
    return sum("{" not in level for level in str(reader.topic.address).split("/"))


def _meets(reader: EventReader[Any, Any, Any], topic: str) -> bool:
    """Return whether a subscription to the address of a reader gets messages of a topic."""
    from topicwright.errors import DecodeError
    from topicwright.mqtt.topic_filters import matches

    if not matches(reader.address.filter({}), topic) or topic in reader.topic.excludes:
        return False
    try:
        return reader.address.read(topic, {}) is not None
    except DecodeError:
        return True
