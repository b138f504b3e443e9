"""The catalog to the text of every generated file, by templates that print and decide nothing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from traceback import extract_tb
from typing import Any, cast

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from topicwright_codegen.catalog import Catalog, Domain, Service, Topic
from topicwright_codegen.config import UsageError
from topicwright_codegen.method_views import MethodWriter, domain_methods, ending_methods, service_methods
from topicwright_codegen.model_views import type_views
from topicwright_codegen.models import Annotations
from topicwright_codegen.scope import Scope
from topicwright_codegen.topic_views import TopicWriter, asked_lines

_WIDTH = 114
_OPEN_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"\Z')


def render(catalog: Catalog, annotations: Annotations, templates: Path | None = None) -> dict[str, str]:
    """Return the files of the package, by their path in it; raise UsageError where a template of the user fails."""
    sources = _templates(templates)
    try:
        return dict(_Renderer(catalog, annotations, _environment(sources)).files())
    except TemplateError as error:
        if templates is None:
            raise
        raise UsageError(f"a template of {templates} fails: {_place(error, sources)}{error.message}") from error


def _templates(own: Path | None) -> dict[str, str]:
    """Return the text of every template: the user's where there is one, else the compiler's."""
    folder = files("topicwright_codegen") / "templates"
    sources = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".jinja")}
    for path in sorted(own.glob("*.jinja")) if own else ():
        if path.name not in sources:
            raise UsageError(f"{path} replaces no template; there are {', '.join(sorted(sources))}")
        try:
            sources[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not UTF-8") from error
    return sources


def _place(error: TemplateError, sources: Mapping[str, str]) -> str:
    """Return the template and the line where an error came up."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: "
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename in sources]
    return f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""


def _environment(sources: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: (sources[name], name, None) if name in sources else None),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, object] = {"docstring": docstring, "header": header, "cell": cell}
    environment.filters.update(cast("dict[str, Any]", filters))
    return environment


def docstring(text: str, indent: int = 0) -> str:
    """Return ``text`` as a triple-quoted literal: whatever is in it, it ends at its own last quotes."""
    space = " " * indent
    lines = [part for line in text.strip().splitlines() for part in _wrapped(_escaped(line.rstrip()), indent)]
    body = "\n".join(f"{space}{line}" if line else "" for line in lines)
    return f'"""{_closed(body.lstrip())}"""'


def header(text: str, origin: str, indent: int = 0) -> str:
    """Return the docstring of a module: what is in it, and where it comes from."""
    made = f"Made by topicwright from {origin}; do not edit."
    return docstring(f"{text.strip()}{chr(10) if chr(10) in text.strip() else ' '}{made}", indent)


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


def _closed(text: str) -> str:
    """Escape a quote at the end, which would run into the closing ones."""
    return f'{text[:-1]}\\"' if _OPEN_QUOTE.search(text) else text


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
        yield from self._package()
        yield from self._aliases()
        yield "TOPICS.md", self._print("TOPICS.md", None, catalog=self.catalog, methods=method_names(self.catalog))
        yield "py.typed", ""

    def _print(self, template: str, scope: Scope | None, **context: object) -> str:
        text = self.environment.get_template(f"{template}.jinja")
        return text.render(imports=scope.lines() if scope else [], **context)

    def _scope(self, path: str) -> Scope:
        return Scope(f"{self.catalog.package}.{path}" if path else self.catalog.package)

    def _domain(self, domain: Domain) -> Iterator[tuple[str, str]]:
        modules: list[str] = []
        if domain.types:
            scope = self._scope(f"{domain.name}.models")
            views = type_views(domain, self.annotations, scope)
            modules.append("models")
            yield f"{domain.name}/models.py", self._print("models.py", scope, domain=domain, types=views)
        scope = self._scope(f"{domain.name}.topics")
        if domain.topics or domain.calls:
            modules.append("topics")
            yield f"{domain.name}/topics.py", self._topics(domain, scope)
        yield f"{domain.name}/__init__.py", self._client(domain, scope, modules)

    def _topics(self, domain: Domain, scope: Scope) -> str:
        with_params = [topic for topic in domain.topics if topic.params]
        for type_ in domain.types:
            assert type_.symbol is not None
            scope.taken[type_.symbol.name] = type_.symbol.module
        names = [topic.params_class for topic in with_params]
        names += [topic.constant for topic in domain.topics] + [call.constant for call in domain.calls]
        for name in names:
            scope.define(name)
        scope.taken[domain.class_name] = f"{self.catalog.package}.{domain.name}"
        writer = TopicWriter(self.catalog.package, scope)
        views = {
            "params": [writer.params(topic) for topic in with_params],
            "constants": [*map(writer.constant, domain.topics), *map(writer.call, domain.calls)],
        }
        return self._print("topics.py", scope, domain=domain, **views)

    def _client(self, domain: Domain, topics: Scope, modules: list[str]) -> str:
        """Return the package of a domain: its client, and its models and descriptors when they are asked for."""
        scope = self._scope(domain.name)
        scope.taken = dict(topics.taken)
        # The names that the payloads of other domains have beside the descriptors are their names here.
        scope.imports = {module: dict(names) for module, names in topics.imports.items() if module.endswith(".models")}
        scope.imports[topics.module] = {name: name for name, module in topics.taken.items() if module == topics.module}
        for type_ in domain.types:
            scope.use(f"{scope.module}.models", type_.symbol.name if type_.symbol else "")
        writer = MethodWriter(domain.name, scope)
        methods = domain_methods(domain.topics, domain.calls, writer)
        for name in ("MQTTClient", "lazy_exports") if "topics" in modules else ("lazy_exports",):
            scope.runtime(name)
        scope.use("typing", "TYPE_CHECKING")
        context = {
            "exports": scope.take_exports(".models", ".topics"),
            "used": sorted(writer.domains),
            "client": "topics" in modules,
            "methods": methods,
            "package": self.catalog.package,
            "modules": modules,
        }
        return self._print("domain.py", scope, domain=domain, **context)

    def _service(self, service: Service) -> str:
        scope = self._scope(f"services.{service.module}")
        scope.define(service.class_name)
        scope.runtime("MQTTClient")
        writer = MethodWriter("", scope)
        names = {name for name, _ in service_methods(service, self.catalog, self._scope("names"))}
        ending = [method for method in ending_methods(service, writer) if method.name in names]
        methods = service_methods(service, self.catalog, scope, {method.name for method in ending})
        context = {"deprecated": ending, "used": sorted(writer.domains), "package": self.catalog.package}
        asked = asked_lines(service, scope)
        return self._print("service.py", scope, service=service, methods=methods, asked=asked, **context)

    def _services(self) -> str:
        return self._print("services.py", None, catalog=self.catalog)

    def _package(self) -> Iterator[tuple[str, str]]:
        domains = [domain for domain in self.catalog.domains if domain.topics or domain.calls]
        names = sorted([self.catalog.client, "ANY", "Event", "TOPICS"])
        yield "__init__.py", self._print("package.py", None, catalog=self.catalog, names=names)
        scope = self._scope("_client")
        bases = [f"{scope.use(self.catalog.package, domain.name)}.{domain.class_name}" for domain in domains]
        bases = bases or [scope.runtime("MQTTClient")]
        yield "_client.py", self._print("client.py", scope, catalog=self.catalog, bases=bases)
        names = [domain.name for domain in domains if domain.topics]
        yield "_topics.py", self._print("index.py", None, catalog=self.catalog, domains=names)

    def _aliases(self) -> Iterator[tuple[str, str]]:
        modules = {alias.removeprefix(f"{self.catalog.package}.") for alias in self.catalog.aliases}
        for alias, targets in self.catalog.aliases.items():
            path = alias.removeprefix(f"{self.catalog.package}.")
            scope = self._scope(path)
            names = sorted(scope.use(module, name) for module, _, name in (target.partition(":") for target in targets))
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
