"""Calls of a service's handlers: with typed events, or with payload and topic; inside an observer, if there is one."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast

from topicwright.catalog.event import Cleared, Handler, OnCleared
from topicwright.client.core import Core
from topicwright.codec.decoder import too_large
from topicwright.codec.event_reader import Clearing, EventReader
from topicwright.dispatch.handlers.registration import Work
from topicwright.mqtt.message import Incoming, RawMessage
from topicwright.telemetry.observer import Received

RawHandler: TypeAlias = (
    Callable[[bytes], Awaitable[None]]
    | Callable[[bytes, str], Awaitable[None]]
    | Callable[[bytes, str, RawMessage], Awaitable[None]]
)
"""An ``async def`` that takes the payload; with a second parameter the topic; with a third all that the message has."""


class EventWork:
    """Gives a handler the events that a reader makes of messages."""

    __slots__ = ("_cleared", "_clears", "_core", "_handler", "_read", "_reader")

    def __init__(
        self,
        core: Core,
        handler: Handler[Any, Any, Any],
        reader: EventReader[Any, Any, Any],
        cleared: OnCleared[Any] | None = None,
        *,
        clears: bool = True,
    ) -> None:
        """Take what is called when a retained message is cleared, and whether an empty message does that here."""
        self._core = core
        self._clears = clears
        self._cleared = cleared
        self._handler = handler
        self._reader = reader
        self._read = reader.read

    def work(self) -> Work:
        """Return the function that the dispatcher calls."""
        return self._call if self._core.observer is None else self._observed

    def _call(self, incoming: Incoming) -> Awaitable[None]:
        # fast path of _observed
        try:
            event = self._read(incoming)
        except Clearing as clearing:
            if not self._clears:
                raise
            return self._tell(clearing.cleared)
        return self._handler(event)

    async def _tell(self, cleared: Cleared[Any]) -> None:
        self._core.stats.cleared += 1
        if self._cleared is not None:
            await self._cleared(cleared)

    async def _observed(self, incoming: Incoming) -> None:
        try:
            event, observer = self._read(incoming), self._core.observer
        except Clearing as clearing:
            if not self._clears:
                raise
            await self._tell(clearing.cleared)
            return
        assert observer is not None
        received = Received(self._core.settings, incoming, self._reader.topic.address or "", event.id)
        with observer.handling(received):
            await self._handler(event)


class RawWork:
    """Gives a handler as much of a message as it has parameters."""

    __slots__ = ("_call", "_core", "_takes", "_topic_filter")

    def __init__(self, core: Core, handler: RawHandler, topic_filter: str) -> None:
        self._core = core
        self._call = cast("Callable[..., Awaitable[None]]", handler)
        self._takes = _taken(handler)
        self._topic_filter = topic_filter

    def work(self) -> Work:
        """Return the function that the dispatcher calls."""
        return self._plain if self._core.observer is None else self._observed

    def _plain(self, incoming: Incoming) -> Awaitable[None]:
        if incoming.too_large:
            raise too_large(incoming)
        if self._takes == 1:
            return self._call(incoming.payload)
        if self._takes == 2:
            return self._call(incoming.payload, incoming.topic)
        return self._call(incoming.payload, incoming.topic, _raw(incoming))

    async def _observed(self, incoming: Incoming) -> None:
        if incoming.too_large:
            raise too_large(incoming)
        observer = self._core.observer
        assert observer is not None
        with observer.handling(Received(self._core.settings, incoming, self._topic_filter)):
            await self._plain(incoming)


def _taken(handler: RawHandler) -> int:
    """Return how many arguments a handler gets: one for each parameter without a default; for ``*args`` two."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(handler).parameters.values()
    positional = [item for item in parameters if item.kind in kinds and item.default is item.empty]
    least = 2 if any(item.kind is item.VAR_POSITIONAL for item in parameters) else 1
    return max(least, len(positional))


def _raw(incoming: Incoming) -> RawMessage:
    return RawMessage(
        topic=incoming.topic,
        payload=incoming.payload,
        qos=incoming.qos,
        retain=incoming.retain,
        properties=incoming.properties,
    )
