"""Reads retained messages with the generated SDK, and reports those that its readers refuse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from topicwright_codegen.catalog.model import Topic
from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.witness import Witness
from topicwright_codegen.review.retained.snapshot_file import Retained
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.review.witnesses.package import imported_package

if TYPE_CHECKING:
    from topicwright.codec.event_reader import EventReader


def refused_messages(messages: Sequence[Retained], side: Side) -> list[Finding]:
    """Return a finding for each retained message that every reader of its topic refuses."""
    with imported_package(side.catalog) as package:
        return list(_Check(package.TOPICS, side.catalog.topics).findings(messages))


class _Check:
    """Gives messages to the readers of every topic that they match."""

    def __init__(self, descriptors: Iterable[Any], topics: Iterable[Topic]) -> None:
        from topicwright.codec.decoder import Decoder
        from topicwright.codec.event_reader import EventReader

        known = {(topic.address, topic.event_type): topic for topic in topics}
        self.readers: list[tuple[EventReader[Any, Any, Any], Topic]] = [
            (EventReader(topic, Decoder(topic), {}), known[topic.address, topic.event_type])
            for topic in descriptors
            if topic.address is not None
        ]

    def findings(self, messages: Iterable[Retained]) -> Iterator[Finding]:
        """Yield a finding for each message that is refused."""
        for message in messages:
            tried = [
                (topic, self._problem(reader, message)) for reader, topic in self.readers if _meets(reader, message)
            ]
            if tried and all(problem is not None for _, problem in tried):
                # Of several events on a topic, the reader of the event that the message is gives the reason.
                topic, problem = next((pair for pair in tried if pair[1]), tried[0])
                yield _finding(message, topic, problem or "it is none of the events that this topic has")

    def _problem(self, reader: EventReader[Any, Any, Any], message: Retained) -> str | None:
        """Return why a reader refuses a message: empty for another event's message; None if it takes the message."""
        from topicwright.codec.event_reader import Unwanted
        from topicwright.errors import DecodeError
        from topicwright.mqtt.message import Incoming, Properties

        incoming = Incoming(message.topic, message.payload)
        incoming.qos, incoming.retain = message.qos, True
        incoming.properties = Properties(content_type=message.content_type, user=message.user)
        try:
            reader.read(incoming)
        except Unwanted:
            return ""
        except DecodeError as error:
            return "; ".join(error.problems)
        return None


def _meets(reader: EventReader[Any, Any, Any], message: Retained) -> bool:
    """Return whether a subscription to the topic gets a message; a literal address of another topic wins."""
    from topicwright.errors import DecodeError
    from topicwright.mqtt.topic_filters import matches

    if not matches(reader.address.filter({}), message.topic) or message.topic in reader.topic.excludes:
        return False
    try:
        return reader.address.read(message.topic, {}) is not None
    except DecodeError:
        return True


def _finding(message: Retained, topic: Topic, problem: str) -> Finding:
    text = f"the retained message on {message.topic} is refused: {problem}"
    shown = Witness("", "old", _shown(message.payload), f"refused: {problem}", f"refused: {problem}")
    finding = Change("retained-refused", text, topic.node, (topic,), message.topic).judged()
    return replace(finding, witness=shown)


def _shown(payload: bytes) -> object:
    try:
        value: object = json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "backslashreplace")
    return value
