"""Requests and streams of a client, and the responders that it serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import aclosing
from typing import Any

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event, Handler, Responder, StreamResponder
from topicwright.catalog.topic import Call, Topic
from topicwright.client.core import Core
from topicwright.client.publisher import Publisher
from topicwright.client.registrations import Registrations
from topicwright.client.rpc.answers import Answers
from topicwright.client.rpc.listening import Listening, Place
from topicwright.client.rpc.replies import Replies, settle
from topicwright.client.rpc.reply_writer import ReplyWriter
from topicwright.client.rpc.request_writer import RequestWriter
from topicwright.codec.message_writer import MAX_WRITERS, Writer
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.registration import Registration
from topicwright.errors import NobodyListensError, RequestTimeoutError
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.reason_codes import NO_SUBSCRIBERS
from topicwright.session.outbox.acknowledgement import Acknowledgement

log = logging.getLogger("topicwright")


class Fate:
    """Ends a request whose publish has failed, or which nobody receives."""

    __slots__ = ("_correlation_id", "_message", "failed")

    def __init__(self, message: Outgoing, correlation_id: str, take: Callable[[object], None]) -> None:
        self._message, self._correlation_id = message, correlation_id
        self.failed = take
        """Take the error of the publish."""

    def unheard(self) -> None:
        """Take that nobody has subscribed to the topic of the request."""
        self.failed(NobodyListensError(self._message.topic, self._correlation_id))


class Requests:
    """Sends requests and matches their replies."""

    def __init__(self, core: Core, publisher: Publisher, registrations: Registrations) -> None:
        self._core = core
        self._publisher = publisher
        self._registrations = registrations
        self._replies = Replies(core.stats)
        self._writers: dict[int, RequestWriter] = {}
        self._listening = Listening(registrations, self._replies.reader, self._give_up)

    async def request(
        self, call: Call[Any, Any, Any, Any], data: object, params: object, headers: object, timeout: float
    ) -> Event[Any, Any, Any]:
        """Publish a request and return its reply; see ``TypedClient.ask``."""
        writer = self._writer(call)
        message, correlation_id = writer.message(data, params, headers, timeout)
        places = self._places(writer, message, data, params) if writer.varies else ()
        expected = self._replies.one(call, message.topic, correlation_id, timeout)
        posted, answered, ready = None, False, not places or self._listening.hold(places)
        ended = Fate(message, correlation_id, expected.take)
        try:
            if ready:
                posted = self._post(writer, message, ended)
            if posted is None:
                async with asyncio.timeout_at(expected.deadline):
                    posted = await self._listen_and_post(writer, message, places, ended)
            reply: Event[Any, Any, Any] = await expected.future
            answered = True
        except TimeoutError as error:
            raise RequestTimeoutError(message.topic, correlation_id, timeout) from error
        finally:
            self._replies.forget(expected)
            expected.close()
            settle(posted, answered=answered)
            if places:
                self._listening.release(places)
        return reply

    async def stream(
        self,
        call: Call[Any, Any, Any, Any],
        data: object,
        params: object,
        headers: object,
        timeout: float,
        *,
        whole: bool,
    ) -> AsyncIterator[Any]:
        """Publish a request and yield its replies, ``whole`` or their payloads; see ``TypedClient.stream``."""
        writer, session = self._writer(call), self._core.require()
        message, correlation_id = writer.message(data, params, headers, timeout, version=session.version)
        places = self._places(writer, message, data, params) if writer.varies else ()
        replies, posted, answered = self._replies.many(call, message.topic, correlation_id), None, False
        self._listening.hold(places)
        try:
            async with asyncio.timeout(timeout):
                ended = Fate(message, correlation_id, replies.take)
                posted = await self._listen_and_post(writer, message, places, ended)
            while True:
                async with asyncio.timeout(timeout):
                    reply: Event[Any, Any, Any] = await replies.next()
                answered = True
                yield reply if whole else reply.data
                if call.until is not None and getattr(reply.data, call.until, False):
                    return
        except TimeoutError as error:
            raise RequestTimeoutError(message.topic, correlation_id, timeout) from error
        finally:
            self._replies.forget(replies)
            settle(posted, answered=answered)
            self._listening.release(places)

    def _places(self, writer: RequestWriter, message: Outgoing, data: object, params: object) -> Sequence[Place]:
        """Return where replies are expected, where that depends on the request."""
        self._core.require()
        return writer.places(message, data, params)

    def _writer(self, call: Call[Any, Any, Any, Any]) -> RequestWriter:
        writer = self._writers.get(id(call))
        if writer is None:
            if len(self._writers) >= MAX_WRITERS:
                self._writers.clear()
            topic_writer = self._publisher.writers.of(call.request)
            writer = self._writers[id(call)] = RequestWriter(call, topic_writer, self._inbox())
        return writer

    def _post(self, writer: RequestWriter, message: Outgoing, fate: Fate) -> Acknowledgement | None:
        """Publish a request without awaiting its acknowledgement; None where that is not possible."""
        if not (writer.listening or writer.varies):
            return None
        return self._publisher.post(message, writer.writer.counts(message.topic), fate.failed, unheard=fate.unheard)

    async def _listen_and_post(
        self, writer: RequestWriter, message: Outgoing, places: Sequence[Place], fate: Fate
    ) -> Acknowledgement | None:
        """Subscribe to the replies, and publish a request as soon as it has a slot in the outbox."""
        self._core.require()
        if writer.varies:
            await self._listening.wait(places)
        elif not writer.listening:
            await self._listen(writer.call)
            writer.listening = True
        posted = self._post(writer, message, fate)
        if posted is None:
            # The requester dies with the process, so its request is not persisted.
            code = await self._publisher.send(message, writer.call.request.address, keep=False)
            if code == NO_SUBSCRIBERS:
                fate.unheard()
        return posted

    # -- replies -------------------------------------------------------------------------------------------------

    def _inbox(self) -> str:
        return f"replies/{self._core.settings.client_id}"

    async def _listen(self, call: Call[Any, Any, Any, Any]) -> None:
        """Subscribe to the topics of the replies, for as long as the client lives."""
        places = [Place(topic, self._filter(topic)) for topic in call.replies]
        self._listening.hold(places)
        await self._listening.wait(places)

    def _filter(self, topic: Topic[Any, Any, Any]) -> str:
        return self._inbox() if topic.address is None else address_of(topic).filter({})

    def _give_up(self, registration: Registration) -> None:
        self._core.background.start(self._registrations.remove(registration))

    def abandon(self) -> None:
        """Forget subscriptions that were being made in an event loop that has ended."""
        self._listening.abandon()

    # -- responders ----------------------------------------------------------------------------------------------

    def answering(
        self,
        call: Call[Any, Any, Any, Any],
        responder: Responder[Any, Any, Any, Any],
        *,
        awaits: bool,
        running: Callable[[], Hashable | None],
    ) -> tuple[Handler[Any, Any, Any], Answers]:
        """Return the handler that answers requests with what ``responder`` returns, and what answers otherwise.

        The reply is sent before the request is acknowledged. So the request is redelivered if the reply is
        lost, and the reply's acknowledgement is awaited only with ``awaits``: where an error policy decides about
        a failed reply, or where the redelivered request would be dropped as a duplicate. ``running`` returns the key of
        the request that is being handled, where requests are deduplicated.
        """
        publisher, replies = self._publisher, ReplyWriter(call, self._publisher.writers)
        answers = Answers(self._core, publisher, call, replies)

        async def answer(event: Event[Any, Any, Any]) -> None:
            try:
                message, writer = replies.message(event, await responder(event))
            except replies.errors as error:
                message, writer = replies.error(event, error)
            await _reply(publisher, message, writer, awaits=awaits)
            if awaits:
                answers.keep(running(), message, writer.topic.address)

        return answer, answers

    def answering_stream(
        self, call: Call[Any, Any, Any, Any], responder: StreamResponder[Any, Any, Any, Any], *, awaits: bool
    ) -> tuple[Handler[Any, Any, Any], Answers]:
        """Return the same for a responder that yields the replies of a stream."""
        publisher, replies = self._publisher, ReplyWriter(call, self._publisher.writers)
        answers = Answers(self._core, publisher, call, replies)

        async def answer(event: Event[Any, Any, Any]) -> None:
            try:
                async with aclosing(responder(event)) as made:
                    async for reply in made:
                        await _reply(publisher, *replies.message(event, reply), awaits=awaits)
            except replies.errors as error:
                await _reply(publisher, *replies.error(event, error), awaits=awaits)

        return answer, answers


async def _reply(publisher: Publisher, message: Outgoing, writer: Writer[Any], *, awaits: bool) -> None:
    counts = writer.counts(message.topic)
    posted = None if awaits else publisher.post(message, counts, _log_failed_reply, at_once=True)
    if posted is None:
        await publisher.send(message, writer.topic.address)
    elif posted.error is not None:
        raise posted.error


def awaits_acknowledgement(on_error: OnError, *, dedupes: bool) -> bool:
    """Return whether a responder has to await the acknowledgement of its replies; see ``Requests.answering``."""
    return on_error != IGNORE or dedupes


def _log_failed_reply(error: BaseException) -> None:
    log.error("a reply could not be published: %s", error)
