"""Subscriptions that the broker refuses are told to the program: by a callback, and by the client's health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from topicwright.client.core import Core
from topicwright.errors import SubscribeRejectedError
from topicwright.mqtt.topic_filters import shown

OnSubscriptionRefused = Callable[[SubscribeRejectedError], Awaitable[None]]


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
