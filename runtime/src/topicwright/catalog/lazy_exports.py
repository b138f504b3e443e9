"""Lazy exports of a generated package: a module is imported at the first use of one of its names (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, cast

from topicwright.catalog.topic import Declared, Topic


def lazy_exports(package: str, *modules: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package that re-exports the names of its ``modules``.

    The default is all modules of the package. A module with the name of the requested object (``memory_worker`` for
    ``MemoryWorker``) is imported first, the others in their order.
    """

    def get(name: str) -> object:
        if name == "__all__":
            return [known for known in listed() if not known.startswith("_")]
        # ``from package import module`` looks for the module as a name first, and imports it after that.
        if not name.startswith("_") and name not in submodules():
            for module in sorted(modules or submodules(), key=lambda module: module.replace("_", "") != name.lower()):
                if name in _public(package, module):
                    return vars(sys.modules[package])[name]
        raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])

    @cache
    def submodules() -> list[str]:
        return [module.name for module in iter_modules(sys.modules[package].__path__)]

    def listed() -> list[str]:
        here = sys.modules[package]
        names = {name for module in modules or submodules() for name in _own(package, module)}
        private = {name for name in vars(here) if name.startswith("_")}
        return sorted({*names, *_defined(here), *vars(here).get("__all__", ()), *submodules(), *private})

    return get, listed


def _public(package: str, module: str) -> dict[str, object]:
    """Import a module, copy its public names to the package, and return them."""
    names = vars(import_module(f"{package}.{module}"))
    public = {name: value for name, value in names.items() if not name.startswith("_")}
    for name, value in public.items():
        vars(sys.modules[package]).setdefault(name, value)
    return public


def _own(package: str, module: str) -> set[str]:
    """Return the names that a module exports: those that it defines, not what it has imported."""
    public = _public(package, module)
    return public.keys() & _defined(sys.modules[f"{package}.{module}"])


def _defined(module: ModuleType) -> set[str]:
    """Return what a generated module defines: its classes, and its constants and aliases, which have a type."""
    classes = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    return {name for name in classes | vars(module).get("__annotations__", {}).keys() if not name.startswith("_")}


def topics_of(package: str, *domains: str) -> tuple[Topic[Any, Any, Any], ...]:
    """Return every topic descriptor of the domains of a package, in the order of the catalog."""
    return tuple(topic for domain in domains for topic in _topics(f"{package}.{domain}.topics"))


def _topics(module: str) -> Iterator[Topic[Any, Any, Any]]:
    """Yield the descriptors that a module defines; those that it imports start with an underscore."""
    for name, value in vars(import_module(module)).items():
        if isinstance(value, Topic) and not name.startswith("_"):
            yield value


class _Late:
    """A class variable whose value is made when it is read."""

    def __init__(self, make: Callable[[], Declared]) -> None:
        self._make = make

    def __get__(self, instance: object, owner: type) -> Declared:
        return self._make()


def declared(make: Callable[[], Declared]) -> Declared:
    """Return what a service declares, for a class variable: ``make`` imports the descriptors when it is read."""
    return cast("Declared", _Late(make))
