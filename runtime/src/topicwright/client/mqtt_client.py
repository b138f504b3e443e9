"""``MQTTClient``: the API of the migration guide, by topic and event type, without a catalog."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, cast

from pydantic import BaseModel
from topicwright.catalog.factories import new_id, now
from topicwright.client.signatures import check_async
from topicwright.client.typed_client import TypedClient
from topicwright.codec.envelope import seal
from topicwright.codec.json_writer import dump
from topicwright.dispatch.handlers.on_error import OnError
from topicwright.dispatch.handlers.partition import apart
from topicwright.dispatch.handlers.registration import Entry, Work
from topicwright.mqtt.message import Incoming, Outgoing
from topicwright.mqtt.topic_filters import check_filter, check_topic
from topicwright.telemetry.observer import Received

RawHandler: TypeAlias = Callable[[bytes], Awaitable[None]] | Callable[[bytes, str], Awaitable[None]]
"""An ``async def`` that takes the payload, and the topic too if it has a second parameter."""


def _takes_topic(handler: RawHandler) -> bool:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(handler).parameters.values()
    positional = [item for item in parameters if item.kind in kinds and item.default is item.empty]
    return len(positional) > 1 or any(item.kind is item.VAR_POSITIONAL for item in parameters)


def _check_object(event_type: str, data: object) -> None:
    if not isinstance(data, (Mapping, BaseModel)):
        raise TypeError(f"the data of {event_type} must be a mapping or a model, not {type(data).__name__}")


def _check_concurrency(entry: Entry, asked: int) -> None:
    if asked != entry.concurrency:
        text = f"the handler of {entry.topic_filter} has a concurrency of {entry.concurrency}: unsubscribe it first"
        raise ValueError(text)


class MQTTClient(TypedClient):
    """A client for one MQTT broker: typed by the methods of generated subclasses, untyped by its own.

    Use it as ``async with MQTTClient.from_env() as client:``.
    """

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
            TopicError: ``topic`` is not one that can be published to.
            EncodeError: ``data`` has no JSON form.
            NotConnectedError: before ``connect`` or after ``shutdown``.
        """
        self._require()
        check_topic(topic)
        if qos not in (0, 1, 2):
            raise ValueError(f"qos must be 0, 1 or 2, not {qos!r}")
        _check_object(event_type, data)
        message_id = correlation_id or new_id()
        payload = seal(event_type, dump(data), message_id=message_id, source=self.settings.source, ts=now())
        await self._send(Outgoing(topic=topic, payload=payload, qos=qos, retain=retain))
        return message_id

    async def subscribe(
        self,
        topic: str,
        handler: RawHandler,
        qos: int = 0,
        *,
        on_error: OnError | None = None,
        concurrency: int = 1,
    ) -> None:
        """Call ``handler`` with the payload of every message that matches ``topic``, wildcards included.

        A second call for the same topic replaces the handler. ``on_error`` says what becomes of a message that
        ``handler`` fails on; without it the client's own policy counts. With ``concurrency`` above 1 so many messages
        are handled at once, in any order.

        Raises:
            TypeError: ``handler`` is not an ``async def``.
            TopicError: ``topic`` is not a valid topic filter.
            ValueError: ``concurrency`` is below 1, or not that of the handler which is replaced.
        """
        check_async(handler, topic, arguments=(1, 2))
        check_filter(topic)
        call = cast("Callable[..., Awaitable[None]]", handler)
        with_topic = _takes_topic(handler)

        def work(delivery: Incoming) -> Awaitable[None]:
            arguments = (delivery.payload, delivery.topic) if with_topic else (delivery.payload,)
            if self._observer is None:
                return call(*arguments)
            return self._observed(Received(self.settings, delivery, topic), call, *arguments)

        async with self._turn(topic):
            old = self._raw.get(topic)
            if old is None or old.closed:
                self._raw[topic], _ = await self._register(
                    topic, qos, work, on_error=on_error, concurrency=concurrency, key=apart
                )
            else:
                _check_concurrency(old, concurrency)
                old.on_error = on_error or self._on_error
                await self._replace(old, qos, work)

    def _turn(self, topic: str) -> asyncio.Lock:
        """Return what makes changes of one topic's handler wait for each other, so that the last one counts."""
        return self._turns.setdefault((asyncio.get_running_loop(), topic), asyncio.Lock())

    async def _replace(self, entry: Entry, qos: int, work: Work) -> None:
        """Give what waits for the old handler to the new one, and let the broker send retained messages again."""
        before, entry.work = entry.work, work
        self._dispatcher.forget_seen(entry)
        try:
            await self._require().subscribe(entry.topic_filter, qos)
        except BaseException:
            entry.work = before
            raise

    async def unsubscribe(self, topic: str) -> None:
        """Take away what ``subscribe`` registered for ``topic``; does nothing where there is none."""
        async with self._turn(topic):
            entry = self._raw.pop(topic, None)
            if entry is not None:
                await self._unregister(entry)
