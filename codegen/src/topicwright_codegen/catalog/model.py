"""The catalog: every final name, type and docstring. The renderer needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.asyncapi.model import TopicKey, Will
from topicwright_codegen.documents.node import Node
from topicwright_codegen.schemas.types import SHARED, Symbol, Type
from topicwright_codegen.topic_filters import BROKER, has_wildcard

Verb: TypeAlias = Literal["publish", "clear", "on", "request", "ask", "stream", "serve"]
"""An action of a client with an event; the names of its methods begin with it."""
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A topic parameter."""

    name: str
    enum: tuple[str, ...]
    default: str | None
    doc: str
    component: str
    """Its key among the components; empty where it is none."""
    type: Symbol | None = None
    """Its named type; None where it takes any text."""


@dataclass(frozen=True, slots=True, eq=False)
class ParameterType:
    """The type of a topic parameter that has a list of values."""

    symbol: Symbol
    enum: tuple[str, ...]
    doc: str


@dataclass(frozen=True, slots=True, eq=False)
class ParamsClass:
    """The parameters of addresses that have equal ones."""

    symbol: Symbol
    params: tuple[Parameter, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """One message on one channel."""

    key: TopicKey
    suffix: str
    """The part of method names after the verb."""
    constant: str
    domain: str
    address: str | None
    event_type: str
    payload: Type | None
    """None for bytes."""
    headers: Type | None
    headers_required: bool
    params: tuple[Parameter, ...]
    params_name: str
    """What its parameters are called: their class, or an alias where other events have equal ones; empty for none."""
    params_class: Symbol | None
    """The class of its parameters."""
    event_alias: str
    """The name of its type of event; empty where nobody can receive it."""
    wire: str
    qos: int
    retain: bool
    expiry: int | None
    content_type: str
    correlation: str | None
    """The payload field of the correlation id, inner ones after dots."""
    correlation_header: str | None
    former_types: tuple[str, ...]
    partition_key: str | None
    """The parameter, or the payload field, within whose values order counts."""
    replay_window: int | None
    beside: tuple[str, ...]
    """The descriptors of all messages of its address, where nothing in a message names its event type."""
    error_class: str
    """The exception that carries it, where it is a reply that is an error; else empty."""
    excludes: tuple[str, ...]
    """Literal addresses of other channels that the filter of this one matches too; it does not get their messages."""
    lenient: tuple[str, ...]
    """What its readers understand beside what its payload allows."""
    doc: str
    deprecation: Deprecation | None
    """The deprecation of the message or its channel."""
    sending: Deprecation | None
    """The same, or that of all operations that send it."""
    receiving: Deprecation | None
    """The same, or that of all operations that receive it."""
    publishers: tuple[str, ...]
    subscribers: tuple[str, ...]
    node: Node
    channel: Node
    channel_id: str

    @property
    def deprecated(self) -> bool:
        """Whether it is deprecated."""
        return self.deprecation is not None

    @property
    def receivable(self) -> bool:
        """Whether its topics are known before the program runs."""
        return self.address is not None

    @property
    def tells_clearing(self) -> bool:
        """Whether an empty message on it is no event, and tells that what was retained is cleared."""
        return self.retain and self.payload is not None

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The verbs of its methods, beside those of the calls that it is the request of."""
        possible: dict[Verb, bool] = {
            "publish": self.sendable,
            "clear": self.sendable and self.retain,
            "on": self.receivable,
        }
        return tuple(verb for verb, is_possible in possible.items() if is_possible)

    def method(self, verb: Verb) -> str:
        """Return the name of a method."""
        return f"{verb}_{self.suffix}"

    def deprecation_of(self, verb: Verb) -> Deprecation | None:
        """Return the deprecation of a method: that of the senders, or of the receivers."""
        return self.receiving if verb in ("on", "serve") else self.sending

    @property
    def sendable(self) -> bool:
        """Whether it can be published: an address with a wildcard is only for subscribers, and so is the broker's."""
        return self.address is not None and not has_wildcard(self.address) and not self.address.startswith(BROKER)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A request and its replies."""

    constant: str
    domain: str
    request: Topic
    replies: tuple[Topic, ...]
    until: str | None
    reply_to: str | None
    """The payload field of the request that has the topic of its reply, inner ones after dots."""
    reply_to_header: str | None
    node: Node

    @property
    def is_plain(self) -> bool:
        """Whether the payload says everything of a reply: none has headers, and no two have one payload."""
        payloads = [topic.payload for topic in self.results]
        return len(set(payloads)) == len(payloads) and all(topic.headers is None for topic in self.results)

    @property
    def results(self) -> tuple[Topic, ...]:
        """The replies that are no errors."""
        return tuple(topic for topic in self.replies if not topic.error_class)

    @property
    def errors(self) -> tuple[Topic, ...]:
        """The replies that are errors."""
        return tuple(topic for topic in self.replies if topic.error_class)

    @property
    def streams(self) -> bool:
        """Whether the reply is a stream."""
        return self.until is not None

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The verbs of its methods."""
        if self.streams:
            return ("stream",) if self.request.sendable else ()
        if not self.request.sendable:
            return ("serve",)
        return ("request", "serve") if self.is_plain else ("request", "ask", "serve")

    def method(self, verb: Verb) -> str:
        """Return the name of a method."""
        return self.request.method(verb)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """One folder of the generated package."""

    name: str
    class_name: str
    origin: str
    """The file that it comes from, for the header."""
    doc: str
    topics: tuple[Topic, ...] = ()
    calls: tuple[Call, ...] = ()
    types: tuple[Type, ...] = ()
    params: tuple[ParamsClass, ...] = ()
    parameter_types: tuple[ParameterType, ...] = ()
    definitions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The schemas that judge its payloads, with all that they refer to, by their names."""

    @property
    def modules(self) -> list[str]:
        """The modules of its folder."""
        contents = {"models": self.types, "params": self.shared_parameters, "topics": self.topics or self.calls}
        return [name for name, content in contents.items() if content]

    @property
    def parameter_symbols(self) -> list[Symbol]:
        """The classes of parameters, and the types of parameters."""
        return [*(one.symbol for one in self.params), *(one.symbol for one in self.parameter_types)]

    @property
    def shared_parameters(self) -> bool:
        """Whether it has parameters that several domains use, in a module of their own."""
        return self.name == SHARED and bool(self.params or self.parameter_types)

    @property
    def paths(self) -> list[str]:
        """The files of its folder."""
        judges = ["schemas"] if self.definitions else []
        return [f"{self.name}/{module}.py" for module in (*self.modules, *judges, "__init__")]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A service, with its topics and calls."""

    name: str
    """As people write it: the stem of its file."""
    module: str
    class_name: str
    origin: str
    doc: str
    publishes: tuple[Topic, ...]
    receives: tuple[Topic, ...]
    requests: tuple[Call, ...]
    serves: tuple[Call, ...]
    asked: tuple[tuple[str, int], ...] = ()
    """The settings that its document requests."""
    will: Will | None = None
    """The Last Will that its document requests."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Everything that is generated."""

    package: str
    client: str
    title: str
    origin: str
    domains: tuple[Domain, ...]
    services: tuple[Service, ...]
    types: tuple[Type, ...]
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    blocking: bool = False
    """Whether blocking clients are generated too."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of all domains."""
        return tuple(topic for domain in self.domains for topic in domain.topics)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of all domains."""
        return tuple(call for domain in self.domains for call in domain.calls)

    @property
    def types_by_number(self) -> dict[int, Type]:
        """The types by the numbers that references have."""
        return {type_.number: type_ for type_ in self.types}
