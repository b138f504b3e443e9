"""The catalog to the text of every generated file, by templates that print and decide nothing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from topicwright_codegen.catalog import Catalog, Domain, Service, Topic
from topicwright_codegen.model_views import type_views
from topicwright_codegen.models import Annotations
from topicwright_codegen.scope import Scope
from topicwright_codegen.topic_views import TopicWriter, domain_methods, service_methods

_WIDTH = 112
_OPEN_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"\Z')


def render(catalog: Catalog, annotations: Annotations) -> dict[str, str]:
    """Return the files of the package, by their path in it."""
    return dict(_Renderer(catalog, annotations, _environment()).files())


def _environment() -> Environment:
    folder = files("topicwright_codegen") / "templates"
    sources = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".jinja")}
    environment = Environment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(docstring=docstring, comment=comment, cell=cell)
    return environment


def docstring(text: str, indent: int = 0) -> str:
    """Return ``text`` as a triple-quoted literal: whatever is in it, it ends at its own last quotes."""
    space = " " * indent
    lines = [part for line in text.strip().splitlines() for part in _wrapped(_escaped(line.rstrip()), indent)]
    if len(lines) == 1 and len(lines[0]) <= _WIDTH - indent:
        return f'"""{_closed(lines[0])}"""'
    body = "\n".join(f"{space}{line}" if line else "" for line in lines)
    return f'"""{body.lstrip()}\n{space}"""'


def _wrapped(line: str, indent: int) -> list[str]:
    width = _WIDTH - indent
    if len(line) <= width:
        return [line]
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, width, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False)


def _escaped(line: str) -> str:
    """Escape backslashes, triple quotes and whatever is not printable."""
    safe = line.expandtabs(4).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in safe)


def _closed(line: str) -> str:
    """Escape a quote at the end, which would run into the closing ones."""
    return f'{line[:-1]}\\"' if _OPEN_QUOTE.search(line) else line


def comment(text: str) -> str:
    """Return ``text`` as the rest of one comment line."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def cell(text: str) -> str:
    """Return ``text`` as a cell of a Markdown table."""
    plain = comment(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return plain.replace("`", "&#96;")


@dataclass(frozen=True, slots=True)
class _Renderer:
    catalog: Catalog
    annotations: Annotations
    environment: Environment

    def files(self) -> Iterator[tuple[str, str]]:
        for domain in self.catalog.domains:
            yield from self._domain(domain)
        for service in self.catalog.services:
            yield f"services/{service.module}.py", self._service(service)
        if self.catalog.services:
            yield "services/__init__.py", self._services()
        yield "__init__.py", self._package()
        yield from self._aliases()
        yield "TOPICS.md", self._print("TOPICS.md", None, catalog=self.catalog, methods=method_names(self.catalog))
        yield "py.typed", ""

    def _print(self, template: str, scope: Scope | None, **context: object) -> str:
        text = self.environment.get_template(f"{template}.jinja")
        return text.render(imports=scope.lines() if scope else [], **context)

    def _scope(self, path: str) -> Scope:
        return Scope(f"{self.catalog.package}.{path}" if path else self.catalog.package)

    def _domain(self, domain: Domain) -> Iterator[tuple[str, str]]:
        exports: dict[str, list[str]] = {}
        if domain.types:
            scope = self._scope(f"{domain.name}.models")
            views = type_views(domain, self.annotations, scope)
            exports[scope.module] = [view.name for view in views]
            yield f"{domain.name}/models.py", self._print("models.py", scope, domain=domain, types=views)
        if domain.topics or domain.calls:
            yield f"{domain.name}/topics.py", self._topics(domain, exports)
        scope = self._scope(domain.name)
        names = [scope.use(module, name) for module, found in exports.items() for name in found]
        yield f"{domain.name}/__init__.py", self._print("domain.py", scope, domain=domain, names=sorted(names))

    def _topics(self, domain: Domain, exports: dict[str, list[str]]) -> str:
        scope = self._scope(f"{domain.name}.topics")
        with_params = [topic for topic in domain.topics if topic.params]
        names = [topic.params_class for topic in with_params]
        names += [topic.constant for topic in domain.topics] + [call.constant for call in domain.calls]
        names.append(domain.class_name)
        exports[scope.module] = [scope.define(name) for name in names]
        writer = TopicWriter(self.catalog.package, scope)
        scope.runtime("MQTTClient")
        views = {
            "params": [writer.params(topic) for topic in with_params],
            "constants": [*map(writer.constant, domain.topics), *map(writer.call, domain.calls)],
            "methods": domain_methods(domain.topics, domain.calls, writer),
        }
        for module in scope.imports:
            if module.endswith(".models"):  # also the payloads that live in another domain
                exports.setdefault(module, list(scope.imports[module]))
        return self._print("topics.py", scope, domain=domain, **views)

    def _service(self, service: Service) -> str:
        scope = self._scope(f"services.{service.module}")
        scope.define(service.class_name)
        scope.runtime("MQTTClient")
        methods = service_methods(service, self.catalog, scope)
        return self._print("service.py", scope, service=service, methods=methods)

    def _services(self) -> str:
        scope = self._scope("services")
        names = [scope.use(f"{scope.module}.{service.module}", service.class_name) for service in self.catalog.services]
        return self._print("services.py", scope, catalog=self.catalog, names=sorted(names))

    def _package(self) -> str:
        scope = self._scope("")
        scope.define(self.catalog.client)
        domains = [domain for domain in self.catalog.domains if domain.topics or domain.calls]
        bases = [scope.use(f"{scope.module}.{domain.name}.topics", domain.class_name) for domain in domains]
        names = sorted([self.catalog.client, scope.runtime("ANY"), scope.runtime("Event"), scope.define("TOPICS")])
        any_, topic = scope.use("typing", "Any"), scope.runtime("Topic")
        context = {
            "bases": bases or [scope.runtime("MQTTClient")],
            "names": names,
            "topics": [self._constant(scope, topic) for domain in domains for topic in domain.topics],
            "topics_type": f"{scope.use('typing', 'Final')}[tuple[{topic}[{any_}, {any_}, {any_}], ...]]",
        }
        return self._print("package.py", scope, catalog=self.catalog, **context)

    def _constant(self, scope: Scope, topic: Topic) -> str:
        return scope.use(f"{self.catalog.package}.{topic.domain}.topics", topic.constant)

    def _aliases(self) -> Iterator[tuple[str, str]]:
        modules = {alias.removeprefix(f"{self.catalog.package}.") for alias in self.catalog.aliases}
        for alias, targets in self.catalog.aliases.items():
            path = alias.removeprefix(f"{self.catalog.package}.")
            scope = self._scope(path)
            names = sorted(scope.use(*target.split(":", 1)) for target in targets)
            yield f"{path.replace('.', '/')}.py", self._print("alias.py", scope, catalog=self.catalog, names=names)
        for parent in sorted({module.rpartition(".")[0] for module in modules} - {""}):
            yield f"{parent.replace('.', '/')}/__init__.py", self._print("folder.py", None, catalog=self.catalog)


def method_names(catalog: Catalog) -> dict[Topic, list[str]]:
    """Return the names of the methods of each topic, for the index."""
    names: dict[Topic, list[str]] = {}
    for domain in catalog.domains:
        for topic in domain.topics:
            verbs = [("publish", topic.sendable), ("on", topic.receivable)]
            names[topic] = [f"{verb}_{topic.suffix}" for verb, possible in verbs if possible]
    for domain in catalog.domains:
        for call in domain.calls:
            request = "stream" if call.streams else "request"
            verbs = [(request, call.request.sendable), ("serve", not call.streams)]
            names[call.request] += [f"{verb}_{call.request.suffix}" for verb, possible in verbs if possible]
    return names
