"""Handlers that are named before ``connect``, and what a client receives that nobody handles."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from topicwright.catalog.topic import Call, Declared, Topic
from topicwright.dispatch.handlers.registration import Registration
from topicwright.mqtt.levels import PLACEHOLDER, matcher
from topicwright.mqtt.topic_filters import includes, overlap

AnyTopic: TypeAlias = Topic[Any, Any, Any]
AnyHandler: TypeAlias = Callable[[Any], Any]
Registers: TypeAlias = Callable[[AnyHandler], Awaitable[object]]
ROOM: Final = 100
"""So many handlers are remembered before those that have been closed are forgotten."""
_TAKES: Final = ("handler", "responder")
"""The first parameter of the methods that register a handler."""


class EarlyHandlers:
    """The handlers of one client that wait for its connection, and the topics that have handlers."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Registers, AnyHandler]] = []
        self._typed: list[tuple[Registration, AnyTopic]] = []
        self._room = ROOM

    def wait(self, register: Registers, handler: AnyHandler) -> None:
        """Take a handler, and what registers it once there is a connection."""
        self._waiting.append((register, handler))

    async def register(self) -> None:
        """Register what waits."""
        while self._waiting:
            register, handler = self._waiting[0]
            await register(handler)
            self._waiting.pop(0)

    def registered(self, registration: Registration, topic: AnyTopic) -> None:
        """Remember which topic a handler is for."""
        self._typed.append((registration, topic))
        if len(self._typed) > self._room:  # seldom, so that many handlers cost no more each than few
            self._typed = [one for one in self._typed if not one[0].closed]
            self._room = max(ROOM, 2 * len(self._typed))

    def missing(self, receives: Declared, registrations: Iterable[Registration]) -> list[AnyTopic]:
        """Return the topics of what a service receives that have no handler; one by text counts where it matches."""
        typed = {id(registration): topic for registration, topic in self._typed if not registration.closing}
        handled = list(typed.values())
        raw = [one.topic_filter for one in registrations if id(one) not in typed and not one.inline]
        topics = dict.fromkeys(map(_request_of, receives))
        return [topic for topic in topics if topic not in handled and not any(_gets(name, topic) for name in raw)]

    def by_text(self, registrations: Iterable[Registration]) -> list[str]:
        """Return the filters that were subscribed to by text."""
        typed = {id(registration) for registration, _ in self._typed}
        return [one.topic_filter for one in registrations if id(one) not in typed and not one.inline]

    def topics(self) -> list[AnyTopic]:
        """Return the topics that have or had a handler."""
        return [topic for _, topic in self._typed]


def registering(client: object, name: str) -> Registers:
    """Return the method of a client that registers a handler, such as ``on_stt_final``.

    Raises:
        TypeError: it has none of this name.
    """
    kind = type(client)
    known = [other for other in dir(kind) if _registers(getattr(kind, other, None))]
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f": did you mean {near[0]}?" if near else ", which would be on_... or serve_..."
        raise TypeError(f"{kind.__name__} has no method {name} for a handler{hint}")
    method: Registers = getattr(client, name)
    return method


def _registers(method: object) -> bool:
    if not inspect.isfunction(method) or method.__name__ in ("on", "serve", "subscribe", "answer_stream"):
        return False
    parameters = list(inspect.signature(method).parameters)
    return len(parameters) > 1 and parameters[1] in _TAKES


def undeclared(
    published: Iterable[str], subscribed: Iterable[str], declared: Iterable[AnyTopic], own: Iterable[str]
) -> list[str]:
    """Return what is used by text and no descriptor declares, a line each; ``own`` topics are the client's."""
    addresses = {topic.address for topic in declared if topic.address is not None}
    reads, filters = [matcher(address) for address in addresses], [_filter_of(address) for address in addresses]
    known = addresses.union(own)
    lines = [
        f"publishes {topic}"
        for topic in published
        if topic not in known and not any(read(topic) is not None for read in reads)
    ]
    lines += [f"subscribes to {name}" for name in subscribed if not any(includes(wide, name) for wide in filters)]
    return sorted(set(lines))


def topics_in(descriptors: Iterable[AnyTopic | Call[Any, Any, Any, Any]]) -> list[AnyTopic]:
    """Return the topics of descriptors, with the replies of calls."""
    found: list[AnyTopic] = []
    for one in descriptors:
        found += [one.request, *one.replies] if isinstance(one, Call) else [one]
    return found


def _request_of(descriptor: AnyTopic | Call[Any, Any, Any, Any]) -> AnyTopic:
    return descriptor.request if isinstance(descriptor, Call) else descriptor


def _filter_of(address: str) -> str:
    return "/".join("+" if PLACEHOLDER.search(level) else level for level in address.split("/"))


def _gets(topic_filter: str, topic: AnyTopic) -> bool:
    """Return whether a handler by text gets something of what is published to an address."""
    return topic.address is not None and overlap(topic_filter, _filter_of(topic.address))
