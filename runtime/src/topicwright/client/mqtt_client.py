"""``MQTTClient``: the API of the migration guide, by topic and event type, without a catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import isasyncgenfunction
from typing import Any

from pydantic import BaseModel
from topicwright.catalog.factories import new_id, now
from topicwright.catalog.topic import Call, Topic
from topicwright.client.connection.health import health_topic, heartbeat_topic
from topicwright.client.early_handlers import registering, topics_in, undeclared
from topicwright.client.handlers import RawHandler, RawWork
from topicwright.client.registrations import Subscription
from topicwright.client.signatures import check_async
from topicwright.client.typed_client import TypedClient
from topicwright.codec.envelope import seal
from topicwright.codec.json_writer import dump
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.errors import ConfigurationError
from topicwright.mqtt.message import Outgoing, Properties
from topicwright.mqtt.subscription_options import Retained, SubscriptionOptions
from topicwright.mqtt.topic_filters import check_filter, check_topic
from topicwright.telemetry.stats import OTHER_TOPICS


class MQTTClient(TypedClient):
    """A client for one MQTT broker: typed by the methods of generated subclasses, untyped by its own.

    Use it as ``async with MQTTClient.from_env() as client:``.
    """

    def register(
        self,
        handlers: Mapping[Topic[Any, Any, Any] | Call[Any, Any, Any, Any], Callable[..., Any]] | None = None,
        /,
        **named: Callable[..., Any],
    ) -> None:
        """Take handlers before ``connect``, which subscribes for them: ``register(on_stt_final=remember)``.

        Each is named by its method, or given with its descriptor: ``register({TELEMETRY: show, DRIVE: drive})``. It is
        registered as that method does it, without options. An error of it is one of ``connect``.

        Raises:
            TypeError: the client has no such method, or a handler is no ``async def``.
            ConfigurationError: the client is connected: ``await client.on_stt_final(remember)``.
        """
        if self._core.session is not None:
            raise ConfigurationError(["register() is for handlers before connect(): await the method of each instead"])
        waiting = [(registering(self, name), name, handler) for name, handler in named.items()]
        for descriptor, handler in (handlers or {}).items():
            method: Any = self.serve if isinstance(descriptor, Call) else self.on
            waiting.append((partial(method, descriptor), repr(descriptor), handler))
        for register, name, handler in waiting:
            if not isasyncgenfunction(handler):
                check_async(handler, name)
            self._early.wait(register, handler)

    def missing_handlers(self) -> list[Topic[Any, Any, Any]]:
        """Return the topics of what the service receives that have no handler yet, in the order of its document.

        A subscription by text counts where it gets them. What it receives is in its document, or, for a class in code,
        in ``receives``.
        """
        return self._early.missing(self.receives, self._dispatcher.registrations)

    def undeclared(self, *descriptors: Topic[Any, Any, Any] | Call[Any, Any, Any, Any]) -> list[str]:
        """Return what this client publishes and subscribes to by text, and no descriptor declares, a line each.

        Declared is what ``descriptors`` are about, what the class ``sends`` and ``receives``, and what was used by its
        descriptor. Of more than 1000 topics that are published to, the others are not listed.
        """
        settings, client_id = self.settings, self.client_id
        known = topics_in((*descriptors, *self.sends, *self.receives))
        known += [writer.topic for writer in self._publisher.writers.by_id.values()] + self._early.topics()
        own = [health_topic(client_id), heartbeat_topic(client_id), OTHER_TOPICS, settings.dead_letter_topic or ""]
        by_text = self._early.by_text(self._dispatcher.registrations)
        return undeclared(list(self._core.stats.topics), by_text, known, own)

    async def publish_event(
        self,
        topic: str,
        event_type: str,
        data: Mapping[str, Any] | BaseModel,
        *,
        correlation_id: str | None = None,
        qos: int = 0,
        retain: bool = False,
    ) -> str:
        """Publish ``data`` in an envelope and return the envelope's id: ``correlation_id``, or a new one.

        Raises:
            TopicError: ``topic`` is not a valid topic name.
            EncodeError: ``data`` has no JSON form.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        self._core.require()
        check_topic(topic)
        _check_qos(qos)
        _check_object(event_type, data)
        message_id = correlation_id or new_id()
        payload = seal(event_type, dump(data), message_id=message_id, source=self.settings.source, ts=now())
        await self._publisher.send(Outgoing(topic=topic, payload=payload, qos=qos, retain=retain))
        return message_id

    async def publish_bytes(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        content_type: str | None = None,
        response_topic: str | None = None,
        correlation_data: bytes | None = None,
        expiry: int | None = None,
        user: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Publish bytes as they are, for what has no catalog; ``subscribe`` receives bytes.

        Args:
            topic: the topic name.
            payload: the bytes; none, with ``retain``, clear what is retained (MQTT 5, section 3.3.1.3).
            qos: 0, 1 or 2.
            retain: whether the broker keeps the message for later subscribers.
            content_type: see section 3.3.2.3.9, as for the others.
            response_topic: where a reply is expected.
            correlation_data: what a reply repeats.
            expiry: the message expiry interval in seconds.
            user: the user properties.

        Raises:
            TopicError: ``topic`` or ``response_topic`` is not a valid topic name.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
            PayloadTooLargeError: it is larger than the broker accepts.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        self._core.require()
        check_topic(topic)
        if response_topic is not None:
            check_topic(response_topic)
        _check_qos(qos)
        properties = Properties(
            content_type=content_type,
            response_topic=response_topic,
            correlation_data=correlation_data,
            expiry=expiry,
            user=tuple(user),
        )
        await self._publisher.send(Outgoing(topic, bytes(payload), qos, retain, properties))

    async def subscribe(
        self,
        topic: str,
        handler: RawHandler,
        qos: int = 0,
        *,
        on_error: OnError | None = None,
        concurrency: int = 1,
        no_local: bool = False,
        retained: Retained = "always",
        retain_as_published: bool = False,
    ) -> Subscription:
        """Call ``handler`` with the payload of every message that matches ``topic``, wildcards included.

        A handler with two parameters gets the topic too, one with three a ``RawMessage`` with the rest.

        A second call for the same topic replaces the handler. ``on_error`` is its error policy; without it the
        client's own policy applies. With ``concurrency`` above 1, up to that many messages are handled at once, in any
        order.

        With ``no_local`` the broker leaves out what this client itself publishes. ``retained`` says when it sends what
        it retains: ``always``, for a ``new`` subscription only, or ``never`` (MQTT 5, section 3.8.3.1). With
        ``retain_as_published`` each message has the RETAIN flag of its publisher, and what the broker retains may come
        twice where the filter has several handlers.

        Raises:
            TypeError: ``handler`` is not an ``async def``.
            TopicError: ``topic`` is not a valid topic filter.
            SubscribeNotSupportedError: an option of MQTT 5 over MQTT 3.1.1.
            ValueError: the filter has a subscription with other options; ``no_local`` of a shared one; ``concurrency``
                is below 1, or differs from that of the handler which is replaced.
        """
        check_async(handler, topic, arguments=(1, 2, 3))
        check_filter(topic)
        _check_qos(qos)
        options = SubscriptionOptions(
            no_local=no_local, retained=retained, retain_as_published=retain_as_published
        ).byte(topic, qos)
        work = RawWork(self._core, handler, topic).work()
        registrations = self._registrations
        registration = await registrations.replace(topic, options, work, on_error=on_error, concurrency=concurrency)
        return registrations.subscription(registration)

    async def unsubscribe(self, topic: str) -> None:
        """Remove the handler that ``subscribe`` registered for ``topic``; does nothing where there is none."""
        await self._registrations.remove_replaceable(topic)


def _check_qos(qos: int) -> None:
    if qos not in (0, 1, 2):
        raise ValueError(f"qos must be 0, 1 or 2, not {qos!r}")


def _check_object(event_type: str, data: object) -> None:
    if not isinstance(data, (Mapping, BaseModel)):
        raise TypeError(f"the data of {event_type} must be a mapping or a model, not {type(data).__name__}")
