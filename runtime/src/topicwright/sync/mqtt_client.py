"""``MQTTClient``, blocking: by topic and event type, without a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from topicwright.catalog.topic import Call, Topic
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.mqtt.subscription_options import Retained
from topicwright.sync.handlers import RawHandler, in_threads
from topicwright.sync.subscription import Subscription
from topicwright.sync.typed_client import TypedClient


class MQTTClient(TypedClient):
    """A blocking client for one MQTT broker; each method is that of ``topicwright.MQTTClient``.

    Use it as ``with MQTTClient.from_env() as client:``. Make it after a process has forked, not before.
    """

    def missing_handlers(self) -> list[Topic[Any, Any, Any]]:
        """Return the topics of what the service receives that have no handler yet; see ``topicwright.MQTTClient``."""
        return self._client.missing_handlers()

    def undeclared(self, *descriptors: Topic[Any, Any, Any] | Call[Any, Any, Any, Any]) -> list[str]:
        """Return what is published and subscribed to by text, and no descriptor declares, a line each."""
        return self._client.undeclared(*descriptors)

    def publish_event(
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
        publish = self._client.publish_event
        return self._call(publish, topic, event_type, data, correlation_id=correlation_id, qos=qos, retain=retain)

    def publish_bytes(
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

        Raises:
            TopicError: ``topic`` or ``response_topic`` is not a valid topic name.
            PublishRejectedError: the broker refused it.
            PublishTimeoutError: the broker did not acknowledge it in time.
            PayloadTooLargeError: it is larger than the broker accepts.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        self._call(
            self._client.publish_bytes,
            topic,
            payload,
            qos=qos,
            retain=retain,
            content_type=content_type,
            response_topic=response_topic,
            correlation_data=correlation_data,
            expiry=expiry,
            user=user,
        )

    def subscribe(
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
        """Call ``handler`` with the payload of every message that matches ``topic``, in a thread of handlers.

        Raises:
            TypeError: ``handler`` is an ``async def``.
            TopicError: ``topic`` is not a valid topic filter.
            ValueError: see ``topicwright.MQTTClient.subscribe``.
        """
        work = in_threads(self._pool, handler, topic, arguments=(1, 2, 3))
        return self._subscription(
            self._call(
                self._client.subscribe,
                topic,
                work,
                qos,
                on_error=on_error,
                concurrency=concurrency,
                no_local=no_local,
                retained=retained,
                retain_as_published=retain_as_published,
            )
        )

    def unsubscribe(self, topic: str) -> None:
        """Remove the handler that ``subscribe`` registered for ``topic``; does nothing where there is none."""
        self._call(self._client.unsubscribe, topic)
