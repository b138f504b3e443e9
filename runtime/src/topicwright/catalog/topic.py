"""Descriptors of the catalog: ``Topic``, ``Call``, and the defaults of their type parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Any, Final, Generic, Literal, TypeAlias, cast

from topicwright.errors import ReplyError
from typing_extensions import TypeVar, override


class AnyValue(Enum):
    """The type of ``ANY``."""

    ANY = "+"


ANY: Final = AnyValue.ANY
"""Match every value of a topic parameter when subscribing (the ``+`` wildcard of MQTT 5, section 4.7.1.3)."""


@dataclass(frozen=True, slots=True)
class NoParams:
    """The parameters of a topic whose address has none."""


@dataclass(frozen=True, slots=True)
class NoHeaders:
    """The headers of a message that declares none."""


T = TypeVar("T")
P = TypeVar("P", default=NoParams)
H = TypeVar("H", default=NoHeaders)
Q = TypeVar("Q")
R = TypeVar("R")

QoS: TypeAlias = Literal[0, 1, 2]
Wire: TypeAlias = Literal["tars", "cloudevents", "none"]


@dataclass(frozen=True, slots=True)
class Topic(Generic[T, P, H]):
    """One message on one channel of the catalog.

    ``T`` is the payload (a model, or ``bytes`` for a payload that is not JSON), ``P`` the parameters of the
    address, ``H`` the headers, which travel as MQTT 5 user properties.
    """

    address: str | None
    """With its parameters in braces; None if it is only known at run time (AsyncAPI ``address: null``)."""
    event_type: str
    model: type[T]
    _: KW_ONLY
    params: type[P] = field(default=cast("Any", NoParams))
    headers: type[H] = field(default=cast("Any", NoHeaders))
    wire: Wire = "none"
    """The envelope around the payload."""
    qos: QoS = 1
    retain: bool = False
    expiry: int | None = None
    """Message expiry interval in seconds (MQTT 5, section 3.3.2.3.3)."""
    content_type: str = "application/json"
    correlation: str | None = None
    """The payload field that has the correlation id, inner fields after dots; None if it is the envelope's id, a header
    or MQTT 5 correlation data."""
    correlation_header: str | None = None
    """The user property that has the correlation id."""
    former_types: tuple[str, ...] = ()
    """Former event types of this message, which are still accepted."""
    partition_key: str | None = None
    """The payload field or parameter that orders messages; those with different values may be handled concurrently."""
    replay_window: int | None = None
    """How many acknowledged messages are published again after a reconnect; None for the client's setting."""
    beside: Callable[[], tuple[Topic[Any, Any, Any], ...]] | None = None
    """Returns the messages of its address in the order of the catalog, itself included, where nothing in a message
    names its event type; None where it is the only one."""
    error: type[ReplyError[T]] | None = None
    """For a reply that is an error: the exception that carries it on both sides."""
    excludes: tuple[str, ...] = ()
    """Addresses of other topics that the filter of this one matches too: a literal address wins."""
    lenient: tuple[str, ...] = ()
    """What readers understand beside what the payload allows: the names in ``x-lenient`` of message and document."""

    @override
    def __repr__(self) -> str:
        return f"Topic({self.event_type!r} on {self.address!r})"


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, R, P, H]):
    """A request and the topics of its replies, one for each type of reply."""

    request: Topic[Q, P, H]
    replies: tuple[Topic[Any, Any, Any], ...]
    until: str | None = None
    """For a stream of replies: the payload field whose true value ends it."""
    reply_to: str | None = None
    """The payload field of the request that has the topic of its reply, inner fields after dots (AsyncAPI 3, Operation
    Reply Address Object); None if it is the response topic of MQTT 5, or the address of the reply."""
    reply_to_header: str | None = None
    """The user property of the request that has it."""

    @override
    def __repr__(self) -> str:
        return f"Call({self.request.event_type!r}, {', '.join(repr(reply.event_type) for reply in self.replies)})"
