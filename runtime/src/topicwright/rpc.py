"""Requests and their replies, matched by correlation id: one reply, or a stream that ends by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from .decoding import Decoder
from .envelope import peek
from .errors import DecodeError, EncodeError, RequestTimeoutError
from .headers import encode_headers
from .model import new_id
from .stats import Stats
from .topic import Call, Event, Topic
from .transport import Incoming

log = logging.getLogger("topicwright")

R = TypeVar("R")
Sink = Callable[[object], None]
"""Takes a reply's data, or the error that it could not be read, or that the request could not be sent."""
Send = Callable[[Sink], Awaitable[asyncio.Future[int] | None]]
"""Sends a request and returns what ends it, where it is not acknowledged yet; the sink learns of a later failure."""


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


class Replies:
    """Who waits for which reply. A reply is handed over the moment it arrives, whatever handlers are doing."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._waiting: dict[tuple[str, str], Sink] = {}

    def reader(self, topic: Topic[Any, Any, Any]) -> Callable[[Incoming], None]:
        """Return the function that takes the messages of one reply topic."""
        decoder = Decoder(topic)
        accepted = {topic.event_type, *topic.former_types}

        def take(delivery: Incoming) -> None:
            try:
                message = decoder.read(delivery)
            except DecodeError as error:
                if delivery.too_large:
                    log.warning("%s", error)  # whose it is stands inside of it
                self._give(topic, (self._id_of_invalid(topic, delivery),), error)
                return
            if message.type in accepted:
                # Hand-written peers put the id into the envelope also where the catalog has a field for it.
                self._give(topic, (correlation_of(topic, message, delivery), message.id), message.data)

        return take

    def _id_of_invalid(self, topic: Topic[Any, Any, Any], delivery: Incoming) -> str:
        if delivery.too_large:
            return ""
        head = peek(delivery.payload)
        return head.id if head.type in {topic.event_type, *topic.former_types} else ""

    def _give(self, topic: Topic[Any, Any, Any], ids: tuple[str, ...], reply: object) -> None:
        waiting = (self._waiting.get((topic.event_type, correlation_id)) for correlation_id in ids)
        sink = next((item for item in waiting if item is not None), None)
        if sink is None:
            self._stats.unmatched_replies += 1
        else:
            sink(reply)

    def _expect(self, call: Call[Any, Any, Any, Any], correlation_id: str, sink: Sink) -> list[tuple[str, str]]:
        keys = [(topic.event_type, correlation_id) for topic in call.replies]
        for key in keys:
            if key in self._waiting:
                raise ValueError(
                    f"a request with the correlation id {correlation_id!r} is already waiting for its reply"
                )
        for key in keys:
            self._waiting[key] = sink
        return keys

    def _forget(self, keys: list[tuple[str, str]]) -> None:
        for key in keys:
            del self._waiting[key]

    async def one(self, call: Call[Any, R, Any, Any], topic: str, correlation_id: str, send: Send, timeout: float) -> R:
        """Send a request to ``topic`` and return its reply.

        Raises:
            RequestTimeoutError: none came within ``timeout`` seconds.
            DecodeError: it is not what the catalog says.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()

        def sink(reply: Any) -> None:
            if not future.done():
                future.set_exception(reply) if isinstance(reply, BaseException) else future.set_result(reply)

        keys, sent = self._expect(call, correlation_id, sink), None
        try:
            async with asyncio.timeout(timeout):
                sent = await send(sink)
                return await future
        except TimeoutError as error:
            raise RequestTimeoutError(topic, correlation_id, timeout) from error
        finally:
            self._forget(keys)
            _settle(sent, answered=future.done() and not future.cancelled())

    async def many(
        self, call: Call[Any, R, Any, Any], topic: str, correlation_id: str, send: Send, timeout: float
    ) -> AsyncGenerator[R]:
        """Send a request and yield its replies until one says that it is the last; ``timeout`` is between two."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        keys, sent, answered = self._expect(call, correlation_id, queue.put_nowait), None, False
        try:
            sent = await _in_time(topic, correlation_id, send(queue.put_nowait), timeout)
            while True:
                reply = await _in_time(topic, correlation_id, queue.get(), timeout)
                if isinstance(reply, TimeoutError):  # of the publish
                    raise RequestTimeoutError(topic, correlation_id, timeout) from reply
                if isinstance(reply, BaseException):
                    raise reply
                answered = True
                yield reply
                if call.until is not None and getattr(reply, call.until, False):
                    return
        finally:
            self._forget(keys)
            _settle(sent, answered=answered)


def _settle(sent: asyncio.Future[int] | None, *, answered: bool) -> None:
    """End a request that was not acknowledged yet: who has a reply needs no acknowledgement, who gave up sends none."""
    if sent is not None and not sent.done():
        if answered:
            sent.set_result(0)
        else:
            sent.cancel()


async def _in_time(topic: str, correlation_id: str, work: Awaitable[R], timeout: float) -> R:
    try:
        async with asyncio.timeout(timeout):
            return await work
    except TimeoutError as error:
        raise RequestTimeoutError(topic, correlation_id, timeout) from error
