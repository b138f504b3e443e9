"""What the template of ``topics.py`` prints: descriptors, and the classes of topic parameters."""

from __future__ import annotations

from dataclasses import dataclass

from topicwright_codegen.catalog.model import Call, Parameter, Service, Topic
from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.render.imports import Scope


@dataclass(frozen=True, slots=True)
class ParamsView:
    """The dataclass of the parameters of an address."""

    name: str
    address: str
    fields: tuple[tuple[str, str], ...]
    """Line and docstring of each."""


@dataclass(frozen=True, slots=True)
class ConstantView:
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

    def params(self, topic: Topic) -> ParamsView:
        """Return the class of a topic's parameters."""
        self.scope.use("dataclasses", "dataclass")
        fields = tuple((f"{param.name}: {parameter_type(param, self.scope)}", param.doc) for param in topic.params)
        return ParamsView(topic.params_class, topic.address or "", fields)

    def constant(self, topic: Topic) -> ConstantView:
        """Return the descriptor of a topic; what is as the runtime has it anyway is left out."""
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Topic")
        arguments = {
            "params": topic.params_class,
            "headers": headers_of(topic, self.scope) if topic.headers else "",
            "wire": "" if topic.wire == "none" else repr(topic.wire),
            "qos": "" if topic.qos == 1 else repr(topic.qos),
            "retain": repr(topic.retain) if topic.retain else "",
            "expiry": "" if topic.expiry is None else repr(topic.expiry),
            "content_type": "" if topic.content_type == "application/json" else repr(topic.content_type),
            "correlation": "" if topic.correlation is None else repr(topic.correlation),
            "correlation_header": "" if topic.correlation_header is None else repr(topic.correlation_header),
            "former_types": repr(topic.former_types) if topic.former_types else "",
            "partition_key": "" if topic.partition_key is None else repr(topic.partition_key),
            "replay_window": "" if topic.replay_window is None else repr(topic.replay_window),
            "excludes": repr(topic.excludes) if topic.excludes else "",
        }
        first = [repr(topic.address), repr(topic.event_type), model_of(topic, self.scope)]
        value = ", ".join([*first, *(f"{key}={value}" for key, value in arguments.items() if value)])
        type_ = f"{final}[{name}[{self._types(topic, [model_of(topic, self.scope)])}]]"
        return ConstantView(topic.constant, type_, f"{name}({value})", topic.doc)

    def call(self, call: Call) -> ConstantView:
        """Return the descriptor of a call."""
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Call")
        types = self._types(call.request, [model_of(call.request, self.scope), reply_of(call, self.scope)])
        replies = "".join(f"{self._constant(reply)}, " for reply in call.replies)
        until = "" if call.until is None else f", until={call.until!r}"
        value = f"{name}({self._constant(call.request)}, ({replies}){until})"
        return ConstantView(call.constant, f"{final}[{name}[{types}]]", value, "")

    def _constant(self, topic: Topic) -> str:
        return self.scope.use(f"{self.package}.{topic.domain}.topics", topic.constant, private=True)

    def _types(self, topic: Topic, first: list[str]) -> str:
        """Return type arguments, without those that the runtime adds by itself."""
        module = f"{self.package}.{topic.domain}.topics"
        params = self.scope.use(module, topic.params_class, private=True) if topic.params else ""
        if topic.headers:
            return ", ".join([*first, params or self.scope.runtime("NoParams"), headers_of(topic, self.scope)])
        return ", ".join([*first, params] if params else first)


def model_of(topic: Topic, scope: Scope) -> str:
    """Return the name of a topic's payload type."""
    symbol = topic.payload.symbol if topic.payload else None
    return scope.use(symbol.module, symbol.name) if symbol else "bytes"


def headers_of(topic: Topic, scope: Scope) -> str:
    """Return the name of a topic's headers."""
    symbol = topic.headers.symbol if topic.headers else None
    return scope.use(symbol.module, symbol.name) if symbol else scope.runtime("NoHeaders")


def reply_of(call: Call, scope: Scope) -> str:
    """Return the type of the reply to a call."""
    return " | ".join(dict.fromkeys(model_of(reply, scope) for reply in call.replies))


def parameter_type(param: Parameter, scope: Scope) -> str:
    """Return the type of a topic parameter."""
    return f"{scope.use('typing', 'Literal')}[{', '.join(map(repr, param.enum))}]" if param.enum else "str"


def code(text: str) -> str:
    """Return ``text`` as a docstring shows what stands in programs."""
    return f"``{printable(text)}``"


def asked_lines(service: Service, scope: Scope) -> list[str]:
    """Return the lines of a service's client that say which settings and Last Will its document asks for."""
    lines: list[str] = []
    if service.asked:
        kind = f"{scope.use('typing', 'ClassVar')}[{scope.use('collections.abc', 'Mapping')}[str, object]]"
        lines.append(f"asked: {kind} = {dict(service.asked)!r}")
    if service.will is not None:
        will = scope.runtime("LastWill")
        said = (f"{name}={getattr(service.will, name)!r}" for name in ("topic", "message", "qos", "retain"))
        lines.append(f"will: {scope.use('typing', 'ClassVar')}[{will} | None] = {will}({', '.join(said)})")
    return lines
