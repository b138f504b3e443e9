"""Requests and streams of a client, and the responders that it serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event, Handler, Responder
from topicwright.catalog.topic import Call, Topic
from topicwright.client.core import Core
from topicwright.client.publisher import Publisher
from topicwright.client.registrations import Registrations
from topicwright.client.rpc.replies import Replies, settle
from topicwright.client.rpc.reply_writer import ReplyWriter
from topicwright.client.rpc.request_writer import RequestWriter
from topicwright.codec.message_writer import MAX_WRITERS
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.errors import RequestTimeoutError
from topicwright.mqtt.message import Outgoing
from topicwright.session.outbox.acknowledgement import Acknowledgement

log = logging.getLogger("topicwright")


class Requests:
    """Sends requests and matches their replies."""

    def __init__(self, core: Core, publisher: Publisher, registrations: Registrations) -> None:
        self._core = core
        self._publisher = publisher
        self._registrations = registrations
        self._replies = Replies(core.stats)
        self._writers: dict[int, RequestWriter] = {}
        self._listening: dict[Topic[Any, Any, Any], asyncio.Task[None]] = {}
        """For each reply topic, the task that subscribes to it."""

    async def request(
        self, call: Call[Any, Any, Any, Any], data: object, params: object, headers: object, timeout: float
    ) -> Any:
        """Publish a request and return its reply; see ``TypedClient.request``."""
        writer = self._writer(call)
        message, correlation_id = writer.message(data, params, headers, timeout)
        expected, posted, answered = self._replies.one(call, correlation_id, timeout), None, False
        try:
            posted = self._post(writer, message, expected.take)
            if posted is None:
                async with asyncio.timeout_at(expected.deadline):
                    posted = await self._listen_and_post(writer, message, expected.take)
            reply = await expected.future
            answered = True
        except TimeoutError as error:
            raise RequestTimeoutError(message.topic, correlation_id, timeout) from error
        finally:
            self._replies.forget(expected)
            expected.close()
            settle(posted, answered=answered)
        return reply

    async def stream(
        self, call: Call[Any, Any, Any, Any], data: object, params: object, headers: object, timeout: float
    ) -> AsyncIterator[Any]:
        """Publish a request and yield its replies; see ``TypedClient.stream``."""
        writer = self._writer(call)
        message, correlation_id = writer.message(data, params, headers, timeout)
        replies, posted, answered = self._replies.many(call, correlation_id), None, False
        try:
            async with asyncio.timeout(timeout):
                posted = await self._listen_and_post(writer, message, replies.take)
            while True:
                async with asyncio.timeout(timeout):
                    reply = await replies.next()
                answered = True
                yield reply
                if call.until is not None and getattr(reply, call.until, False):
                    return
        except TimeoutError as error:
            raise RequestTimeoutError(message.topic, correlation_id, timeout) from error
        finally:
            self._replies.forget(replies)
            settle(posted, answered=answered)

    def _writer(self, call: Call[Any, Any, Any, Any]) -> RequestWriter:
        writer = self._writers.get(id(call))
        if writer is None:
            if len(self._writers) >= MAX_WRITERS:
                self._writers.clear()
            topic_writer = self._publisher.writers.of(call.request)
            writer = self._writers[id(call)] = RequestWriter(call, topic_writer, self._inbox())
        return writer

    def _post(self, writer: RequestWriter, message: Outgoing, take: Callable[[object], None]) -> Acknowledgement | None:
        """Publish a request without awaiting its acknowledgement; None where that is not possible."""
        if not writer.listening:
            return None
        return self._publisher.post(message, writer.writer.counts(message.topic), take)

    async def _listen_and_post(
        self, writer: RequestWriter, message: Outgoing, take: Callable[[object], None]
    ) -> Acknowledgement | None:
        """Subscribe to the replies, and publish a request as soon as it has a slot in the outbox."""
        if not writer.listening:
            await self._listen(writer.call)
            writer.listening = True
        posted = self._post(writer, message, take)
        if posted is None:
            # The requester dies with the process, so its request is not persisted.
            await self._publisher.send(message, writer.call.request.address, keep=False)
        return posted

    # -- replies -------------------------------------------------------------------------------------------------

    def _inbox(self) -> str:
        return f"replies/{self._core.settings.client_id}"

    async def _listen(self, call: Call[Any, Any, Any, Any]) -> None:
        """Subscribe to the topics of the replies, once in the life of the client."""
        self._core.require()
        for topic in call.replies:
            task = self._listening.get(topic)
            if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
                task = self._listening[topic] = asyncio.ensure_future(self._listen_to(topic))
            if not task.done():
                await asyncio.shield(task)

    async def _listen_to(self, topic: Topic[Any, Any, Any]) -> None:
        topic_filter = self._inbox() if topic.address is None else address_of(topic).filter({})
        await self._registrations.add(topic_filter, topic.qos, self._replies.reader(topic), inline=True)

    def abandon(self) -> None:
        """Forget subscriptions that were being made in an event loop that has ended."""
        self._listening = {topic: task for topic, task in self._listening.items() if task.done()}

    # -- responders ----------------------------------------------------------------------------------------------

    def answering(
        self, call: Call[Any, Any, Any, Any], responder: Responder[Any, Any, Any, Any], *, awaits: bool
    ) -> Handler[Any, Any, Any]:
        """Return the handler that answers requests with what ``responder`` returns.

        The reply is sent before the request is acknowledged. So the request is redelivered if the reply is
        lost, and the reply's acknowledgement is awaited only with ``awaits``: where an error policy decides about
        a failed reply, or where the redelivered request would be dropped as a duplicate.
        """
        replies, publisher = ReplyWriter(call, self._publisher.writers), self._publisher

        async def answer(event: Event[Any, Any, Any]) -> None:
            message, writer = replies.message(event, await responder(event))
            counts = writer.counts(message.topic)
            posted = None if awaits else publisher.post(message, counts, _log_failed_reply, at_once=True)
            if posted is None:
                await publisher.send(message, writer.topic.address)
            elif posted.error is not None:
                raise posted.error

        return answer


def awaits_acknowledgement(on_error: OnError, *, dedupes: bool) -> bool:
    """Return whether a responder has to await the acknowledgement of its replies; see ``Requests.answering``."""
    return on_error != IGNORE or dedupes


def _log_failed_reply(error: BaseException) -> None:
    log.error("a reply could not be published: %s", error)
