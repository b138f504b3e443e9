"""The typed API that generated methods call: publish, on, request, serve, stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, overload

from topicwright.catalog.event import Event, Handler, OnCleared, Reply, Responder, StreamResponder
from topicwright.catalog.topic import Call, H, NoHeaders, NoParams, P, Q, R, T, Topic
from topicwright.client.base_client import BaseClient
from topicwright.client.handlers import EventWork
from topicwright.client.registrations import Subscription
from topicwright.client.rpc.answers import Answers
from topicwright.client.rpc.requests import awaits_acknowledgement
from topicwright.client.signatures import check_async, check_generator
from topicwright.codec.decoder import Decoder
from topicwright.codec.event_reader import EventReader
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.dispatch.handlers.partition import key_of
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.subscription_options import NO_OPTIONS, Retained, SubscriptionOptions


class TypedClient(BaseClient):
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

        ``correlation_id`` ties it to another message: it becomes the id of the envelope, or is put where the catalog
        declares it.

        Raises:
            TopicError: a parameter is not allowed in a topic.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
            PayloadTooLargeError: it is larger than the broker accepts.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        message_id, message = self._publisher.write(topic, data, params, headers, correlation_id)
        if message is not None:
            await self._publisher.send(message, topic.address)
        return message_id

    async def clear(self, topic: Topic[Any, P, Any], *, params: P | None = None) -> None:
        """Clear the retained message of ``topic``: publish an empty one in its place (MQTT 5, section 3.3.1.3).

        Subscribers get an empty message; see ``on``.

        Raises:
            TopicError: a parameter is not allowed in a topic.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
        """
        name = self._publisher.writers.of(topic).name(params)
        await self._publisher.send(Outgoing(name, b"", topic.qos, retain=True), topic.address)

    # -- on ------------------------------------------------------------------------------------------------------

    async def on(
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
        """Call ``handler`` for every event of ``topic``; return once the broker has granted the subscription.

        ``match`` gives values for parameters of the address; the others match everything. Handlers of one topic
        run in order, those of different subscriptions concurrently. A message is acknowledged when its handler has
        finished; after an exception ``on_error`` decides, or else the client's own error policy.

        An empty payload clears what is retained on its topic (MQTT 5, section 3.3.1.3): ``cleared`` is called, unless
        the catalog has empty payloads. It is no event, and counted in ``stats().cleared``.

        With ``concurrency`` above 1, up to that many messages are handled at once: in order for each value of the
        topic's ``x-partition-key``, in any order where it has none. Acknowledgements keep the order of receipt.

        ``no_local``, ``retained`` and ``retain_as_published`` are the options of MQTT 5: see ``MQTTClient.subscribe``.

        Raises:
            TypeError: ``handler`` is not an ``async def``.
            SubscribeRejectedError: the broker refused.
            SubscribeNotSupportedError: an option of MQTT 5 over MQTT 3.1.1.
            ValueError: the filter has a subscription with other options.
        """
        check_async(handler, topic.event_type)
        if cleared is not None:
            check_async(cleared, f"cleared, of {topic.event_type}")
        options = SubscriptionOptions(no_local=no_local, retained=retained, retain_as_published=retain_as_published)
        return await self._on(topic, handler, match, on_error, concurrency, cleared=cleared, options=options)

    async def _on(
        self,
        topic: Topic[T, P, H],
        handler: Handler[T, P, H],
        match: Mapping[str, object] | None,
        on_error: OnError | None,
        concurrency: int,
        *,
        answers: Answers | None = None,
        cleared: OnCleared[P] | None = None,
        clears: bool = True,
        options: SubscriptionOptions = NO_OPTIONS,
    ) -> Subscription:
        policy = on_error or self._registrations.on_error
        again = concurrency > 1 or policy.retries > 0
        values = dict(match or {})
        others = () if answers is None else answers.others
        reader = EventReader(topic, Decoder(topic), values, again=again, others=others)
        if answers is not None:
            answers.reader = reader
        topic_filter = reader.address.filter(values)
        registration = await self._registrations.add(
            topic_filter,
            options.byte(topic_filter, topic.qos),
            EventWork(self._core, handler, reader, cleared, clears=clears).work(),
            on_error=policy,
            concurrency=concurrency,
            key=key_of(topic, reader),
            answers=answers,
        )
        self._early.registered(registration, topic)
        return self._registrations.subscription(registration)

    # -- requests ------------------------------------------------------------------------------------------------

    async def serve(
        self,
        call: Call[Q, R, P, H],
        responder: Responder[Q, R | Reply[R, Any], P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer every request with what ``responder`` returns; the reply carries the request's correlation id.

        A responder returns the payload, or a ``Reply`` with headers, or as one of several replies of the catalog. If it
        raises, and the error policy allows no further attempt, the requester gets a ``RemoteError`` (see the setting
        ``answer_errors``).
        """
        check_async(responder, call.request.event_type)
        policy = on_error or self._registrations.on_error
        awaits = awaits_acknowledgement(policy, dedupes=self._dispatcher.dedupes)
        answer, answers = self._requests.answering(call, responder, awaits=awaits, running=self._dispatcher.running_key)
        return await self._on(call.request, answer, match, on_error, concurrency, answers=answers, clears=False)

    async def answer_stream(
        self,
        call: Call[Q, R, P, H],
        responder: StreamResponder[Q, R | Reply[R, Any], P, H],
        *,
        match: Mapping[str, object] | None = None,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> Subscription:
        """Answer every request with the replies that ``responder`` yields, in this order; see ``serve``.

        If it raises, the requester's stream ends with that error. What it yields after its requester has gone is sent
        all the same. Another attempt of the error policy begins with the first reply again.
        """
        check_generator(responder, call.request.event_type)
        policy = on_error or self._registrations.on_error
        awaits = awaits_acknowledgement(policy, dedupes=self._dispatcher.dedupes)
        answer, answers = self._requests.answering_stream(call, responder, awaits=awaits)
        return await self._on(call.request, answer, match, on_error, concurrency, answers=answers, clears=False)

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

        The request expires with ``timeout`` (MQTT 5, section 3.3.2.3.3): a broker that still has it then, because
        no responder was connected, does not deliver it any more. A request that was delivered may still be processed.

        Raises:
            RequestTimeoutError: no reply within ``timeout`` seconds.
            NobodyListensError: nobody has subscribed to the topic of the request, and ``must_be_heard`` is not set.
            RemoteError: the responder failed.
            DecodeError: the reply does not match the catalog.
            EncodeError: the request lacks a header, or a correlation id that cannot be made.
            ValueError: ``timeout`` is not above 0.
        """
        return (await self.ask(call, data, params=params, headers=headers, timeout=timeout)).data

    async def ask(
        self,
        call: Call[Q, R, P, H],
        data: Q,
        *,
        params: P | None = None,
        headers: H | None = None,
        timeout: float = 30.0,
    ) -> Event[R, Any, Any]:
        """Do what ``request`` does, and return the whole reply: its payload, its headers, its event type."""
        reply: Event[R, Any, Any] = await self._requests.request(call, data, params, headers, timeout)
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
    def stream(
        self,
        call: Call[Any, R, Any, Any],
        data: Any,
        *,
        params: object = None,
        headers: object = None,
        timeout: float = 30.0,
    ) -> AsyncIterator[R]:
        """Publish a request and yield its replies; ends after the one that is marked as the last.

        Raises:
            RequestTimeoutError: no reply for ``timeout`` seconds.
            NobodyListensError, RemoteError, EncodeError: see ``request``.
            DecodeError: a reply does not match the catalog.
        """
        return self._requests.stream(call, data, params, headers, timeout, whole=False)

    def replies(
        self,
        call: Call[Q, R, P, H],
        data: Q,
        *,
        params: P | None = None,
        headers: H | None = None,
        timeout: float = 30.0,
    ) -> AsyncIterator[Event[R, Any, Any]]:
        """Do what ``stream`` does, and yield whole replies: with their headers, and their event types."""
        return self._requests.stream(call, data, params, headers, timeout, whole=True)
