"""Text for the templates of clients: methods with a body of one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from topicwright_codegen.catalog.model import Call, Catalog, Parameter, Service, Topic, Verb
from topicwright_codegen.diagnostics.texts import printable
from topicwright_codegen.render.imports import Scope
from topicwright_codegen.render.literals import code
from topicwright_codegen.render.topics import headers_of, model_of, reply_of, responses_of, settings_lines
from topicwright_codegen.schemas.types import Symbol

CONCURRENCY = "concurrency: int = 1"
"""How many messages a handler takes at once."""


@dataclass(frozen=True, slots=True)
class MethodText:
    """A method of a client."""

    name: str
    arguments: str
    returns: str
    doc: str
    body: str
    keyword: str = "async def"
    deprecated: str = ""
    """The decorator of a deprecated method; empty for any other."""


@dataclass(frozen=True, slots=True)
class MethodWriter:
    """Writes the methods of one domain, or of a service where ``domain`` is empty.

    Methods look descriptors up when they run, not when their module is imported.
    """

    domain: str
    scope: Scope
    domains: set[str] = field(default_factory=set[str])
    """The domains whose descriptors the methods use."""
    blocking: bool = False
    """Whether the methods are those of ``topicwright.sync``."""

    def publish(self, topic: Topic) -> MethodText:
        """Return the method that publishes a topic."""
        named = [*self._publish_arguments(topic), "correlation_id: str | None = None"]
        passed = [self._in(topic.domain, topic.constant), "data", *self._passed(topic), "correlation_id=correlation_id"]
        return MethodText(
            topic.method("publish"),
            f"data: {model_of(topic, self.scope)}, *, {', '.join(named)}",
            "str",
            _doc(f"Publish {code(topic.event_type)}.", topic),
            f"return {self._wait}self.publish({', '.join(passed)})",
            self._keyword,
        )

    def clear(self, topic: Topic) -> MethodText:
        """Return the method that clears the retained message of a topic."""
        params = [*self._params_arguments(topic)]
        passed = [self._in(topic.domain, topic.constant), *self._passed_params(topic)]
        return MethodText(
            topic.method("clear"),
            f"*, {', '.join(params)}" if params else "",
            "None",
            f"Clear the retained {code(topic.event_type)}: publish an empty message in its place.",
            f"{self._wait}self.clear({', '.join(passed)})",
            self._keyword,
        )

    def on(self, topic: Topic) -> MethodText:
        """Return the method that receives a topic."""
        handler = f"{self._runtime('Handler')}[{self._generics(topic, [model_of(topic, self.scope)])}]"
        passed = [self._in(topic.domain, topic.constant), "handler", *self._match(topic), "concurrency=concurrency"]
        named = [*self._filter(topic), CONCURRENCY]
        first = f"Call ``handler`` for each {code(topic.event_type)}"
        if topic.tells_clearing:
            on_cleared = f"{self._runtime('OnCleared')}[{self._params_class(topic)}]"
            named.append(f"cleared: {on_cleared} | None = None")
            passed.append("cleared=cleared")
            first += ", and ``cleared`` when a retained one is cleared"
        return MethodText(
            topic.method("on"),
            f"handler: {handler}, *, {', '.join(named)}",
            self._runtime("Subscription"),
            _doc(f"{first}.", topic),
            f"return {self._wait}self.on({', '.join(passed)})",
            self._keyword,
        )

    def request(self, call: Call) -> MethodText:
        """Return the method that sends a request and gets its reply, or its stream of replies."""
        topic, reply = call.request, reply_of(call, self.scope)
        named = [*self._publish_arguments(topic), "timeout: float = 30.0"]
        passed = [self._in(call.domain, call.constant), "data", *self._passed(topic), "timeout=timeout"]
        arguments = f"data: {model_of(topic, self.scope)}, *, {', '.join(named)}"
        replies = " or ".join(code(reply.event_type) for reply in call.results)
        sent = f"Send {code(topic.event_type)} and"
        if call.streams:
            iterator = self.scope.use("collections.abc", "Iterator" if self.blocking else "AsyncIterator")
            return MethodText(
                call.method("stream"),
                arguments,
                f"{iterator}[{reply}]",
                _doc(f"{sent} yield each {replies} until its ``{call.until}`` is true.", topic),
                f"return self.stream({', '.join(passed)})",
                "def",
            )
        return MethodText(
            call.method("request"),
            arguments,
            reply,
            _doc(f"{sent} wait for {replies}.{_raised('Raises', call)}", topic),
            f"return {self._wait}self.request({', '.join(passed)})",
            self._keyword,
        )

    def ask(self, call: Call) -> MethodText:
        """Return the method that sends a request and gets its reply with headers and event type."""
        topic, reply = call.request, reply_of(call, self.scope)
        params = " | ".join(dict.fromkeys(self._params_class(reply) for reply in call.results))
        headers = " | ".join(dict.fromkeys(headers_of(reply, self.scope) for reply in call.results))
        method = self.request(call)
        return replace(
            method,
            name=call.method("ask"),
            returns=f"{self.scope.runtime('Event')}[{reply}, {params}, {headers}]",
            doc=_doc(f"Do what ``{call.method('request')}`` does, and return the reply with its headers.", topic),
            body=method.body.replace("self.request(", "self.ask(", 1),
        )

    def serve(self, call: Call) -> MethodText:
        """Return the method that answers requests."""
        topic = call.request
        types = self._generics(topic, [model_of(topic, self.scope), responses_of(call, self.scope)])
        responder = f"{self._runtime('Responder')}[{types}]"
        replies = " or ".join(code(reply.event_type) for reply in call.results)
        passed = [self._in(call.domain, call.constant), "responder", *self._match(topic), "concurrency=concurrency"]
        return MethodText(
            call.method("serve"),
            f"responder: {responder}, *, {', '.join([*self._filter(topic), CONCURRENCY])}",
            self._runtime("Subscription"),
            _doc(f"Answer each {code(topic.event_type)} with {replies}.{_choice(call)}{_raised('Raise', call)}", topic),
            f"return {self._wait}self.serve({', '.join(passed)})",
            self._keyword,
        )

    @property
    def _keyword(self) -> str:
        return "def" if self.blocking else "async def"

    @property
    def _wait(self) -> str:
        return "" if self.blocking else "await "

    def _runtime(self, name: str) -> str:
        """Import a name that blocking clients have one of their own for."""
        return self.scope.use("topicwright.sync", name) if self.blocking else self.scope.runtime(name)

    def _in(self, domain: str, name: str) -> str:
        """Return the expression for a name in the package of a domain."""
        self.domains.add(domain)
        return f"_{domain}.{name}"

    def _params_class(self, topic: Topic) -> str:
        symbol = topic.params_class
        return self.scope.runtime("NoParams") if symbol is None else self._local(symbol)

    def _local(self, symbol: Symbol) -> str:
        """Return the name of something of a module of topics: where there is no domain, in the package of its own."""
        return self.scope.use(symbol.module, symbol.name) if self.domain else self._in(symbol.domain, symbol.name)

    def _parameter(self, param: Parameter) -> str:
        return "str" if param.type is None else self._local(param.type)

    def _generics(self, topic: Topic, first: Sequence[str]) -> str:
        rest = [self._params_class(topic)] if topic.params or topic.headers else []
        rest += [headers_of(topic, self.scope)] if topic.headers else []
        return ", ".join([*first, *rest])

    def _params_arguments(self, topic: Topic) -> Iterable[str]:
        for param in sorted(topic.params, key=lambda param: param.default is not None):
            default = "" if param.default is None else f" = {param.default!r}"
            yield f"{param.name}: {self._parameter(param)}{default}"

    def _publish_arguments(self, topic: Topic) -> Iterable[str]:
        yield from self._params_arguments(topic)
        if topic.headers:
            optional = "" if topic.headers_required else " | None = None"
            yield f"headers: {headers_of(topic, self.scope)}{optional}"

    def _passed_params(self, topic: Topic) -> Iterable[str]:
        if topic.params_class is not None:
            names = ", ".join(f"{param.name}={param.name}" for param in topic.params)
            yield f"params={self._in(topic.params_class.domain, topic.params_class.name)}({names})"

    def _passed(self, topic: Topic) -> Iterable[str]:
        yield from self._passed_params(topic)
        if topic.headers and topic.params_class is None:
            yield f"params={self.scope.runtime('NoParams')}()"
        if topic.headers:
            yield "headers=headers" + ("" if topic.headers_required else f" or {self._new_headers(topic)}()")

    def _new_headers(self, topic: Topic) -> str:
        name = headers_of(topic, self.scope)
        return self._in(self.domain, name) if self.domain else name

    def _filter(self, topic: Topic) -> Iterable[str]:
        if topic.params:
            anything = f"{self.scope.runtime('AnyValue')} = {self.scope.runtime('ANY')}"
            for param in topic.params:
                yield f"{param.name}: {self._parameter(param)} | {anything}"

    def _match(self, topic: Topic) -> Iterable[str]:
        if topic.params:
            yield "match={" + ", ".join(f"{param.name!r}: {param.name}" for param in topic.params) + "}"


def _marked(method: MethodText, topic: Topic, verb: Verb, scope: Scope) -> MethodText:
    """Return a method, with the decorator of a deprecated one where its topic is deprecated."""
    deprecation = topic.deprecation_of(verb)
    if deprecation is None:
        return method
    sunset = f"; it goes away after {deprecation.sunset}" if deprecation.sunset else ""
    text = f"{printable(topic.event_type)} is deprecated{sunset}"
    return replace(method, deprecated=f"{scope.runtime('deprecated')}({text!r})")


def domain_methods(topics: Sequence[Topic], calls: Sequence[Call], writer: MethodWriter) -> list[MethodText]:
    """Return every method of a domain, both directions of each topic side by side."""
    methods: list[MethodText] = []
    for topic in topics:
        methods += _topic_methods(topic, writer)
        methods += _call_methods([call for call in calls if call.request is topic], writer)
    return methods + _call_methods([call for call in calls if call.request not in topics], writer)


def _topic_methods(topic: Topic, writer: MethodWriter) -> list[MethodText]:
    write = {"publish": writer.publish, "clear": writer.clear, "on": writer.on}
    return [_marked(write[verb](topic), topic, verb, writer.scope) for verb in topic.verbs]


def _call_methods(calls: Iterable[Call], writer: MethodWriter) -> list[MethodText]:
    write = {"request": writer.request, "ask": writer.ask, "stream": writer.request, "serve": writer.serve}
    return [_marked(write[verb](call), call.request, verb, writer.scope) for call in calls for verb in call.verbs]


def _deprecated_methods(service: Service, writer: MethodWriter) -> list[MethodText]:
    """Return the deprecated methods of a service, written out: naming those of a domain would be a use of them."""
    topics = dict.fromkeys((*service.publishes, *service.receives))
    calls = dict.fromkeys((*service.requests, *service.serves))
    methods = [method for topic in topics if _is_deprecated(topic) for method in _topic_methods(topic, writer)]
    methods += _call_methods([call for call in calls if _is_deprecated(call.request)], writer)
    return [method for method in methods if method.deprecated]


def _is_deprecated(topic: Topic) -> bool:
    return topic.sending is not None or topic.receiving is not None


def service_texts(service: Service, catalog: Catalog, writer: MethodWriter) -> dict[str, object]:
    """Return what the template of a service prints: its methods, each as one of its domain, and its settings."""
    scope = writer.scope
    package = f"{catalog.package}.sync" if writer.blocking else catalog.package
    classes = {domain.name: domain.class_name for domain in catalog.domains}
    methods = [
        *_named(service.publishes, "publish", "clear"),
        *_named(service.receives, "on"),
        *_named(service.requests, "request", "ask", "stream"),
        *_named(service.serves, "serve"),
    ]
    names = {name for name, _ in methods}
    deprecated = [method for method in _deprecated_methods(service, writer) if method.name in names]
    ending = {method.name for method in deprecated}
    remaining = [(name, domain) for name, domain in methods if name not in ending]
    return {
        "methods": [(name, f"{scope.use(package, domain)}.{classes[domain]}.{name}") for name, domain in remaining],
        "deprecated": deprecated,
        "used": sorted(writer.domains),
        "declared": _declared_lines(service, catalog, writer),
    }


def _declared_lines(service: Service, catalog: Catalog, writer: MethodWriter) -> list[str]:
    """Return the class variables: its settings, and what it sends and receives, imported when they are asked for.

    A blocking client has all of them from the client that it runs.
    """
    scope = writer.scope
    if writer.blocking:
        return [f"kind = {scope.use(f'{catalog.package}.services.{service.module}', service.class_name)}"]
    asked = {topic for call in service.requests for topic in (call.request, *call.replies)}
    served = {topic for call in service.serves for topic in (call.request, *call.replies)}
    listed: dict[str, list[Topic | Call]] = {
        "sends": [*(topic for topic in service.publishes if topic not in asked | served), *service.requests],
        "receives": [*(topic for topic in service.receives if topic not in asked | served), *service.serves],
    }
    lines = settings_lines(service, scope)
    for name, events in listed.items():
        constants = [f"{scope.use(catalog.package, event.domain)}.{event.constant}" for event in events]
        if constants:
            lines.append(f"{name} = {scope.runtime('declared')}(lambda: ({', '.join(constants)},))")
    return lines


def _named(events: Iterable[Topic | Call], *verbs: Verb) -> Iterable[tuple[str, str]]:
    """Yield the methods of topics or calls that have one of the verbs: their names and domains."""
    return ((event.method(verb), event.domain) for event in events for verb in event.verbs if verb in verbs)


def _choice(call: Call) -> str:
    """Return how a responder says which reply it gives, where the payload does not."""
    payloads = [reply.payload for reply in call.results]
    alike = [reply for reply in call.results if payloads.count(reply.payload) > 1]
    if not alike:
        return ""
    first, *others = alike
    topics = " or ".join(f"``topic={other.constant}``" for other in others)
    return f" A payload alone is {code(first.event_type)}; ``Reply`` with {topics} is another."


def _raised(verb: str, call: Call) -> str:
    """Return which replies are raised."""
    errors = " or ".join(f"``{reply.error_class}``" for reply in call.errors)
    return f" {verb} {errors} for an error." if errors else ""


def _doc(first: str, topic: Topic) -> str:
    """Return the docstring of a method: what it does, what the event means, how it is delivered and its services."""
    deprecation = str(topic.deprecation) if topic.deprecation else ""
    texts = [first, topic.doc, f"{'; '.join(filter(None, (_delivery(topic), _services(topic))))}.", deprecation]
    separator = "\n\n" if "\n" in topic.doc else " "
    return separator.join(text for text in texts if text)


def _delivery(topic: Topic) -> str:
    address = "A topic known at run time" if topic.address is None else code(topic.address)
    expiry = "" if topic.expiry is None else f", expires after {topic.expiry} s"
    return f"{address}, QoS {topic.qos}{', retained' if topic.retain else ''}{expiry}"


def _services(topic: Topic) -> str:
    ends = (("from", topic.publishers), ("to", topic.subscribers))
    return " ".join(f"{end} {', '.join(names)}" for end, names in ends if names)
