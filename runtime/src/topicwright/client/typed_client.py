"""The typed API that generated methods call: publish, on, request, serve, stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any, overload

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event, Handler, Responder
from topicwright.catalog.topic import Call, H, NoHeaders, NoParams, P, Q, R, T, Topic
from topicwright.client.rpc.replies import settle
from topicwright.client.rpc.requester import Asker
from topicwright.client.rpc.responder import Answering
from topicwright.client.signatures import check_async
from topicwright.client.subscribing import Subscribing, Subscription
from topicwright.codec.decoder import Decoder
from topicwright.codec.event_reader import EventReader
from topicwright.codec.message_writer import MOST
from topicwright.dispatch.handlers.on_error import IGNORE, OnError
from topicwright.dispatch.handlers.partition import key_of
from topicwright.errors import RequestTimeoutError
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.session.outbox.pending import Posted
from topicwright.telemetry.observer import Received

log = logging.getLogger("topicwright")


class TypedClient(Subscribing):
    """Publishes and receives by the descriptors of a catalog."""

    # -- publish -------------------------------------------------------------------------------------------------

    @overload
    async def publish(
        self, topic: Topic[T, NoParams, NoHeaders], data: T, *, correlation_id: str | None = None
    ) -> str: ...
    @overload
    async def publish(
        self, topic: Topic[T, P, NoHeaders], data: T, *, params: P, correlation_id: str | None = None
    ) -> str: ...
    @overload
    async def publish(
        self, topic: Topic[T, P, H], data: T, *, params: P, headers: H, correlation_id: str | None = None
    ) -> str: ...
    async def publish(
        self,
        topic: Topic[T, Any, Any],
        data: T,
        *,
        params: object = None,
        headers: object = None,
        correlation_id: str | None = None,
    ) -> str:
        """Publish one event and return its id, once the broker has acknowledged it (QoS 0: once it is written).

        ``correlation_id`` ties it to another message: it becomes the id of the envelope, or goes where the catalog
        puts it.

        Raises:
            TopicError: a parameter cannot stand in a topic.
            PublishRejectedError, PublishTimeoutError, PayloadTooLargeError
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        writer, session = self._writers.known.get(id(topic)) or self._writers.of(topic), self._session
        name, payload, properties, message_id = writer.prepare(data, params, headers, correlation_id)
        if session is None:
            raise self._not_connected()
        if self._observer is not None:
            message = Outgoing(name, payload, writer.qos, writer.retain, properties)
            await self._send(message, address=topic.address, window=writer.window)
            return message_id
        counts = writer.counted or writer.counts(name)
        if writer.qos == 0 and session.write(name, payload, writer.retain, properties):
            counts.written()
            return message_id
        since = perf_counter()
        try:
            await session.publish(Outgoing(name, payload, writer.qos, writer.retain, properties), writer.window)
        except BaseException:
            counts.failed += 1
            raise
        counts.published += 1
        counts.acknowledging.add(perf_counter() - since)
        return message_id

    # -- on ------------------------------------------------------------------------------------------------------

    async def on(
        self,
        topic: Topic[T, P, H],
        handler: Handler[T, P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> Subscription:
        """Call ``handler`` for every event of ``topic``; return once the broker has granted the subscription.

        ``match`` gives values for parameters of the address; the others match everything. Handlers of one topic
        run in order, those of different subscriptions side by side. A message is acknowledged when its handler has
        finished; after an exception ``on_error`` decides, or what the client was made with.

        With ``concurrency`` above 1 so many run at once: in order for each value of the topic's ``x-partition-key``,
        in any order where it has none. Acknowledgements keep the order of receipt.

        Raises:
            TypeError: ``handler`` is not an ``async def``.
            SubscribeRejectedError: the broker refused.
        """
        check_async(handler, topic.event_type)
        wanted = dict(match or {})
        again = concurrency > 1 or (on_error or self._on_error).retries > 0
        reader = EventReader(topic, Decoder(topic), wanted, again=again)

        read, observer = reader.read, self._observer

        def work(delivery: Incoming) -> Awaitable[None]:
            event = read(delivery)
            if observer is None:
                return handler(event)
            received = Received(self.settings, delivery, topic.address or "", event.id)
            return self._observed(received, handler, event)

        name, key = reader.address.filter(wanted), key_of(topic, reader)
        _, subscription = await self._register(
            name, topic.qos, work, on_error=on_error, concurrency=concurrency, key=key
        )
        return subscription

    # -- requests ------------------------------------------------------------------------------------------------

    async def serve(
        self,
        call: Call[Q, R, P, H],
        responder: Responder[Q, R, P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer every request with what ``responder`` returns; the reply carries the request's correlation id."""
        check_async(responder, call.request.event_type)
        answering = Answering(call, self._writers)
        waits = (on_error or self._on_error) != IGNORE or self._dispatcher.dedupes

        async def answer(event: Event[Q, P, H]) -> None:
            message, writer = answering.message(event, await responder(event))
            counts = writer.counts(message.topic)
            # The reply goes out before the request is acknowledged. So the request comes again if the reply did not get
            # through, and nobody need wait for an acknowledgement; unless a policy says what to do if it is a bad one,
            # or the request would be taken for one that was answered.
            posted = None if waits else self._post(message, counts, writer.window, _not_answered, at_once=True)
            if posted is None:
                await self._send(message, address=writer.topic.address, window=writer.window)
            elif posted.error is not None:
                raise posted.error

        return await self.on(call.request, answer, match=match, on_error=on_error, concurrency=concurrency)

    @overload
    async def request(self, call: Call[Q, R, NoParams, NoHeaders], data: Q, *, timeout: float = 30.0) -> R: ...
    @overload
    async def request(self, call: Call[Q, R, P, NoHeaders], data: Q, *, params: P, timeout: float = 30.0) -> R: ...
    @overload
    async def request(self, call: Call[Q, R, P, H], data: Q, *, params: P, headers: H, timeout: float = 30.0) -> R: ...
    async def request(
        self,
        call: Call[Any, R, Any, Any],
        data: Any,
        *,
        params: object = None,
        headers: object = None,
        timeout: float = 30.0,
    ) -> R:
        """Publish a request and return its reply. It may be called from inside a handler.

        The request expires with ``timeout`` (MQTT 5, section 3.3.2.3.3): a broker that still holds it then, because
        nobody was there to take it, does not deliver it any more. One that was delivered may still be carried out.

        Raises:
            RequestTimeoutError: no reply within ``timeout`` seconds.
            DecodeError: the reply is not what the catalog says.
        """
        asker = self._asker(call)
        message, correlation_id = asker.message(data, params, headers, timeout)
        waiting, posted, answered = self._replies.one(call, correlation_id, timeout), None, False
        try:
            posted = self._ask(asker, message, waiting.take)
            if posted is None:
                async with asyncio.timeout_at(waiting.deadline):
                    posted = await self._ask_first(asker, message, waiting.take)
            reply: R = await waiting.future
            answered = True
        except TimeoutError as error:
            raise RequestTimeoutError(message.topic, correlation_id, timeout) from error
        finally:
            self._replies.forget(waiting)
            waiting.close()
            settle(posted, answered=answered)
        return reply

    @overload
    def stream(self, call: Call[Q, R, NoParams, NoHeaders], data: Q, *, timeout: float = 30.0) -> AsyncIterator[R]: ...
    @overload
    def stream(
        self, call: Call[Q, R, P, NoHeaders], data: Q, *, params: P, timeout: float = 30.0
    ) -> AsyncIterator[R]: ...
    @overload
    def stream(
        self, call: Call[Q, R, P, H], data: Q, *, params: P, headers: H, timeout: float = 30.0
    ) -> AsyncIterator[R]: ...
    async def stream(
        self,
        call: Call[Any, R, Any, Any],
        data: Any,
        *,
        params: object = None,
        headers: object = None,
        timeout: float = 30.0,
    ) -> AsyncIterator[R]:
        """Publish a request and yield its replies; ends after the one that says it is the last.

        Raises:
            RequestTimeoutError: nothing came for ``timeout`` seconds.
            DecodeError: a reply is not what the catalog says.
        """
        asker = self._asker(call)
        message, correlation_id = asker.message(data, params, headers, timeout)
        replies, posted, answered = self._replies.many(call, correlation_id), None, False
        try:
            async with asyncio.timeout(timeout):
                posted = await self._ask_first(asker, message, replies.take)
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

    def _asker(self, call: Call[Any, Any, Any, Any]) -> Asker:
        asker = self._askers.get(id(call))
        if asker is None:
            if len(self._askers) >= MOST:
                self._askers.clear()
            asker = self._askers[id(call)] = Asker(call, self._writers.of(call.request), self._inbox())
        return asker

    def _ask(self, asker: Asker, message: Outgoing, take: Callable[[object], None]) -> Posted | None:
        """Publish a request, whose reply is waited for and not its acknowledgement; None where that cannot be done."""
        if not asker.listening:
            return None
        return self._post(message, asker.writer.counts(message.topic), asker.writer.window, take)

    async def _ask_first(self, asker: Asker, message: Outgoing, take: Callable[[object], None]) -> Posted | None:
        """Subscribe to the replies, and publish a request as soon as there is room for it."""
        if not asker.listening:
            await self._listen(asker.call)
            asker.listening = True
        posted = self._ask(asker, message, take)
        if posted is None:
            # Who asks is gone with the process: no file keeps the question.
            address, window = asker.call.request.address, asker.writer.window
            await self._send(message, address=address, window=window, keep=False)
        return posted

    def _inbox(self) -> str:
        return f"replies/{self.client_id}"

    async def _listen(self, call: Call[Any, Any, Any, Any]) -> None:
        """Subscribe to the topics of the replies, once for the life of the client."""
        self._require()
        for topic in call.replies:
            task = self._listening.get(topic)
            if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
                task = self._listening[topic] = asyncio.ensure_future(self._listen_to(topic))
            if not task.done():
                await asyncio.shield(task)

    async def _listen_to(self, topic: Topic[Any, Any, Any]) -> None:
        topic_filter = self._inbox() if topic.address is None else address_of(topic).filter({})
        await self._register(topic_filter, topic.qos, self._replies.reader(topic), inline=True)


def _not_answered(error: BaseException) -> None:
    log.error("a reply could not be published: %s", error)
