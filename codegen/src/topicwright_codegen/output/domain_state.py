"""A fingerprint of everything that a domain's files are generated from: runs with the same one write the same files.

It covers every field of the domain's topics, calls and types except places in the author's files. A reference to
another type counts as what an annotation or a default takes from it: its name, and its schema where it is no class.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter

from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.catalog.model import Call, Catalog, Domain, Parameter, ParameterType, ParamsClass, Topic
from topicwright_codegen.digest import digest
from topicwright_codegen.schemas.types import Field, Symbol, Type

_REFERENCE = re.compile(r'\{"\$ref": "#/\$defs/T(\d+)"\}')
_PLACES = frozenset(("node", "channel", "key", "number"))


def _members(kind: type, without: Iterable[str] = ()) -> attrgetter[tuple[object, ...]]:
    left_out = _PLACES | set(without)
    return attrgetter(*(member.name for member in fields(kind) if member.name not in left_out))


_OF_TOPIC = _members(Topic, ("payload", "headers"))
_OF_TYPE = _members(Type, ("schema",))
_PARTS = (Call, Field, Parameter, ParameterType, ParamsClass)
_OF: dict[type[object], attrgetter[tuple[object, ...]]] = {kind: _members(kind) for kind in _PARTS}


def domain_fingerprints(catalog: Catalog) -> dict[str, str]:
    """Return the fingerprint of each domain by its name."""
    states = _States(catalog.types_by_number)
    return {domain.name: digest(states.of(domain)) for domain in catalog.domains}


@dataclass(slots=True)
class _States:
    """The states of the domains of one catalog, as texts."""

    types: dict[int, Type]
    _referred: dict[int, str] = field(default_factory=dict[int, str])

    def of(self, domain: Domain) -> str:
        about = (domain.name, domain.class_name, domain.origin, domain.doc)
        types = [self._written(type_) for type_ in domain.types]
        used = domain.params, domain.parameter_types, domain.definitions
        return self._text((about, domain.topics, domain.calls, types, *used))

    def _text(self, value: object) -> str:
        return _REFERENCE.sub(self._reference, json.dumps(value, default=_state))

    def _written(self, type_: Type) -> tuple[object, ...]:
        # The schema of an object is made of those of its fields.
        return (_OF_TYPE(type_), None if type_.kind == "object" else type_.schema)

    def _reference(self, match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in self.types:
            return match[0]
        if number not in self._referred:
            type_ = self.types[number]
            self._referred[number] = f"{_named(type_)} again"  # where a type contains itself
            schema = "class" if type_.kind == "object" else self._text(type_.schema)
            self._referred[number] = f"{_named(type_)} {type_.kind} {schema} {' '.join(type_.lenient)}"
        return self._referred[number]


def _named(type_: Type | None) -> str:
    if type_ is None or type_.symbol is None:
        return "" if type_ is None else "nameless"
    return f"{type_.symbol.module}:{type_.symbol.name}"


def _state(value: object) -> object:
    if isinstance(value, Topic):
        return (_OF_TOPIC(value), _named(value.payload), _named(value.headers))
    if isinstance(value, Symbol):
        return f"{value.module}:{value.name}"
    if isinstance(value, Deprecation):
        return str(value)
    return _OF[type(value)](value)
