"""The typed API that generated methods call: publish, on, request, serve, stream."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, overload

from .address import address_of
from .decoding import Decoder
from .entry import check_async
from .errors import TopicError
from .filters import check_topic
from .lanes import key_of
from .observer import Received
from .policy import OnError
from .reader import EventReader
from .rpc import correlate
from .subscribing import Subscribing, Subscription
from .topic import Call, Event, H, Handler, NoHeaders, NoParams, P, Q, R, Responder, T, Topic
from .transport import Incoming


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
        writer = self._writers.of(topic)
        message, message_id = writer.write(data, params, headers, correlation_id)
        if message.qos > 0 or not self._write(message, topic.address):
            await self._send(message, address=topic.address, window=writer.window)
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
        reader = EventReader(topic, Decoder(topic), wanted)

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

        async def answer(event: Event[Q, P, H]) -> None:
            await self._answer(call, event, await responder(event))

        return await self.on(call.request, answer, match=match, on_error=on_error, concurrency=concurrency)

    async def _answer(self, call: Call[Q, R, P, H], event: Event[Q, P, H], reply: R) -> None:
        topic = next((item for item in call.replies if isinstance(reply, item.model)), None)
        if topic is None:
            expected = " or ".join(item.model.__name__ for item in call.replies)
            raise TypeError(f"the reply to {call.request.event_type} must be {expected}, not {type(reply).__name__}")
        data, message_id = correlate(topic, reply, event.id)
        writer = self._writers.of(topic)
        properties = writer.properties(None, message_id)
        message = writer.message(self._reply_name(topic, event), data, message_id, properties)
        await self._send(message, address=topic.address, window=writer.window)

    def _reply_name(self, topic: Topic[Any, Any, Any], event: Event[Any, Any, Any]) -> str:
        if topic.address is None:
            if event.reply is None or event.reply.topic is None:
                raise TopicError(f"a request on {event.topic} does not say where it wants its reply", value="")
            return check_topic(event.reply.topic)
        values = {name: getattr(event.params, name) for name in address_of(topic).names}
        return address_of(topic).topic(topic.params(**values))

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
        data, correlation_id = correlate(call.request, data, None, headers, needed=True)
        name = self._writers.of(call.request).name(params)
        return await self._replies.one(
            call, name, correlation_id, partial(self._ask, call, name, data, correlation_id, headers, timeout), timeout
        )

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
        data, correlation_id = correlate(call.request, data, None, headers, needed=True)
        name = self._writers.of(call.request).name(params)
        replies = self._replies.many(
            call, name, correlation_id, partial(self._ask, call, name, data, correlation_id, headers, timeout), timeout
        )
        async with aclosing(replies):
            async for reply in replies:
                yield reply

    async def _ask(
        self,
        call: Call[Any, Any, Any, Any],
        name: str,
        data: object,
        correlation_id: str,
        headers: object,
        timeout: float,
        failed: Callable[[BaseException], None],
    ) -> asyncio.Future[int] | None:
        """Publish a request; return what ends it, where nobody had to wait for its acknowledgement."""
        await self._listen(call)
        reply = call.replies[0]
        response_topic = self._inbox() if reply.address is None else None
        writer = self._writers.of(call.request)
        if reply.address is not None and "{" not in reply.address and writer.by_property:
            response_topic = reply.address
        properties = writer.properties(headers, correlation_id, response_topic, _lifetime(timeout))
        message = writer.message(name, data, correlation_id, properties)
        # The reply is waited for, and not the acknowledgement before it.
        posted = self._post(message, call.request.address, writer.window, failed)
        if posted is None:
            # Who asks is gone with the process: no file keeps the question.
            await self._send(message, address=call.request.address, window=writer.window, keep=False)
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


def _lifetime(timeout: float) -> int | None:
    """Return the seconds for which a request is worth delivering: whole ones, and what MQTT can say."""
    return max(1, math.ceil(timeout)) if timeout <= LONGEST else None


LONGEST = 0xFFFFFFFF
"""Seconds that a message expiry interval can say, at most (MQTT 5, section 3.3.2.3.3)."""
