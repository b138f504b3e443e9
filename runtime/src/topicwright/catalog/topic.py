"""Descriptors of the catalog: ``Topic``, ``Call``, and the defaults of their type parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypedDict, Unpack, cast, overload

from topicwright.catalog.descriptors import complete
from topicwright.errors import DescriptorError, ReplyError
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
# Those of a Topic whose constructor is given no parameters or no headers.
T1 = TypeVar("T1")
P1 = TypeVar("P1")
H1 = TypeVar("H1")

QoS: TypeAlias = Literal[0, 1, 2]
Wire: TypeAlias = Literal["tars", "cloudevents", "none"]


class TopicOptions(TypedDict, total=False):
    """The options of ``Topic`` that its types do not depend on; they are described there."""

    wire: Wire
    qos: QoS
    retain: bool
    expiry: int | None
    content_type: str
    correlation: str | None
    correlation_header: str | None
    former_types: tuple[str, ...]
    partition_key: str | None
    replay_window: int | None
    beside: Callable[[], tuple[Topic[Any, Any, Any], ...]] | None
    error: Any
    excludes: tuple[str, ...]
    lenient: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic(Generic[T, P, H]):
    """One message on one channel: ``Topic(address, event_type, model)``, or ``Topic(address, model)``.

    ``T`` is the payload (a pydantic model, or ``bytes`` for a payload that is not JSON), ``P`` the parameters of the
    address, ``H`` the headers, which travel as MQTT 5 user properties.

    Raises:
        DescriptorError: no message can have this; it says what to write.
    """

    address: str | None
    """With its parameters in braces; None if it is only known at run time (AsyncAPI ``address: null``)."""
    event_type: str = ""
    """Without it: the literal levels of the address, ``fleet.telemetry`` for ``fleet/{robot}/telemetry``."""
    model: type[T] = field(default=cast("Any", None))
    """The class of the payload: a pydantic model, ``dict``, ``list[int]``, ``bytes``, ``str``, a number."""
    _: KW_ONLY
    params: type[P] = field(default=cast("Any", NoParams))
    """A class with a field for each parameter; without it they are texts, and a ``dict`` of them is published."""
    headers: type[H] = field(default=cast("Any", NoHeaders))
    wire: Wire = "none"
    """The envelope around the payload."""
    qos: QoS = 1
    retain: bool = False
    expiry: int | None = None
    """Message expiry interval in seconds (MQTT 5, section 3.3.2.3.3)."""
    content_type: str = ""
    """Without it ``application/json``; for ``str``, a number and ``bool`` without an envelope ``text/plain``."""
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

    if TYPE_CHECKING:
        # What the class itself makes of its fields, but for what a checker infers where params or headers are absent.
        @overload
        def __init__(
            self: Topic[T1, NoParams, NoHeaders],
            address: str | None,
            event_type: str,
            model: type[T1],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: Topic[T1, P1, NoHeaders],
            address: str | None,
            event_type: str,
            model: type[T1],
            *,
            params: type[P1],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: Topic[T1, NoParams, H1],
            address: str | None,
            event_type: str,
            model: type[T1],
            *,
            headers: type[H1],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        @overload
        def __init__(
            self,
            address: str | None,
            event_type: str,
            model: type[T],
            *,
            params: type[P],
            headers: type[H],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        @overload
        def __init__(
            self: Topic[T1, Any, NoHeaders], address: str, model: type[T1], /, **options: Unpack[TopicOptions]
        ) -> None: ...
        @overload
        def __init__(
            self: Topic[T1, P1, NoHeaders],
            address: str,
            model: type[T1],
            /,
            *,
            params: type[P1],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        @overload
        def __init__(
            self,
            address: str,
            model: type[T],
            /,
            *,
            params: type[P] = ...,
            headers: type[H],
            **options: Unpack[TopicOptions],
        ) -> None: ...
        def __init__(self, *arguments: Any, **options: Any) -> None: ...

    def __post_init__(self) -> None:
        """Complete what was left out, and refuse what no message can have."""
        complete(self, NoParams)

    @override
    def __repr__(self) -> str:
        return f"Topic({self.event_type!r} on {self.address!r})"


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, R, P, H]):
    """A request and the topics of its replies, one for each type of reply.

    Raises:
        DescriptorError: it has no reply, or a part of it is no ``Topic``.
    """

    request: Topic[Q, P, H]
    replies: tuple[Topic[Any, Any, Any], ...]
    until: str | None = None
    """For a stream of replies: the payload field whose true value ends it."""
    reply_to: str | None = None
    """The payload field of the request that has the topic of its reply, inner fields after dots (AsyncAPI 3, Operation
    Reply Address Object); None if it is the response topic of MQTT 5, or the address of the reply."""
    reply_to_header: str | None = None
    """The user property of the request that has it."""

    if TYPE_CHECKING:

        @overload
        def __init__(
            self,
            request: Topic[Q, P, H],
            replies: Topic[R, Any, Any],
            until: str | None = None,
            reply_to: str | None = None,
            reply_to_header: str | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self,
            request: Topic[Q, P, H],
            replies: tuple[Topic[Any, Any, Any], ...],
            until: str | None = None,
            reply_to: str | None = None,
            reply_to_header: str | None = None,
        ) -> None: ...
        def __init__(self, *arguments: Any, **options: Any) -> None: ...

    def __post_init__(self) -> None:
        """Take one reply without a tuple around it, and refuse what is no request with replies."""
        if isinstance(self.replies, Topic):
            object.__setattr__(self, "replies", (self.replies,))
        topics: tuple[Any, ...] = (self.request, *self.replies)
        if not self.replies or not all(isinstance(topic, Topic) for topic in topics):
            raise DescriptorError("Call takes the Topic of the request and that of its reply, or a tuple of several")

    @override
    def __repr__(self) -> str:
        return f"Call({self.request.event_type!r}, {', '.join(repr(reply.event_type) for reply in self.replies)})"


Declared: TypeAlias = tuple[Topic[Any, Any, Any] | Call[Any, Any, Any, Any], ...]
"""What the class of a service declares that it sends or receives."""
