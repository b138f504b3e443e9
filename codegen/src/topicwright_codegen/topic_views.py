"""What the templates of topics and services print: descriptors and methods with a body of one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from topicwright_codegen.catalog import Call, Catalog, Parameter, Service, Topic
from topicwright_codegen.diagnostics import printable
from topicwright_codegen.scope import Scope

_SUMMARY = 100
"""Up to here the meaning of an event stands in the first line of a docstring."""


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
class MethodView:
    """A method of a client."""

    name: str
    arguments: str
    returns: str
    doc: str
    body: str
    keyword: str = "async def"


@dataclass(frozen=True, slots=True)
class TopicWriter:
    """Writes topics and calls in the names of one file."""

    package: str
    scope: Scope

    def params(self, topic: Topic) -> ParamsView:
        """Return the class of a topic's parameters."""
        self.scope.use("dataclasses", "dataclass")
        fields = tuple((f"{param.name}: {self._type(param)}", param.doc) for param in topic.params)
        return ParamsView(topic.params_class, topic.address or "", fields)

    def constant(self, topic: Topic) -> ConstantView:
        """Return the descriptor of a topic."""
        model, params, headers = self._model(topic), self._params_class(topic), self._headers_class(topic)
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Topic")
        arguments = {
            "address": repr(topic.address),
            "event_type": repr(topic.event_type),
            "model": model,
            "params": params,
            "headers": headers,
            "wire": repr(topic.wire),
            "qos": repr(topic.qos),
            "retain": repr(topic.retain) if topic.retain else "",
            "expiry": "" if topic.expiry is None else repr(topic.expiry),
            "content_type": "" if topic.content_type == "application/json" else repr(topic.content_type),
            "correlation": "" if topic.correlation is None else repr(topic.correlation),
            "former_types": repr(topic.former_types) if topic.former_types else "",
            "excludes": repr(topic.excludes) if topic.excludes else "",
        }
        value = "".join(f"{key}={value}, " for key, value in arguments.items() if value)
        type_ = f"{final}[{name}[{model}, {params}, {headers}]]"
        return ConstantView(topic.constant, type_, f"{name}({value})", topic.doc)

    def call(self, call: Call) -> ConstantView:
        """Return the descriptor of a call."""
        final, name = self.scope.use("typing", "Final"), self.scope.runtime("Call")
        request = call.request
        types = (self._model(request), self._reply(call), self._params_class(request), self._headers_class(request))
        replies = "".join(f"{self._constant(reply)}, " for reply in call.replies)
        until = "" if call.until is None else f", until={call.until!r}"
        value = f"{name}(request={self._constant(request)}, replies=({replies}){until})"
        return ConstantView(call.constant, f"{final}[{name}[{', '.join(types)}]]", value, _pairing(call))

    def publish(self, topic: Topic) -> MethodView:
        """Return the method that publishes a topic."""
        named = [*self._publish_arguments(topic), "correlation_id: str | None = None"]
        passed = [self._constant(topic), "data", *self._passed(topic), "correlation_id=correlation_id"]
        return MethodView(
            f"publish_{topic.suffix}",
            f"data: {self._model(topic)}, *, {', '.join(named)}",
            "str",
            _doc(f"Publish {_code(topic.event_type)}.", topic),
            f"return await self.publish({', '.join(passed)})",
        )

    def on(self, topic: Topic) -> MethodView:
        """Return the method that receives a topic."""
        handler = f"{self.scope.runtime('Handler')}[{self._generics(topic, [self._model(topic)])}]"
        passed = [self._constant(topic), "handler", *self._match(topic)]
        return MethodView(
            f"on_{topic.suffix}",
            f"handler: {handler}{self._filter(topic)}",
            self.scope.runtime("Subscription"),
            _doc(f"Call ``handler`` for each {_code(topic.event_type)}.", topic),
            f"return await self.on({', '.join(passed)})",
        )

    def request(self, call: Call) -> MethodView:
        """Return the method that sends a request and gets its reply, or its stream of replies."""
        topic = call.request
        named = [*self._publish_arguments(topic), "timeout: float = 30.0"]
        passed = [self._call(call), "data", *self._passed(topic), "timeout=timeout"]
        arguments = f"data: {self._model(topic)}, *, {', '.join(named)}"
        replies = " or ".join(_code(reply.event_type) for reply in call.replies)
        sent = f"Send {_code(topic.event_type)} and"
        if call.streams:
            iterator = self.scope.use("collections.abc", "AsyncIterator")
            return MethodView(
                f"stream_{topic.suffix}",
                arguments,
                f"{iterator}[{self._reply(call)}]",
                _doc(f"{sent} yield each {replies} until its ``{call.until}`` is true.", topic),
                f"return self.stream({', '.join(passed)})",
                "def",
            )
        return MethodView(
            f"request_{topic.suffix}",
            arguments,
            self._reply(call),
            _doc(f"{sent} wait for {replies}.", topic),
            f"return await self.request({', '.join(passed)})",
        )

    def serve(self, call: Call) -> MethodView:
        """Return the method that answers requests."""
        topic = call.request
        types = self._generics(topic, [self._model(topic), self._reply(call)])
        responder = f"{self.scope.runtime('Responder')}[{types}]"
        replies = " or ".join(_code(reply.event_type) for reply in call.replies)
        return MethodView(
            f"serve_{topic.suffix}",
            f"responder: {responder}{self._filter(topic)}",
            self.scope.runtime("Subscription"),
            _doc(f"Answer each {_code(topic.event_type)} with {replies}.", topic),
            f"return await self.serve({', '.join([self._call(call), 'responder', *self._match(topic)])})",
        )

    def _constant(self, topic: Topic) -> str:
        return self.scope.use(f"{self.package}.{topic.domain}.topics", topic.constant)

    def _call(self, call: Call) -> str:
        return self.scope.use(f"{self.package}.{call.domain}.topics", call.constant)

    def _model(self, topic: Topic) -> str:
        symbol = topic.payload.symbol if topic.payload else None
        return self.scope.use(symbol.module, symbol.name) if symbol else "bytes"

    def _reply(self, call: Call) -> str:
        return " | ".join(dict.fromkeys(self._model(reply) for reply in call.replies))

    def _params_class(self, topic: Topic) -> str:
        if not topic.params:
            return self.scope.runtime("NoParams")
        return self.scope.use(f"{self.package}.{topic.domain}.topics", topic.params_class)

    def _headers_class(self, topic: Topic) -> str:
        symbol = topic.headers.symbol if topic.headers else None
        return self.scope.use(symbol.module, symbol.name) if symbol else self.scope.runtime("NoHeaders")

    def _generics(self, topic: Topic, first: Sequence[str]) -> str:
        rest = [self._params_class(topic)] if topic.params or topic.headers else []
        rest += [self._headers_class(topic)] if topic.headers else []
        return ", ".join([*first, *rest])

    def _type(self, param: Parameter) -> str:
        if not param.enum:
            return "str"
        return f"{self.scope.use('typing', 'Literal')}[{', '.join(map(repr, param.enum))}]"

    def _publish_arguments(self, topic: Topic) -> Iterable[str]:
        for param in sorted(topic.params, key=lambda param: param.default is not None):
            default = "" if param.default is None else f" = {param.default!r}"
            yield f"{param.name}: {self._type(param)}{default}"
        if topic.headers:
            optional = "" if topic.headers_required else " | None = None"
            yield f"headers: {self._headers_class(topic)}{optional}"

    def _passed(self, topic: Topic) -> Iterable[str]:
        if topic.params or topic.headers:
            names = ", ".join(f"{param.name}={param.name}" for param in topic.params)
            yield f"params={self._params_class(topic)}({names})"
        if topic.headers:
            yield "headers=headers" + ("" if topic.headers_required else f" or {self._headers_class(topic)}()")

    def _filter(self, topic: Topic) -> str:
        if not topic.params:
            return ""
        anything = f"{self.scope.runtime('AnyValue')} = {self.scope.runtime('ANY')}"
        return ", *, " + ", ".join(f"{param.name}: {self._type(param)} | {anything}" for param in topic.params)

    def _match(self, topic: Topic) -> Iterable[str]:
        if topic.params:
            yield "match={" + ", ".join(f"{param.name!r}: {param.name}" for param in topic.params) + "}"


def domain_methods(topics: Sequence[Topic], calls: Sequence[Call], writer: TopicWriter) -> list[MethodView]:
    """Return every method of a domain, both directions of each topic side by side."""
    methods: list[MethodView] = []
    for topic in topics:
        methods += [writer.publish(topic)] if topic.sendable else []
        methods += [writer.on(topic)] if topic.receivable else []
        methods += _call_methods([call for call in calls if call.request is topic], writer)
    return methods + _call_methods([call for call in calls if call.request not in topics], writer)


def _call_methods(calls: Iterable[Call], writer: TopicWriter) -> list[MethodView]:
    methods: list[MethodView] = []
    for call in calls:
        if call.request.sendable:
            methods.append(writer.request(call))
        if not call.streams:
            methods.append(writer.serve(call))
    return methods


def service_methods(service: Service, catalog: Catalog, scope: Scope) -> list[tuple[str, str]]:
    """Return the methods that a service has, by name, each with the one of its domain that it is."""
    classes = {
        domain.name: (f"{catalog.package}.{domain.name}.topics", domain.class_name) for domain in catalog.domains
    }
    found = [(f"publish_{topic.suffix}", topic.domain) for topic in service.publishes if topic.sendable]
    found += [(f"on_{topic.suffix}", topic.domain) for topic in service.receives if topic.receivable]
    for call in (call for call in service.requests if call.request.sendable):
        found.append((f"{'stream' if call.streams else 'request'}_{call.request.suffix}", call.domain))
    found += [(f"serve_{call.request.suffix}", call.domain) for call in service.serves if not call.streams]
    return [(name, f"{scope.use(*classes[domain])}.{name}") for name, domain in found]


def _code(text: str) -> str:
    return f"``{printable(text)}``"


def _doc(first: str, topic: Topic) -> str:
    """Return the docstring of a method: what it does, what the event means, where it travels and between whom."""
    address = "A topic known at run time" if topic.address is None else _code(topic.address)
    expiry = "" if topic.expiry is None else f", expires after {topic.expiry} s"
    way = f"{address}, QoS {topic.qos}{', retained' if topic.retain else ''}{expiry}"
    people = " ".join(
        f"{word} {', '.join(names)}" for word, names in (("from", topic.publishers), ("to", topic.subscribers)) if names
    )
    short = len(first) + len(topic.doc) < _SUMMARY and "\n" not in topic.doc
    texts = [f"{first} {topic.doc}".strip()] if short else [first, topic.doc]
    deprecated = f" {topic.deprecation}" if topic.deprecation else ""
    return "\n\n".join([*texts, f"{way}{'; ' + people if people else ''}.{deprecated}"])


def _pairing(call: Call) -> str:
    replies = " or ".join(_code(reply.event_type) for reply in call.replies)
    kind = "a stream of " if call.streams else ""
    return f"{_code(call.request.event_type)} is answered with {kind}{replies}."
