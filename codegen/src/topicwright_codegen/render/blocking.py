"""The text of ``PACKAGE.sync``: the same methods as those of the package, for clients without an event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from topicwright_codegen.catalog.model import Catalog, Domain, Service
from topicwright_codegen.render.imports import Scope
from topicwright_codegen.render.methods import MethodWriter, domain_methods, service_texts


@dataclass(frozen=True, slots=True)
class BlockingPackage:
    """Writes the files of blocking clients."""

    catalog: Catalog
    print: Callable[..., str]
    """Returns the text of a template, with the imports of a scope."""

    @property
    def _package(self) -> str:
        return f"{self.catalog.package}.sync"

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield each file with its path."""
        domains = [domain for domain in self.catalog.domains if domain.topics or domain.calls]
        for domain in domains:
            yield f"sync/{domain.name}.py", self._domain(domain)
        for service in self.catalog.services:
            yield f"sync/services/{service.module}.py", self._service(service)
        if self.catalog.services:
            yield (
                "sync/services/__init__.py",
                self.print("services.py", None, catalog=self.catalog, package=self._package),
            )
        scope = Scope(f"{self._package}._client")
        bases = [f"{scope.use(self._package, domain.name)}.{domain.class_name}" for domain in domains]
        bases = bases or [scope.use("topicwright.sync", "MQTTClient")]
        yield "sync/_client.py", self.print("client.py", scope, catalog=self.catalog, bases=bases)
        yield "sync/__init__.py", self.print("blocking_package.py", None, catalog=self.catalog)

    def _domain(self, domain: Domain) -> str:
        scope = Scope(f"{self._package}.{domain.name}")
        scope.define(domain.class_name)
        writer = MethodWriter(domain.name, scope, blocking=True)
        methods = domain_methods(domain.topics, domain.calls, writer)
        types = scope.take_imports(".models", ".params", ".topics")
        if types:
            scope.use("typing", "TYPE_CHECKING")
        scope.use("topicwright.sync", "MQTTClient")
        context = {
            "methods": methods,
            "types": types,
            "used": sorted(writer.domains),
            "package": self.catalog.package,
        }
        return self.print("blocking.py", scope, domain=domain, **context)

    def _service(self, service: Service) -> str:
        scope = Scope(f"{self._package}.services.{service.module}")
        scope.define(service.class_name)
        scope.use("topicwright.sync", "MQTTClient")
        writer = MethodWriter("", scope, blocking=True)
        texts = service_texts(service, self.catalog, writer)
        return self.print("service.py", scope, service=service, package=self.catalog.package, **texts)
