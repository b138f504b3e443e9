"""``Event``: a received message as a handler sees it, and the types of handlers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, cast

from topicwright.catalog.topic import NoHeaders, P, Q, R, T, Topic
from typing_extensions import TypeAliasType, TypeVar

T_co = TypeVar("T_co", covariant=True)
# An annotation without them accepts any: a handler need not name what it does not read, and it stays valid when its
# address gets parameters, or its message headers.
P_co = TypeVar("P_co", default=object, covariant=True)
H_co = TypeVar("H_co", default=object, covariant=True)
HandledH = TypeVar("HandledH", default=object)
RH_co = TypeVar("RH_co", default=NoHeaders, covariant=True)


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the requester expects the reply (MQTT 5, section 4.10)."""

    correlation_id: str
    """The id that the reply must carry."""
    topic: str | None = None
    """The response topic, or None if the catalog defines it."""
    correlation_data: bytes | None = None
    """The correlation data of the request, which the reply must carry; None where it has none."""


@dataclass(frozen=True, kw_only=True)
class Event(Generic[T_co, P_co, H_co]):
    """One message received from the broker, decoded and validated."""

    id: str
    """The envelope's id; for a bare payload its correlation id, or a new one made on receipt.

    Correlation data that are no UTF-8 are in it as ``\\x9f``; a publish with it as ``correlation_id`` has these bytes.
    """
    type: str
    """The event type of the catalog, also if the peer sent a former name of it."""
    source: str
    """The sender; empty for a bare payload."""
    ts: float
    """The time of sending, in unix seconds; for a bare payload the time of receipt."""
    topic: str
    """The topic it arrived on."""
    params: P_co
    headers: H_co
    data: T_co
    reply: ReplyTo | None = None
    """Set if the message requests a reply with MQTT 5 properties."""
    qos: int = 0
    """The QoS that it arrived with: at most that of the subscription."""
    retain: bool = False
    """Whether the broker had retained it and sent it because of a new subscription (MQTT 5, section 3.3.1.3).

    With ``retain_as_published`` it is the publisher's flag.
    """


@dataclass(frozen=True, kw_only=True)
class Cleared(Generic[P_co]):
    """The retained message of a topic was cleared: its payload was empty (MQTT 5, section 3.3.1.3)."""

    topic: str
    params: P_co


def make_event(**fields: Any) -> Event[Any, Any, Any]:
    """Return an event with these fields, three times as fast as the constructor of a frozen class."""
    event = object.__new__(cast("type[Event[Any, Any, Any]]", Event))  # fast path of Event.__init__
    object.__setattr__(event, "__dict__", fields)
    return event


@dataclass(frozen=True, slots=True)
class Reply(Generic[T_co, RH_co]):
    """What a responder returns in place of the payload alone: with headers, or as one of several replies."""

    data: T_co
    headers: RH_co | None = None
    """None for those that need no value."""
    topic: Topic[Any, Any, Any] | None = None
    """Which reply of the catalog it is; None for the first whose payload and headers have these classes."""


Handler: TypeAlias = Callable[[Event[T, P, HandledH]], Awaitable[None]]
"""An ``async def`` that is called for each event."""
OnCleared: TypeAlias = Callable[[Cleared[P]], Awaitable[None]]
"""An ``async def`` that is called when a retained message is cleared."""
Responder = TypeAliasType("Responder", Callable[[Event[Q, P, HandledH]], Awaitable[R]], type_params=(Q, R, P, HandledH))
"""An ``async def`` that turns a request into its reply."""
StreamResponder = TypeAliasType(
    "StreamResponder", Callable[[Event[Q, P, HandledH]], AsyncGenerator[R, None]], type_params=(Q, R, P, HandledH)
)
"""An ``async def`` with ``yield``: it turns a request into a stream of replies."""
