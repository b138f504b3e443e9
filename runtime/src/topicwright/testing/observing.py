"""What a test sees of a broker in its process: its messages as events, and whether anybody is still at work."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic

from topicwright.catalog.event import Event
from topicwright.catalog.topic import H, P, T, Topic
from topicwright.codec.decoder import Decoder
from topicwright.codec.event_reader import Clearing, EventReader, Unwanted
from topicwright.errors import DecodeError
from topicwright.mqtt.levels import matcher
from topicwright.mqtt.message import Incoming, Properties

QUIET_TURNS: Final = 5
"""In so many turns of the event loop nothing happens before a broker is idle: what a handler began shows by then."""
SOON: Final = 0.001
"""How long a test waits before it looks again, in seconds."""
MOST_SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A message that was published; the payload is its bytes."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    properties: Properties
    client_id: str
    """The publisher; empty for ``MemoryBroker.publish``."""


class Reading(Generic[T, P, H]):
    """Reads the published messages of one topic as its handlers would."""

    def __init__(self, topic: Topic[T, P, H], match: Mapping[str, object] | None = None) -> None:
        self._reader = EventReader(topic, Decoder(topic), dict(match or {}))
        self._is_on = matcher(topic.address or "")

    def event(self, message: Published) -> Event[T, P, H] | None:
        """Return a message as an event; None where it is another one, or clears what is retained.

        Raises:
            AssertionError: it is one of the topic, and not what that declares.
        """
        if self._is_on(message.topic) is None:
            return None
        incoming = Incoming(message.topic, message.payload)
        incoming.qos, incoming.retain, incoming.properties = message.qos, message.retain, message.properties
        try:
            return self._reader.read(incoming)
        except (Unwanted, Clearing):
            return None
        except DecodeError as error:
            raise AssertionError(f"{message.client_id or 'the test'} published an invalid message: {error}") from error

    def events(self, messages: Sequence[Published]) -> Iterator[Event[T, P, H]]:
        """Yield those of messages that are events of the topic."""
        for message in messages:
            event = self.event(message)
            if event is not None:
                yield event


class Expectations:
    """Remembers which messages a test has waited for: each is returned once for a topic."""

    def __init__(self, messages: Sequence[Published]) -> None:
        self._messages = messages
        self._next: dict[int, tuple[object, int]] = {}

    async def expect(self, topic: Topic[T, P, H], timeout: float, match: Mapping[str, object] | None) -> Event[T, P, H]:
        """Return the next event of a topic; see ``MemoryBroker.expect``."""
        reading, at = Reading(topic, match), self._next.get(id(topic), (topic, 0))[1]
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while True:
                    while at < len(self._messages):
                        event, at = reading.event(self._messages[at]), at + 1
                        if event is not None:
                            self._next[id(topic)] = (topic, at)  # with the topic, whose identity is then its own
                            return event
                    await asyncio.sleep(SOON)
        what = f"no {topic.event_type} on {topic.address}{_shown(match)} within {timeout:g} s"
        raise AssertionError(f"{what}; {summary(self._messages)}")


async def wait_idle(busy: Callable[[], Sequence[str]], timeout: float) -> None:
    """Return when ``busy`` has returned nothing for some turns of the event loop.

    Raises:
        AssertionError: something is busy after ``timeout`` seconds; it says what.
    """
    loop = asyncio.get_running_loop()
    end, quiet = loop.time() + timeout, 0
    while quiet < QUIET_TURNS:
        at_work = busy()
        if at_work and loop.time() > end:
            raise AssertionError(f"not idle after {timeout:g} s: {'; '.join(at_work[:MOST_SHOWN])}")
        quiet = 0 if at_work else quiet + 1
        await asyncio.sleep(SOON if at_work else 0)


def summary(messages: Sequence[Published]) -> str:
    """Return where messages were published, for the error of a test."""
    if not messages:
        return "nothing was published"
    counts = Counter(message.topic for message in messages)
    shown = ", ".join(f"{topic} ({count})" for topic, count in counts.most_common(MOST_SHOWN))
    return f"published: {shown}{', ...' if len(counts) > MOST_SHOWN else ''}"


def _shown(match: Mapping[str, object] | None) -> str:
    return f" with {', '.join(f'{name}={value!r}' for name, value in match.items())}" if match else ""


def check_published(
    messages: Sequence[Published], topic: Topic[Any, Any, Any], data: object, params: Mapping[str, object]
) -> Event[Any, Any, Any]:
    """Return the first event of a topic with these data and parameters; see ``assert_published``."""
    found = list(Reading(topic, params).events(messages))
    for event in found:
        if data is ANYTHING or event.data == data:
            return event
    what = f"no {topic.event_type} on {topic.address}{_shown(params)} was published"
    if found:
        shown = ", ".join(repr(event.data) for event in found[:MOST_SHOWN])
        raise AssertionError(f"{what} with {data!r}; there were: {shown}")
    raise AssertionError(f"{what}; {summary(messages)}")


ANYTHING: Final[Any] = object()
"""Any data."""
