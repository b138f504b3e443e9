"""The subscriptions of a requester to the topics of its replies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from topicwright.catalog.topic import Topic
from topicwright.client.registrations import Registrations
from topicwright.dispatch.handlers.registration import Registration
from topicwright.mqtt.message import Incoming

MAX_IDLE: Final = 256
"""At most this many subscriptions to replies are kept that no request waits for: the oldest ones are given up."""


class Place(NamedTuple):
    """A reply topic of the catalog, and the filter that its replies are expected on."""

    topic: Topic[Any, Any, Any]
    topic_filter: str


class _Listener:
    """One subscription, and how many requests wait for it."""

    def __init__(self, made: asyncio.Task[Registration]) -> None:
        self.made = made
        self.users = 0

    @property
    def failed(self) -> bool:
        """Whether it could not be made."""
        return self.made.done() and (self.made.cancelled() or self.made.exception() is not None)

    @property
    def ready(self) -> bool:
        """Whether the broker has granted it."""
        return self.made.done() and not self.failed


class Listening:
    """Subscribes to the topics of replies: once, and for as long as they are used."""

    def __init__(
        self,
        registrations: Registrations,
        reader: Callable[[Topic[Any, Any, Any]], Callable[[Incoming], None]],
        give_up: Callable[[Registration], None],
    ) -> None:
        """Take functions that make the reader of a topic, and that start to end a subscription."""
        self._registrations = registrations
        self._reader = reader
        self._give_up = give_up
        self._listeners: dict[Place, _Listener] = {}
        """Those that were used last are last."""

    def hold(self, places: Sequence[Place]) -> bool:
        """Keep the subscriptions to some places until ``release``; return whether all of them are there already."""
        ready = True
        for place in places:
            listener = self._listeners.pop(place, None)
            if listener is None or listener.failed:
                listener = _Listener(asyncio.ensure_future(self._subscribe(place)))
            self._listeners[place] = listener
            listener.users += 1
            ready = ready and listener.ready
        return ready

    async def wait(self, places: Sequence[Place]) -> None:
        """Wait until the broker has granted the subscriptions.

        Raises:
            SubscribeRejectedError: it refused one.
        """
        for place in places:
            listener = self._listeners[place]
            if not listener.ready:
                await asyncio.shield(listener.made)

    def release(self, places: Sequence[Place]) -> None:
        """Stop keeping some subscriptions; those that are needed again soon are there still."""
        for place in places:
            listener = self._listeners.get(place)
            if listener is not None:
                listener.users = max(0, listener.users - 1)
        if len(self._listeners) > MAX_IDLE:
            idle = [place for place, listener in self._listeners.items() if not listener.users and listener.made.done()]
            for place in idle[: len(self._listeners) - MAX_IDLE]:
                listener = self._listeners.pop(place)
                if listener.ready:
                    self._give_up(listener.made.result())

    async def _subscribe(self, place: Place) -> Registration:
        reader = self._reader(place.topic)
        return await self._registrations.add(place.topic_filter, place.topic.qos, reader, inline=True)

    def abandon(self) -> None:
        """Forget subscriptions that were being made in an event loop that has ended."""
        self._listeners = {place: listener for place, listener in self._listeners.items() if listener.made.done()}
