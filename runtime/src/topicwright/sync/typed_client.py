"""The typed API of blocking clients that generated methods call: publish, on, request, serve, stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from typing import Any, overload

from topicwright.catalog.event import Event, Reply
from topicwright.catalog.topic import Call, H, NoHeaders, NoParams, P, Q, R, T, Topic
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.mqtt.subscription_options import Retained
from topicwright.sync.base_client import BaseClient
from topicwright.sync.handlers import Handler, OnCleared, Responder, in_threads
from topicwright.sync.subscription import Subscription


class TypedClient(BaseClient):
    """Publishes and receives by the descriptors of a catalog; each method is that of ``topicwright.MQTTClient``."""

    # -- publish -------------------------------------------------------------------------------------------------

    @overload
    def publish(self, topic: Topic[T, NoParams, NoHeaders], data: T, *, correlation_id: str | None = None) -> str: ...
    @overload
    def publish(
        self, topic: Topic[T, P, NoHeaders], data: T, *, params: P, correlation_id: str | None = None
    ) -> str: ...
    @overload
    def publish(
        self, topic: Topic[T, P, H], data: T, *, params: P, headers: H, correlation_id: str | None = None
    ) -> str: ...
    def publish(
        self,
        topic: Topic[T, Any, Any],
        data: T,
        *,
        params: object = None,
        headers: object = None,
        correlation_id: str | None = None,
    ) -> str:
        """Publish one event and return its id, once the broker has acknowledged it (QoS 0: once it is written).

        Raises:
            TopicError: a parameter is not allowed in a topic.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
            PayloadTooLargeError: it is larger than the broker accepts.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        client: Any = self._client
        message_id: str = self._call(
            client.publish, topic, data, params=params, headers=headers, correlation_id=correlation_id
        )
        return message_id

    def clear(self, topic: Topic[Any, P, Any], *, params: P | None = None) -> None:
        """Clear the retained message of ``topic``: publish an empty one in its place (MQTT 5, section 3.3.1.3).

        Raises:
            TopicError: a parameter is not allowed in a topic.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
        """
        self._call(self._client.clear, topic, params=params)

    # -- on ------------------------------------------------------------------------------------------------------

    def on(
        self,
        topic: Topic[T, P, H],
        handler: Handler[T, P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
        cleared: OnCleared[P] | None = None,
        no_local: bool = False,
        retained: Retained = "always",
        retain_as_published: bool = False,
    ) -> Subscription:
        """Call ``handler`` for every event of ``topic``, in a thread of handlers; return once the broker granted it.

        A message is acknowledged when its handler has returned. With ``concurrency`` above 1 the client needs as many
        ``handler_threads``, or messages wait for a thread.

        Raises:
            TypeError: ``handler`` is an ``async def``, or does not take one argument.
            SubscribeRejectedError: the broker refused.
        """
        work = in_threads(self._pool, handler, topic.event_type)
        clearing = in_threads(self._pool, cleared, f"cleared, of {topic.event_type}")
        return self._subscription(
            self._call(
                self._client.on,
                topic,
                work,
                match=match,
                on_error=on_error,
                concurrency=concurrency,
                cleared=clearing,
                no_local=no_local,
                retained=retained,
                retain_as_published=retain_as_published,
            )
        )

    # -- requests ------------------------------------------------------------------------------------------------

    def serve(
        self,
        call: Call[Q, R, P, H],
        responder: Responder[Q, R | Reply[R, Any], P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer every request with what ``responder`` returns; it runs in a thread of handlers."""
        work = in_threads(self._pool, responder, call.request.event_type)
        return self._subscription(
            self._call(self._client.serve, call, work, match=match, on_error=on_error, concurrency=concurrency)
        )

    @overload
    def request(self, call: Call[Q, R, NoParams, NoHeaders], data: Q, *, timeout: float = 30.0) -> R: ...
    @overload
    def request(self, call: Call[Q, R, P, NoHeaders], data: Q, *, params: P, timeout: float = 30.0) -> R: ...
    @overload
    def request(self, call: Call[Q, R, P, H], data: Q, *, params: P, headers: H, timeout: float = 30.0) -> R: ...
    def request(
        self,
        call: Call[Any, R, Any, Any],
        data: Any,
        *,
        params: object = None,
        headers: object = None,
        timeout: float = 30.0,
    ) -> R:
        """Publish a request and return its reply. A handler may call it.

        Raises:
            RequestTimeoutError: no reply within ``timeout`` seconds.
            NobodyListensError: nobody has subscribed to the topic of the request, and ``must_be_heard`` is not set.
            RemoteError: the responder failed.
            DecodeError: the reply does not match the catalog.
            EncodeError: the request lacks a header, or a correlation id that cannot be made.
        """
        return self.ask(call, data, params=params, headers=headers, timeout=timeout).data

    def ask(
        self,
        call: Call[Q, R, P, H],
        data: Q,
        *,
        params: P | None = None,
        headers: H | None = None,
        timeout: float = 30.0,
    ) -> Event[R, Any, Any]:
        """Do what ``request`` does, and return the whole reply: its payload, its headers, its event type."""
        return self._call(self._client.ask, call, data, params=params, headers=headers, timeout=timeout)

    @overload
    def stream(self, call: Call[Q, R, NoParams, NoHeaders], data: Q, *, timeout: float = 30.0) -> Iterator[R]: ...
    @overload
    def stream(self, call: Call[Q, R, P, NoHeaders], data: Q, *, params: P, timeout: float = 30.0) -> Iterator[R]: ...
    @overload
    def stream(
        self, call: Call[Q, R, P, H], data: Q, *, params: P, headers: H, timeout: float = 30.0
    ) -> Iterator[R]: ...
    def stream(
        self,
        call: Call[Any, R, Any, Any],
        data: Any,
        *,
        params: object = None,
        headers: object = None,
        timeout: float = 30.0,
    ) -> Iterator[R]:
        """Publish a request and yield its replies; ends after the one that is marked as the last.

        Raises:
            RequestTimeoutError: no reply for ``timeout`` seconds.
            NobodyListensError, RemoteError, EncodeError: see ``request``.
            DecodeError: a reply does not match the catalog.
        """
        client: Any = self._client
        replies: AsyncIterator[R] = client.stream(call, data, params=params, headers=headers, timeout=timeout)
        return self._iterate(replies)

    def _iterate(self, replies: AsyncIterator[R]) -> Iterator[R]:
        """Yield what an iterator of the event loop yields; close it where the caller stops early."""
        end = object()

        async def following() -> Any:
            return await anext(replies, end)

        async def close() -> None:
            if isinstance(replies, AsyncGenerator):
                await replies.aclose()

        try:
            while (reply := self._call(following)) is not end:
                yield reply
        finally:
            self._call(close)
