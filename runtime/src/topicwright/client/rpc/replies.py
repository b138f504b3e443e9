"""The replies that a client expects, matched by correlation id: one reply, or a stream of them."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from topicwright.catalog.address import address_of
from topicwright.catalog.topic import Call, NoHeaders, NoParams, Topic
from topicwright.codec.correlation import correlation_of, ids_of_invalid
from topicwright.codec.decoder import Decoder
from topicwright.codec.error_reply import error_in, is_error
from topicwright.codec.headers import decode_headers
from topicwright.codec.message_choice import chooser_of, fits, on_same_address
from topicwright.errors import DecodeError, RemoteError
from topicwright.mqtt.message import Incoming
from topicwright.session.deadlines import Deadlines
from topicwright.session.outbox.acknowledgement import Acknowledgement
from topicwright.telemetry.stats import Stats

log = logging.getLogger("topicwright")

Key: TypeAlias = tuple[str, str]
"""The event type of a reply and its correlation id."""


class Request(NamedTuple):
    """A request that waits for replies."""

    call: Call[Any, Any, Any, Any]
    topic: str
    """The topic that it is published to."""
    keys: Sequence[Key]


class ExpectedReply:
    """One reply that a requester waits for."""

    def __init__(self, request: Request, loop: asyncio.AbstractEventLoop, timeout: float) -> None:
        self.request = request
        self.future: asyncio.Future[Any] = loop.create_future()
        self.deadline = loop.time() + timeout

    def take(self, reply: object) -> None:
        """Take the reply, an event, or the error that ends the request."""
        if not self.future.done():
            if isinstance(reply, BaseException):
                self.future.set_exception(reply)
            else:
                self.future.set_result(reply)

    def close(self) -> None:
        """Mark an error that is no longer awaited as retrieved, so that asyncio does not log it."""
        if self.future.done() and not self.future.cancelled():
            self.future.exception()


class ReplyStream:
    """Several replies that a requester waits for, one after the other."""

    deadline = math.inf

    def __init__(self, request: Request) -> None:
        self.request = request
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self.take: Callable[[object], None] = self._queue.put_nowait

    async def next(self) -> Any:
        """Return the next reply, or raise the error that ends the request."""
        reply = await self._queue.get()
        if isinstance(reply, BaseException):
            raise reply
        return reply


class Replies:
    """The replies that one client expects. A reply reaches its requester on receipt, even while handlers run."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._waiting: dict[Key, ExpectedReply | ReplyStream] = {}
        self._clock: tuple[asyncio.AbstractEventLoop, Deadlines] | None = None

    def reader(self, topic: Topic[Any, Any, Any]) -> Callable[[Incoming], None]:
        """Return the function that reads the messages of one reply topic."""
        decoder, kind, waiting = Decoder(topic), topic.event_type, self._waiting
        accepted, plain = {kind, *topic.former_types}, topic.headers is NoHeaders
        params = address_of(topic).constant if topic.address is not None else NoParams()

        choose = chooser_of(topic)

        def take(delivery: Incoming) -> None:
            chosen = None if choose is None else choose(delivery)
            if chosen is not None and chosen is not topic:
                return
            try:
                message = decoder.decode(delivery)
                if message.type not in accepted:
                    return
                fields = message.__dict__  # the frozen event is completed before it is used
                fields["params"] = params or address_of(topic).read(delivery.topic, {})
                if not plain:
                    fields["headers"] = decode_headers(topic, delivery.topic, delivery.properties.user)
            except DecodeError as error:
                self._refuse(topic, delivery, error)
                return
            if not delivery.payload and is_error(topic, delivery):
                self._refuse(topic, delivery, None)
                return
            correlation_id = correlation_of(topic, message, delivery)
            fields["type"], fields["topic"] = kind, delivery.topic
            # Hand-written peers put the id into the envelope also where the catalog has a field for it.
            expected = waiting.get((kind, correlation_id)) or waiting.get((kind, message.id))
            fields["id"] = correlation_id or message.id
            self._give(expected, message if topic.error is None else topic.error(message.data, message.headers))

        return take

    def _refuse(self, topic: Topic[Any, Any, Any], delivery: Incoming, error: DecodeError | None) -> None:
        """End the request whose reply is invalid, or the failure of its responder."""
        keys = [(topic.event_type, id_) for id_ in ids_of_invalid(topic, delivery)]
        expected = next((self._waiting[key] for key in keys if key in self._waiting), None)
        if is_error(topic, delivery):
            if expected is not None or keys:
                kind, text = error_in(delivery)
                self._give(expected, RemoteError(expected.request.topic if expected else "", kind, text))
            return
        if expected is None and delivery.too_large:
            log.warning("%s", error)  # only the payload has its correlation id, and is not parsed
        if expected is not None:
            call = expected.request.call
            others = on_same_address(topic, (*call.replies, call.request))
            if any(fits(other, delivery) for other in others):
                return  # it is another reply, or the request itself
        self._give(expected, error)

    def _give(self, waiting: ExpectedReply | ReplyStream | None, reply: object) -> None:
        if waiting is None:
            self._stats.unmatched_replies += 1
        else:
            waiting.take(reply)

    def one(self, call: Call[Any, Any, Any, Any], topic: str, correlation_id: str, timeout: float) -> ExpectedReply:
        """Expect a reply to a request on ``topic``; ``forget`` it afterwards.

        Its future ends with ``TimeoutError`` where none has arrived within ``timeout`` seconds.

        Raises:
            ValueError: a reply with this correlation id is expected already.
        """
        loop = asyncio.get_running_loop()
        waiting = ExpectedReply(Request(call, topic, self._keys(call, correlation_id)), loop, timeout)
        for key in waiting.request.keys:
            self._waiting[key] = waiting
        if self._clock is None or self._clock[0] is not loop:
            self._clock = loop, Deadlines(loop, self._expire)
        clock = self._clock[1]
        if waiting.deadline < clock.next:
            clock.add(waiting.deadline)
        return waiting

    def many(self, call: Call[Any, Any, Any, Any], topic: str, correlation_id: str) -> ReplyStream:
        """Expect several replies to a request on ``topic``; ``forget`` them afterwards.

        Raises:
            ValueError: a reply with this correlation id is expected already.
        """
        stream = ReplyStream(Request(call, topic, self._keys(call, correlation_id)))
        for key in stream.request.keys:
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

    def forget(self, waiting: ExpectedReply | ReplyStream) -> None:
        """Stop expecting a reply."""
        for key in waiting.request.keys:
            del self._waiting[key]

    def _expire(self, now: float) -> float:
        """End requests whose deadline has passed; return the next deadline."""
        waiting = list(self._waiting.values())
        for item in waiting:
            if item.deadline <= now:
                item.take(TimeoutError())
        return min((item.deadline for item in waiting if item.deadline > now), default=math.inf)


def settle(acknowledgement: Acknowledgement | None, *, answered: bool) -> None:
    """End a request that is not acknowledged: with a reply it counts as published, without one as cancelled."""
    if acknowledgement is not None and not acknowledgement.done():
        if answered:
            acknowledgement.set_result(0)
        else:
            acknowledgement.cancel()
