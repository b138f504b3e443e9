"""The types of blocking handlers, and what makes a handler of the event loop of one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from topicwright.catalog.event import Cleared, Event, HandledH
from topicwright.catalog.topic import P, Q, R, T
from topicwright.client.signatures import check_arguments
from topicwright.mqtt.message import RawMessage
from topicwright.sync.handler_threads import HandlerThreads
from typing_extensions import TypeAliasType

Handler: TypeAlias = Callable[[Event[T, P, HandledH]], None]
"""A function that is called for each event, in a thread of the client's handlers."""
OnCleared: TypeAlias = Callable[[Cleared[P]], None]
"""A function that is called when a retained message is cleared."""
Responder = TypeAliasType("Responder", Callable[[Event[Q, P, HandledH]], R], type_params=(Q, R, P, HandledH))
"""A function that turns a request into its reply."""
RawHandler: TypeAlias = (
    Callable[[bytes], None] | Callable[[bytes, str], None] | Callable[[bytes, str, RawMessage], None]
)
"""A function that takes the payload; with a second parameter the topic; with a third all that the message has."""


def check_blocking(handler: object, what: str, *, arguments: tuple[int, ...] = (1,)) -> None:
    """Raise ``TypeError`` where ``handler`` is not a plain function that takes one of these numbers of arguments."""
    call: object = inspect.getattr_static(type(handler), "__call__", None)
    name = getattr(handler, "__qualname__", repr(handler))
    if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call) or not callable(handler):
        raise TypeError(f"the handler of {what} must be a plain function for a blocking client; {name} is not")
    check_arguments(handler, what, arguments)


def in_threads(
    threads: Callable[[], HandlerThreads],
    handler: Callable[..., object] | None,
    what: str,
    *,
    arguments: tuple[int, ...] = (1,),
) -> Any:
    """Return an ``async def`` that calls ``handler`` in one of the threads; None for None."""
    if handler is None:
        return None
    check_blocking(handler, what, arguments=arguments)

    @functools.wraps(handler)
    async def call(*args: object) -> object:
        return await threads().call(handler, *args)

    return cast("Any", call)
