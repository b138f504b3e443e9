"""Health, heartbeat and Last Will: a service reports that it runs, and the broker reports that it is gone."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from topicwright.catalog.factories import new_id, now
from topicwright.client.core import Core
from topicwright.client.publisher import Publisher
from topicwright.codec.envelope import seal
from topicwright.codec.json_writer import dump
from topicwright.errors import ConfigurationError, SubscribeRejectedError, TopicError, TopicwrightError
from topicwright.mqtt.limits import UNLIMITED
from topicwright.mqtt.message import Outgoing
from topicwright.mqtt.topic_filters import check_topic, shown
from topicwright.session.session import Session

log = logging.getLogger("topicwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWill:
    """The message that the broker publishes when a client is gone without DISCONNECT, as a catalog declares it."""

    topic: str
    """``{client_id}`` in it is the client's own."""
    message: str = ""
    qos: int = 0
    retain: bool = False

    def outgoing(self, client_id: str) -> Outgoing:
        """Return the message that CONNECT carries.

        Raises:
            ConfigurationError: the topic has another parameter than ``{client_id}``, or is no topic.
        """
        topic = self.topic.replace("{client_id}", client_id)
        if (left := PARAMETER.search(topic)) is not None:
            problem = f"only {{client_id}} has a value; {left[0]} has none"
            raise ConfigurationError([f"the Last Will on {self.topic!r}: {problem}: name the topic of this client"])
        try:
            check_topic(topic)
        except TopicError as error:
            raise ConfigurationError([f"the Last Will: {error}"]) from None
        return Outgoing(topic=topic, payload=self.message.encode(), qos=self.qos, retain=self.retain)


OnSubscriptionRefused = Callable[[SubscribeRejectedError], Awaitable[None]]

PARAMETER: Final = re.compile(r"\{[^{}]*\}")
HEALTH_TYPE: Final = "health.status"


def health_topic(client_id: str) -> str:
    """Return the topic of a client's health."""
    return f"system/health/{client_id}"


def heartbeat_topic(client_id: str) -> str:
    """Return the topic of a client's heartbeat."""
    return f"system/keepalive/{client_id}"


def health_data(ok: bool, event: str | None, err: str | None) -> dict[str, Any]:
    """Return a health payload; unknown values are absent, not null."""
    data: dict[str, Any] = {"message_id": new_id(), "ok": ok, "timestamp": now()}
    data.update({name: value for name, value in (("event", event), ("err", err)) if value is not None})
    return data


def heartbeat(client_id: str) -> Outgoing:
    """Return one heartbeat: bare, QoS 0, not retained."""
    payload = dump({"ok": True, "event": "heartbeat", "timestamp": now()})
    return Outgoing(topic=heartbeat_topic(client_id), payload=payload, qos=0)


def last_will(client_id: str, source: str) -> Outgoing:
    """Return the Last Will: published when the client is gone without DISCONNECT (MQTT 5, section 3.1.2.5)."""
    data = dump(health_data(False, "connection_lost", None))
    payload = seal(HEALTH_TYPE, data, message_id=new_id(), source=source, ts=now())
    return Outgoing(topic=health_topic(client_id), payload=payload, qos=1, retain=True)


class Health:
    """Publishes the health and the heartbeat of one client."""

    def __init__(self, core: Core, publisher: Publisher, will: Callable[[], LastWill | None]) -> None:
        """Take the function that returns the Last Will which the catalog declares."""
        self._core = core
        self._publisher = publisher
        self._will = will
        self._warned = False

    async def publish(self, ok: bool, event: str | None = None, err: str | None = None) -> None:
        """Publish the client's health, retained; does nothing where ``enable_health`` is off."""
        settings = self._core.settings
        if not settings.enable_health:
            return
        payload = seal(
            HEALTH_TYPE,
            dump(health_data(ok, event, err)),
            message_id=new_id(),
            source=settings.source,
            ts=now(),
        )
        limits = UNLIMITED if self._core.session is None else self._core.session.limits
        if not limits.retain and not self._warned:
            self._warned = True
            log.warning("the broker retains nothing: health is published, but whoever comes later does not see it")
        qos = min(1, limits.maximum_qos)
        message = Outgoing(topic=health_topic(settings.client_id), payload=payload, qos=qos, retain=limits.retain)
        await self._publisher.send(message, keep=False)  # the health of this process is not that of the next one

    async def beat(self, session: Session) -> None:
        """Publish heartbeats until cancelled."""
        settings = self._core.settings
        while True:
            if session.connected:
                await self._beat_once()
            await asyncio.sleep(settings.heartbeat_interval)

    async def _beat_once(self) -> None:
        try:
            await self._publisher.send(heartbeat(self._core.settings.client_id))
        except TopicwrightError as error:
            log.debug("no heartbeat: %s", error)
        except Exception:  # an observer's: the next heartbeat is published all the same
            log.exception("a heartbeat could not be published")

    def last_will(self) -> Outgoing | None:
        """Return the Last Will: a client has only one (MQTT 5, section 3.1.2.5), that of its health if it is on."""
        settings = self._core.settings
        declared = self._will()
        if not settings.enable_health:
            return None if declared is None else declared.outgoing(settings.client_id)
        will = last_will(settings.client_id, settings.source)
        if declared is not None and declared.topic != will.topic:
            log.warning(
                "health is on: the Last Will goes to %s, and not to %s as the catalog declares",
                will.topic,
                declared.topic,
            )
        return will


class PublishHealth(Protocol):
    """The client's own ``publish_health``."""

    def __call__(self, ok: bool, event: str, err: str = ..., /) -> Awaitable[None]:
        """Publish it."""
        ...


class Missing:
    """What is missing of the subscriptions of one client, and what of that was told."""

    def __init__(self, core: Core, publish_health: PublishHealth, refused: OnSubscriptionRefused | None) -> None:
        self._core = core
        self._publish_health = publish_health
        self._refused = refused
        self._told: set[str] = set()
        self._reconnected = False

    def reset(self) -> None:
        """Begin with a new session."""
        self._told, self._reconnected = set(), False

    def reconnected(self) -> None:
        """Publish health as soon as the subscriptions of the new connection are answered."""
        self._reconnected = True

    def look(self) -> None:
        """Tell what has changed."""
        changed = self.tell()
        if self._reconnected:
            self._reconnected = False
            self._core.background.start(self.publish_health("reconnected"))
        elif changed:
            self._core.background.start(self.publish_health("subscriptions"))

    def tell(self) -> bool:
        """Call the callback for each filter that is missing since the last time; return whether any has changed."""
        session = self._core.session
        errors = {} if session is None else {error.topic_filter: error for error in session.subscriptions.missing}
        new, changed = errors.keys() - self._told, errors.keys() != self._told
        self._told = set(errors)
        if self._refused is not None:
            for name in new:
                self._core.background.start(self._refused(errors[name]))
        return changed

    async def publish_health(self, event: str) -> None:
        """Publish the client's health: ``ok: false`` while a subscription is missing."""
        if self._told:
            problem = f"the broker refuses {len(self._told)} subscription(s), such as {shown(min(self._told))}"
            await self._publish_health(False, event, problem)
        else:
            await self._publish_health(True, event)
