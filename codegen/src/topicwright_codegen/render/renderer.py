"""The catalog to the text of every generated file, by templates that print and decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateError

from topicwright_codegen.catalog.model import Catalog, Domain, Service, Topic
from topicwright_codegen.project import runtime
from topicwright_codegen.project.config import UsageError
from topicwright_codegen.render.annotations import Annotations
from topicwright_codegen.render.blocking import BlockingPackage
from topicwright_codegen.render.imports import Scope
from topicwright_codegen.render.methods import MethodWriter, domain_methods, service_texts
from topicwright_codegen.render.models import type_texts
from topicwright_codegen.render.templating import make_environment, template_place, template_texts
from topicwright_codegen.render.topics import TopicWriter


def render(
    catalog: Catalog, annotations: Annotations, templates: Path | None = None, without: Collection[str] = ()
) -> dict[str, str]:
    """Return the files of the package by their path in it, except those of the domains ``without``.

    Raise UsageError where a template of the user fails.
    """
    sources = template_texts(templates)
    try:
        return dict(_Renderer(catalog, annotations, make_environment(sources), without).files())
    except TemplateError as error:
        if templates is None:
            raise
        raise UsageError(f"a template of {templates} fails: {template_place(error, sources)}{error.message}") from error


def render_models(catalog: Catalog, annotations: Annotations) -> dict[str, str]:
    """Return the modules of models alone, by their path in the package: they import nothing else of it."""
    return dict(_Renderer(catalog, annotations, make_environment(template_texts(None))).models())


@dataclass(frozen=True, slots=True)
class _Renderer:
    catalog: Catalog
    annotations: Annotations
    environment: Environment
    without: Collection[str] = ()

    def models(self) -> Iterator[tuple[str, str]]:
        for domain in self.catalog.domains:
            if domain.types:
                yield f"{domain.name}/models.py", self._models(domain)
            if domain.definitions:
                yield f"{domain.name}/schemas.py", self._schemas(domain)

    def files(self) -> Iterator[tuple[str, str]]:
        for domain in self.catalog.domains:
            if domain.name not in self.without:
                yield from self._domain(domain)
        for service in self.catalog.services:
            yield f"services/{service.module}.py", self._service(service)
        if self.catalog.services:
            yield "services/__init__.py", self._services()
        yield from self._package()
        if self.catalog.blocking:
            yield from BlockingPackage(self.catalog, self._print).files()
        yield from self._aliases()
        yield "TOPICS.md", self._print("TOPICS.md", None, catalog=self.catalog, methods=method_names(self.catalog))
        yield "py.typed", ""

    def _print(self, template: str, scope: Scope | None, **context: object) -> str:
        text = self.environment.get_template(f"{template}.jinja")
        return text.render(imports=scope.lines() if scope else [], **context)

    def _scope(self, path: str) -> Scope:
        return Scope(f"{self.catalog.package}.{path}" if path else self.catalog.package)

    def _domain(self, domain: Domain) -> Iterator[tuple[str, str]]:
        if domain.types:
            yield f"{domain.name}/models.py", self._models(domain)
        if domain.definitions:
            yield f"{domain.name}/schemas.py", self._schemas(domain)
        scope = self._scope(f"{domain.name}.topics")
        if domain.shared_parameters:
            yield f"{domain.name}/params.py", self._params(domain)
        if domain.topics or domain.calls:
            yield f"{domain.name}/topics.py", self._topics(domain, scope)
        yield f"{domain.name}/__init__.py", self._client(domain, scope)

    def _models(self, domain: Domain) -> str:
        scope = self._scope(f"{domain.name}.models")
        types = type_texts(domain, self.annotations, scope, self.catalog.package)
        return self._print("models.py", scope, domain=domain, types=types)

    def _schemas(self, domain: Domain) -> str:
        scope = self._scope(f"{domain.name}.schemas")
        scope.use("typing", "Final")
        scope.runtime("JsonSchemas")
        return self._print("schemas.py", scope, domain=domain, definitions=repr(dict(domain.definitions)))

    def _topics(self, domain: Domain, scope: Scope) -> str:
        self._take_names(domain, scope)
        writer = TopicWriter(self.catalog.package, scope)
        texts = {
            **({"types": [], "params": []} if domain.shared_parameters else _parameters(domain, writer)),
            "errors": [writer.error(topic) for topic in domain.topics if topic.error_class],
            "constants": [*map(writer.constant, domain.topics), *map(writer.call, domain.calls)],
            "aliases": [alias for topic in domain.topics for alias in writer.aliases(topic)],
        }
        return self._print("topics.py", scope, domain=domain, **texts)

    def _params(self, domain: Domain) -> str:
        """Return the module of the parameters that several domains use."""
        scope = self._scope(f"{domain.name}.params")
        for symbol in domain.parameter_symbols:
            scope.define(symbol.name)
        texts = _parameters(domain, TopicWriter(self.catalog.package, scope))
        return self._print("params.py", scope, domain=domain, **texts)

    def _take_names(self, domain: Domain, scope: Scope) -> None:
        """Record the names of a domain, so that no import of its ``topics.py`` gets one of them."""
        for type_ in domain.types:
            assert type_.symbol is not None
            scope.taken[type_.symbol.name] = type_.symbol.module
        for symbol in domain.parameter_symbols:
            scope.taken[symbol.name] = symbol.module
        names: list[str] = []
        for topic in domain.topics:
            names += [topic.constant, topic.event_alias, topic.error_class]
            if topic.params_class is not None and topic.params_class.name != topic.params_name:
                names.append(topic.params_name)
        for name in (*names, *(call.constant for call in domain.calls)):
            if name:
                scope.define(name)
        scope.taken[domain.class_name] = f"{self.catalog.package}.{domain.name}"

    def _client(self, domain: Domain, topics: Scope) -> str:
        """Return the package of a domain: its client, and its models and descriptors on first use."""
        scope = self._scope(domain.name)
        scope.taken = dict(topics.taken)
        # The names that payloads and parameters of other domains have beside the descriptors are their names here.
        others = (".models", ".params")
        scope.imports = {module: dict(names) for module, names in topics.imports.items() if module.endswith(others)}
        scope.imports[topics.module] = {name: name for name, module in topics.taken.items() if module == topics.module}
        for type_ in domain.types:
            scope.use(f"{scope.module}.models", type_.symbol.name if type_.symbol else "")
        for symbol in domain.parameter_symbols:
            scope.use(symbol.module, symbol.name)
        writer = MethodWriter(domain.name, scope)
        methods = domain_methods(domain.topics, domain.calls, writer)
        has_client = bool(domain.topics or domain.calls)
        for name in ("MQTTClient", "lazy_exports") if has_client else ("lazy_exports",):
            scope.runtime(name)
        scope.use("typing", "TYPE_CHECKING")
        context = {
            "exports": scope.take_imports(".models", ".params", ".topics", exported=True),
            "used": sorted(writer.domains),
            "client": has_client,
            "methods": methods,
            "package": self.catalog.package,
            "modules": domain.modules,
        }
        return self._print("domain.py", scope, domain=domain, **context)

    def _service(self, service: Service) -> str:
        scope = self._scope(f"services.{service.module}")
        scope.define(service.class_name)
        scope.runtime("MQTTClient")
        writer = MethodWriter("", scope)
        texts = service_texts(service, self.catalog, writer)
        return self._print("service.py", scope, service=service, package=self.catalog.package, **texts)

    def _services(self) -> str:
        return self._print("services.py", None, catalog=self.catalog, package=self.catalog.package)

    def _package(self) -> Iterator[tuple[str, str]]:
        domains = [domain for domain in self.catalog.domains if domain.topics or domain.calls]
        names = sorted([self.catalog.client, "ANY", "Event", "TOPICS"])
        yield "__init__.py", self._print("package.py", None, catalog=self.catalog, names=names, runtime=runtime)
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


def _parameters(domain: Domain, writer: TopicWriter) -> dict[str, object]:
    """Return the texts of the types of parameters, and of their classes."""
    return {
        "types": list(map(writer.parameter, domain.parameter_types)),
        "params": list(map(writer.params, domain.params)),
    }


def method_names(catalog: Catalog) -> dict[Topic, list[str]]:
    """Return the names of the methods of each topic, for the index."""
    names = {topic: [topic.method(verb) for verb in topic.verbs] for topic in catalog.topics}
    for call in catalog.calls:
        names[call.request] += [call.method(verb) for verb in call.verbs]
    return names
