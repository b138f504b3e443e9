"""Requests and their replies, matched by correlation id: one reply, or a stream that ends by itself."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from .decoding import Decoder
from .envelope import peek
from .errors import DecodeError, EncodeError
from .headers import encode_headers
from .model import new_id
from .pending import Posted
from .room import Deadlines
from .stats import Stats
from .topic import Call, Event, Topic
from .transport import Incoming

log = logging.getLogger("topicwright")

Key: TypeAlias = tuple[str, str]
"""The event type of a reply and its correlation id."""


def correlation_of(topic: Topic[Any, Any, Any], message: Event[Any, Any, Any], delivery: Incoming) -> str:
    """Return the id that ties a message to another: a payload field, a header, the envelope's id or MQTT 5 data."""
    properties = delivery.properties
    if topic.correlation is not None:
        return str(_field(message.data, topic.correlation) or "")
    if topic.correlation_header is not None:
        given = dict(properties.user).get(topic.correlation_header)
        if given is not None:
            return given
    if topic.wire != "none":
        return message.id
    return (properties.correlation_data or b"").decode("utf-8", "backslashreplace")


def correlate(
    topic: Topic[Any, Any, Any],
    data: Any,
    correlation_id: str | None,
    headers: object = None,
    *,
    needed: bool = False,
) -> tuple[Any, str]:
    """Return ``data`` with the correlation id in it, where it belongs there, and the id.

    A request that carries an id of its own keeps it. Where the inner model is absent that the id belongs in, there is
    no place for it, and it is left out unless it is ``needed``.

    Raises:
        EncodeError: there is no place for an id that is given or needed.
    """
    if topic.correlation is None:
        own = dict(encode_headers(headers)).get(topic.correlation_header) if topic.correlation_header else None
        return data, correlation_id or own or new_id()
    value = _field(data, topic.correlation)
    chosen = correlation_id or (str(value) if value else new_id())
    if value == chosen:
        return data, chosen
    path = topic.correlation.split(".")
    if _field(data, ".".join(path[:-1])) is None:
        if needed or correlation_id is not None:
            raise EncodeError(f"{topic.event_type} has no {'.'.join(path[:-1])!r} to put the correlation id into")
        return data, chosen
    return _with_field(data, path, chosen), chosen


def _field(data: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        data = getattr(data, name, None)
    return data


def _with_field(data: Any, path: Sequence[str], value: str) -> Any:
    """Return a copy of a model with a field set, copying the models around it."""
    name, *rest = path
    return data.model_copy(update={name: _with_field(getattr(data, name), rest, value) if rest else value})


class Waiting:
    """Who waits for one reply."""

    def __init__(self, keys: Sequence[Key], loop: asyncio.AbstractEventLoop, timeout: float) -> None:
        self.keys = keys
        self.future: asyncio.Future[Any] = loop.create_future()
        self.deadline = loop.time() + timeout

    def take(self, reply: object) -> None:
        """Take the reply's data, or the error that there is none."""
        if not self.future.done():
            if isinstance(reply, BaseException):
                self.future.set_exception(reply)
            else:
                self.future.set_result(reply)

    def close(self) -> None:
        """Let go of what nobody waits for any more."""
        if self.future.done() and not self.future.cancelled():
            self.future.exception()


class Stream:
    """Who waits for several replies, each for a time."""

    deadline = math.inf

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = keys
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self.take: Callable[[object], None] = self._queue.put_nowait

    async def next(self) -> Any:
        """Return the next reply, or raise the error that there is none."""
        reply = await self._queue.get()
        if isinstance(reply, BaseException):
            raise reply
        return reply


class Replies:
    """Who waits for which reply. A reply is handed over the moment it arrives, whatever handlers are doing."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._waiting: dict[Key, Waiting | Stream] = {}
        self._clock: tuple[asyncio.AbstractEventLoop, Deadlines] | None = None

    def reader(self, topic: Topic[Any, Any, Any]) -> Callable[[Incoming], None]:
        """Return the function that takes the messages of one reply topic."""
        decoder, kind, waiting = Decoder(topic), topic.event_type, self._waiting
        accepted = {kind, *topic.former_types}

        def take(delivery: Incoming) -> None:
            try:
                message = decoder.decode(delivery)
            except DecodeError as error:
                self._give(waiting.get((kind, self._id_of_invalid(topic, delivery, error))), error)
                return
            if message.type in accepted:
                found = waiting.get((kind, correlation_of(topic, message, delivery)))
                # Hand-written peers put the id into the envelope also where the catalog has a field for it.
                self._give(found or waiting.get((kind, message.id)), message.data)

        return take

    def _id_of_invalid(self, topic: Topic[Any, Any, Any], delivery: Incoming, error: DecodeError) -> str:
        if delivery.too_large:
            log.warning("%s", error)  # whose it is stands inside of it
            return ""
        head = peek(delivery.payload)
        return head.id if head.type in {topic.event_type, *topic.former_types} else ""

    def _give(self, waiting: Waiting | Stream | None, reply: object) -> None:
        if waiting is None:
            self._stats.unmatched_replies += 1
        else:
            waiting.take(reply)

    def one(self, call: Call[Any, Any, Any, Any], correlation_id: str, timeout: float) -> Waiting:
        """Expect a reply; ``forget`` it afterwards.

        Its future ends with ``TimeoutError`` where none has come within ``timeout`` seconds.

        Raises:
            ValueError: somebody waits for a reply with this correlation id already.
        """
        loop = asyncio.get_running_loop()
        waiting = Waiting(self._keys(call, correlation_id), loop, timeout)
        for key in waiting.keys:
            self._waiting[key] = waiting
        if self._clock is None or self._clock[0] is not loop:
            self._clock = loop, Deadlines(loop, self._expire)
        clock = self._clock[1]
        if waiting.deadline < clock.next:
            clock.add(waiting.deadline)
        return waiting

    def many(self, call: Call[Any, Any, Any, Any], correlation_id: str) -> Stream:
        """Expect several replies; ``forget`` them afterwards.

        Raises:
            ValueError: somebody waits for a reply with this correlation id already.
        """
        stream = Stream(self._keys(call, correlation_id))
        for key in stream.keys:
            self._waiting[key] = stream
        return stream

    def _keys(self, call: Call[Any, Any, Any, Any], correlation_id: str) -> Sequence[Key]:
        keys = [(topic.event_type, correlation_id) for topic in call.replies]
        for key in keys:
            if key in self._waiting:
                raise ValueError(
                    f"a request with the correlation id {correlation_id!r} is already waiting for its reply"
                )
        return keys

    def forget(self, waiting: Waiting | Stream) -> None:
        """Expect nothing any more."""
        for key in waiting.keys:
            del self._waiting[key]

    def _expire(self, now: float) -> float:
        """End what has waited too long, all by one timer; return the next deadline."""
        waiting = list(self._waiting.values())
        for item in waiting:
            if item.deadline <= now:
                item.take(TimeoutError())
        return min((item.deadline for item in waiting if item.deadline > now), default=math.inf)


def settle(posted: Posted | None, *, answered: bool) -> None:
    """End a request that was not acknowledged yet: who has a reply needs no acknowledgement, who gave up sends none."""
    if posted is not None and not posted.done():
        if answered:
            posted.set_result(0)
        else:
            posted.cancel()
