"""What a user names on the command line: descriptors and services of a Python module, imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias, TypeGuard, cast

from topicwright import Call, MQTTClient, Topic

from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.export.docstrings import own_doc, texts_below_names
from topicwright_codegen.project.config import UsageError

AnyTopic: TypeAlias = Topic[Any, Any, Any]
AnyCall: TypeAlias = Call[Any, Any, Any, Any]
Descriptor: TypeAlias = AnyTopic | AnyCall

_MOST_NAMES: Final = 8


@dataclass(slots=True)
class ServiceClass:
    """A class that says what a service sends and receives."""

    name: str
    doc: str
    sends: tuple[Descriptor, ...]
    receives: tuple[Descriptor, ...]


@dataclass(slots=True)
class Selection:
    """Descriptors in the order in which they are written."""

    title: str
    doc: str
    topics: list[AnyTopic] = field(default_factory=list[AnyTopic])
    calls: list[AnyCall] = field(default_factory=list[AnyCall])
    services: list[ServiceClass] = field(default_factory=list[ServiceClass])
    docs: dict[int, str] = field(default_factory=dict[int, str])
    """The text below a descriptor in its module, by the identity of the descriptor."""

    def add(self, value: object) -> bool:
        """Take an object of a module, with what belongs to it; return whether it is one that a catalog has."""
        if is_topic(value):
            if value not in self.topics:
                self.topics.append(value)
        elif _is_call(value):
            if value not in self.calls:
                self.calls.append(value)
                self.all((value.request, *value.replies))
        elif _is_service(value):
            service = ServiceClass(value.__name__, own_doc(value), value.sends, value.receives)
            self.services.append(service)
            self.all((*service.sends, *service.receives))
        elif isinstance(value, (tuple, list)) and _are_descriptors(cast("Sequence[object]", value)):
            self.all(cast("Sequence[object]", value))
        else:
            return False
        return True

    def all(self, values: Iterable[object]) -> None:
        """Take several objects."""
        for value in values:
            self.add(value)


def select(places: Sequence[str]) -> Selection:
    """Return what ``MODULE`` or ``MODULE:NAME,NAME`` name.

    Raises:
        UsageError: a module cannot be imported, or has no such descriptor.
    """
    chosen: Selection | None = None
    for place in places:
        name, _, names = place.partition(":")
        module = _import(name)
        chosen = chosen or Selection(name.rpartition(".")[2], (module.__doc__ or "").strip())
        found = list(_named(module, [part.strip() for part in names.split(",") if part.strip()]))
        for _, value in sorted(found, key=lambda item: isinstance(item[1], type)):  # services refer to topics
            chosen.add(value)
        for each in {name, *(inner for _, value in found if (inner := getattr(value, "__module__", "")))}:
            _read_docs(chosen, sys.modules.get(each))
        if not found:
            raise UsageError(f"{name} has no Topic, Call or service class: name the module that defines them")
    if chosen is None:
        raise UsageError("name a module: topicwright export fleet")
    return chosen


def _import(name: str) -> ModuleType:
    if name.endswith(".py"):
        raise UsageError(f"{name} is a file: name its module, {name.removesuffix('.py').replace('/', '.')}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:
        known = isinstance(error, ModuleNotFoundError) and error.name and name.startswith(error.name)
        hint = " (from the current folder and the environment)" if known else ""
        raise UsageError(f"cannot import {name}{hint}: {type(error).__name__}: {error}") from error


def _what_else(name: str, module: ModuleType, public: Sequence[str]) -> str:
    found = [known for known in public if Selection("", "").add(getattr(module, known, None))]
    more = f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else ""
    there = f"it has {', '.join(found[:_MOST_NAMES])}{more}" if found else "it has no topic, call or service"
    return did_you_mean(name, found, there)


def _named(module: ModuleType, names: Sequence[str]) -> Iterator[tuple[str, object]]:
    public = [name for name in dict.fromkeys([*vars(module), *dir(module)]) if not name.startswith("_")]
    for name in names:
        value = getattr(module, name, None)
        if value is None:
            raise UsageError(f"{module.__name__} has no {name!r} ({_what_else(name, module, public)})")
        if not Selection("", "").add(value):
            raise UsageError(f"{module.__name__}:{name} is no Topic, no Call, and no client with sends or receives")
        yield name, value
    if not names:
        values = ((name, getattr(module, name, None)) for name in public)
        yield from ((name, value) for name, value in values if Selection("", "").add(value))


def is_topic(value: object) -> TypeGuard[AnyTopic]:
    """Return whether an object is a ``Topic``."""
    return isinstance(value, Topic)


def _is_call(value: object) -> TypeGuard[AnyCall]:
    return isinstance(value, Call)


def _is_service(value: object) -> TypeGuard[type[MQTTClient]]:
    return isinstance(value, type) and issubclass(value, MQTTClient) and bool(value.sends or value.receives)


def _are_descriptors(values: Sequence[object]) -> bool:
    return bool(values) and all(isinstance(one, (Topic, Call)) for one in values)


def _read_docs(chosen: Selection, module: ModuleType | None) -> None:
    if module is not None:
        for name, text in texts_below_names(module).items():
            chosen.docs.setdefault(id(vars(module).get(name)), text)
