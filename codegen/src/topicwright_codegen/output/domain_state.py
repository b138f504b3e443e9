"""All that the files of a domain depend on, as one sum: two runs with the same sum write the same files.

The state of a domain is every field of its topics, calls and types except places in the author's files. A reference to
another type stands for what an annotation or a default takes from it: its name, and its schema where it is no class.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter

from topicwright_codegen.asyncapi.deprecation import Deprecation
from topicwright_codegen.catalog.model import Call, Catalog, Domain, Parameter, Topic
from topicwright_codegen.schemas.types import Field, Symbol, Type

_REFERENCE = re.compile(r'\{"\$ref": "#/\$defs/T(\d+)"\}')
_PLACES = frozenset(("node", "channel", "key", "number"))


def _members(kind: type, without: Iterable[str] = ()) -> attrgetter[tuple[object, ...]]:
    left_out = _PLACES | set(without)
    return attrgetter(*(member.name for member in fields(kind) if member.name not in left_out))


_OF_TOPIC = _members(Topic, ("payload", "headers"))
_OF_TYPE = _members(Type, ("schema",))
_OF: dict[type[object], attrgetter[tuple[object, ...]]] = {kind: _members(kind) for kind in (Call, Field, Parameter)}


@dataclass(slots=True)
class States:
    """Sums of the domains of one catalog."""

    types: dict[int, Type]
    _referred: dict[int, str] = field(default_factory=dict[int, str])

    @classmethod
    def of(cls, catalog: Catalog) -> dict[str, str]:
        """Return the sum of each domain by its name."""
        states = cls(catalog.types_by_number)
        return {domain.name: states.sum(domain) for domain in catalog.domains}

    def sum(self, domain: Domain) -> str:
        """Return the sum of one domain."""
        about = (domain.name, domain.class_name, domain.origin, domain.doc)
        types = [self._written(type_) for type_ in domain.types]
        state = self._text((about, domain.topics, domain.calls, types))
        return hashlib.sha256(state.encode("utf-8")).hexdigest()

    def _text(self, value: object) -> str:
        return _REFERENCE.sub(self._reference, json.dumps(value, default=_state))

    def _written(self, type_: Type) -> tuple[object, ...]:
        # The schema of an object is made of those of its fields.
        return (_OF_TYPE(type_), None if type_.kind == "object" else type_.schema)

    def _reference(self, found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in self.types:
            return found[0]
        if number not in self._referred:
            type_ = self.types[number]
            self._referred[number] = f"{_named(type_)} again"  # where a type contains itself
            schema = "class" if type_.kind == "object" else self._text(type_.schema)
            self._referred[number] = f"{_named(type_)} {type_.kind} {schema}"
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
