"""``Event``: a received message as a handler sees it, and the types of handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, cast

from topicwright.catalog.topic import NoParams
from typing_extensions import TypeAliasType, TypeVar

Q = TypeVar("Q")
P = TypeVar("P", default=NoParams)
R = TypeVar("R")
T = TypeVar("T")

T_co = TypeVar("T_co", covariant=True)
P_co = TypeVar("P_co", default=NoParams, covariant=True)
# Who does not name the headers reads none: a handler keeps its type when its message gets some.
H_co = TypeVar("H_co", default=object, covariant=True)
HandledH = TypeVar("HandledH", default=object)


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the sender of a request wants the reply (MQTT 5, section 4.10)."""

    correlation_id: str
    """The id that the reply must carry."""
    topic: str | None = None
    """The response topic, or None where the catalog fixes it."""


@dataclass(frozen=True, kw_only=True)
class Event(Generic[T_co, P_co, H_co]):
    """One message received from the broker, decoded and validated."""

    id: str
    """The envelope's id; for a bare payload its correlation id, or a new one made on receipt."""
    type: str
    """The event type of the catalog, also where the peer wrote a former name of it."""
    source: str
    """Who sent it; empty for a bare payload."""
    ts: float
    """When it was sent, in unix seconds; for a bare payload when it was received."""
    topic: str
    """The topic it arrived on."""
    params: P_co
    headers: H_co
    data: T_co
    reply: ReplyTo | None = None
    """Set where the message asks for a reply by MQTT 5 properties."""


def make_event(**fields: Any) -> Event[Any, Any, Any]:
    """Return an event with these fields: for a frozen class three times as fast as its constructor."""
    event = object.__new__(cast("type[Event[Any, Any, Any]]", Event))
    object.__setattr__(event, "__dict__", fields)
    return event


Handler: TypeAlias = Callable[[Event[T, P, HandledH]], Awaitable[None]]
"""An ``async def`` that is called for each event."""
Responder = TypeAliasType("Responder", Callable[[Event[Q, P, HandledH]], Awaitable[R]], type_params=(Q, R, P, HandledH))
"""An ``async def`` that turns a request into its reply."""
