"""Events for the tests of handlers, and assertions about what was published."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

from topicwright.catalog.address import address_of
from topicwright.catalog.event import Event
from topicwright.catalog.factories import new_id, now
from topicwright.catalog.topic import H, P, T, Topic
from topicwright.codec.envelope import encoder
from topicwright.testing.memory_broker import MemoryBroker
from topicwright.testing.observing import ANYTHING, check_published


def event_of(topic: Topic[T, P, H], data: T, /, **params: object) -> Event[T, P, H]:
    """Return an event as a handler gets it, for a test that calls the handler itself.

    A parameter that is not given has its default, else the first value that it may have, else its own name. Other
    fields are those of a new message from ``test``; ``dataclasses.replace`` changes them.

    Raises:
        TypeError, EncodeError: ``data`` are not what the topic declares.
        TopicError: a parameter is unknown, or not allowed in a topic.
    """
    encoder(topic, "test")(data, "0")  # it refuses what could not be published
    address = address_of(topic)
    address.filter(params)  # it refuses unknown names
    made: Any = topic.params(**_with_defaults(topic, params))
    headers: Any = topic.headers()
    return Event(
        id=new_id(),
        type=topic.event_type,
        source="test",
        ts=now(),
        topic=address.topic(made),
        params=made,
        headers=headers,
        data=data,
        qos=topic.qos,
    )


def assert_published(
    broker: MemoryBroker, topic: Topic[T, P, H], data: T = ANYTHING, /, **params: object
) -> Event[T, P, H]:
    """Return the first event of ``topic`` that was published, with these data and parameters where they are given.

    Raises:
        AssertionError: there is none; it says what was published instead.
    """
    event: Event[T, P, H] = check_published(broker.messages, topic, data, params)
    return event


def _with_defaults(topic: Topic[Any, Any, Any], params: Mapping[str, object]) -> dict[str, object]:
    names = address_of(topic).names
    hints = get_type_hints(topic.params) if names else {}
    made = dict(params)
    for name in names:
        if name not in made and not _has_default(topic.params, name):
            made[name] = _first(hints[name], name)
    return made


def _has_default(params: type[Any], name: str) -> bool:
    try:
        default = inspect.signature(params).parameters[name].default
    except (KeyError, ValueError):
        return False
    return default is not inspect.Parameter.empty


def _first(hint: Any, name: str) -> object:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return 1 if hint in (int, float) else True if hint is bool else name
