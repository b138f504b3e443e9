"""Text for the template of ``topics.py``: descriptors, and the classes of topic parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topicwright_codegen.catalog.model import Call, Parameter, ParameterType, ParamsClass, Service, Topic
from topicwright_codegen.render.imports import Scope
from topicwright_codegen.render.literals import code

_LISTED = 3
"""How many addresses a docstring has."""


@dataclass(frozen=True, slots=True)
class ParamsText:
    """The dataclass of the parameters of an address, and of others with equal ones."""

    name: str
    address: str
    """One or more, as text."""
    fields: tuple[tuple[str, str], ...]
    """Line and docstring of each."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The exception of a reply that is an error."""

    name: str
    base: str
    doc: str


@dataclass(frozen=True, slots=True)
class ConstantText:
    """A descriptor."""

    name: str
    type: str
    value: str
    doc: str


@dataclass(frozen=True, slots=True)
class TopicWriter:
    """Writes descriptors in the names of one file."""

    package: str
    scope: Scope

    def parameter(self, type_: ParameterType) -> ConstantText:
        """Return the type of a parameter."""
        value = f"{self.scope.use('typing', 'Literal')}[{', '.join(map(repr, type_.enum))}]"
        return self._alias(type_.symbol.name, value, type_.doc)

    def params(self, class_: ParamsClass) -> ParamsText:
        """Return a class of parameters."""
        self.scope.use("dataclasses", "dataclass")
        fields = tuple((f"{param.name}: {parameter_type(param, self.scope)}", param.doc) for param in class_.params)
        return ParamsText(class_.symbol.name, _enumerated(class_.addresses), fields)

    def aliases(self, topic: Topic) -> Iterator[ConstantText]:
        """Yield the names of a topic's types: of its events, and of its parameters where others have equal ones."""
        if topic.event_alias:
            event = self.scope.runtime("Event")
            yield self._alias(topic.event_alias, f"{event}[{self._types(topic, [model_of(topic, self.scope)])}]")
        if topic.params_class is not None and topic.params_class.name != topic.params_name:
            yield self._alias(topic.params_name, params_of(topic, self.scope))

    def _alias(self, name: str, value: str, doc: str = "") -> ConstantText:
        return ConstantText(name, self.scope.use("typing", "TypeAlias"), value, doc)

    def error(self, topic: Topic) -> ErrorText:
        """Return the exception of a reply that is an error."""
        base = f"{self.scope.runtime('ReplyError')}[{model_of(topic, self.scope)}]"
        return ErrorText(topic.error_class, base, f"A responder answers with {code(topic.event_type)}.")

    def constant(self, topic: Topic) -> ConstantText:
        """Return the descriptor of a topic."""
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Topic")
        arguments = self._arguments(topic)
        model = model_of(topic, self.scope)
        value = ", ".join([repr(topic.address), repr(topic.event_type), model, *arguments])
        type_ = f"{final}[{name}[{self._types(topic, [model])}]]"
        return ConstantText(topic.constant, type_, f"{name}({value})", topic.doc)

    def _arguments(self, topic: Topic) -> list[str]:
        """Return the arguments of a descriptor that have a name, without those that equal the runtime's default."""
        classes = (
            ("params", params_of(topic, self.scope)),
            ("headers", headers_of(topic, self.scope) if topic.headers else ""),
            ("error", topic.error_class),
        )
        values = (
            ("wire", topic.wire, "none"),
            ("qos", topic.qos, 1),
            ("retain", topic.retain, False),
            ("expiry", topic.expiry, None),
            ("content_type", topic.content_type, "application/json"),
            ("correlation", topic.correlation, None),
            ("correlation_header", topic.correlation_header, None),
            ("former_types", topic.former_types, ()),
            ("partition_key", topic.partition_key, None),
            ("replay_window", topic.replay_window, None),
            ("excludes", topic.excludes, ()),
            ("lenient", topic.lenient, ()),
        )
        arguments = [f"{name}={class_}" for name, class_ in classes if class_]
        arguments += [f"{name}={value!r}" for name, value, default in values if value != default]
        return [*arguments, f"beside=lambda: ({', '.join(topic.beside)})"] if topic.beside else arguments

    def call(self, call: Call) -> ConstantText:
        """Return the descriptor of a call."""
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Call")
        types = self._types(call.request, [model_of(call.request, self.scope), reply_of(call, self.scope)])
        replies = "".join(f"{self._constant(reply)}, " for reply in call.replies)
        until = "" if call.until is None else f", until={call.until!r}"
        places = (("reply_to", call.reply_to), ("reply_to_header", call.reply_to_header))
        more = until + "".join(f", {key}={value!r}" for key, value in places if value is not None)
        value = f"{name}({self._constant(call.request)}, ({replies}){more})"
        return ConstantText(call.constant, f"{final}[{name}[{types}]]", value, "")

    def _constant(self, topic: Topic) -> str:
        return self.scope.use(f"{self.package}.{topic.domain}.topics", topic.constant, private=True)

    def _types(self, topic: Topic, first: list[str]) -> str:
        """Return type arguments, without those that the runtime adds by itself."""
        params = params_of(topic, self.scope)
        if topic.headers:
            return ", ".join([*first, params or self.scope.runtime("NoParams"), headers_of(topic, self.scope)])
        return ", ".join([*first, params] if params else first)


def _enumerated(addresses: Sequence[str]) -> str:
    """Return addresses as text, of many the first ones; the first and the last quotes are those of the template."""
    rest = len(addresses) - _LISTED
    return "``, ``".join(addresses[:_LISTED]) + (f"`` and ``{rest} more" if rest > 0 else "")


def model_of(topic: Topic, scope: Scope) -> str:
    """Return the name of a topic's payload type."""
    symbol = topic.payload.symbol if topic.payload else None
    return scope.use(symbol.module, symbol.name) if symbol else "bytes"


def headers_of(topic: Topic, scope: Scope) -> str:
    """Return the name of a topic's headers."""
    symbol = topic.headers.symbol if topic.headers else None
    return scope.use(symbol.module, symbol.name) if symbol else scope.runtime("NoHeaders")


def params_of(topic: Topic, scope: Scope) -> str:
    """Return the name of the class of a topic's parameters; empty for none."""
    symbol = topic.params_class
    return "" if symbol is None else scope.use(symbol.module, symbol.name)


def reply_of(call: Call, scope: Scope) -> str:
    """Return the type of the reply to a call."""
    return " | ".join(dict.fromkeys(model_of(reply, scope) for reply in call.results))


def responses_of(call: Call, scope: Scope) -> str:
    """Return the type of what a responder returns: payloads, and replies with headers or of a chosen event type."""
    types: list[str] = []
    for reply in call.results:
        model = model_of(reply, scope)
        same = [other for other in call.results if other.payload is reply.payload]
        if not same[0].headers_required:
            types.append(model)
        if reply.headers is not None:
            types.append(f"{scope.runtime('Reply')}[{model}, {headers_of(reply, scope)}]")
        elif len(same) > 1:
            types.append(f"{scope.runtime('Reply')}[{model}]")
    return " | ".join(dict.fromkeys(types))


def parameter_type(param: Parameter, scope: Scope) -> str:
    """Return the type of a topic parameter."""
    return "str" if param.type is None else scope.use(param.type.module, param.type.name)


def settings_lines(service: Service, scope: Scope) -> list[str]:
    """Return the class variables of a service's client: the settings and the Last Will that its document asks for."""
    lines: list[str] = []
    if service.asked:
        kind = f"{scope.use('typing', 'ClassVar')}[{scope.use('collections.abc', 'Mapping')}[str, object]]"
        lines.append(f"asked: {kind} = {dict(service.asked)!r}")
    if service.will is not None:
        will = scope.runtime("LastWill")
        fields = (f"{name}={getattr(service.will, name)!r}" for name in ("topic", "message", "qos", "retain"))
        lines.append(f"will: {scope.use('typing', 'ClassVar')}[{will} | None] = {will}({', '.join(fields)})")
    return lines
