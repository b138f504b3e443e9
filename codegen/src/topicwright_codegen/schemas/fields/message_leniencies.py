"""Which names of ``x-lenient`` of a message or a document its payloads have a use for: the others are reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from topicwright_codegen.asyncapi.leniencies import KEY, LENIENCIES, OF_FIELDS, OF_VALUES
from topicwright_codegen.asyncapi.model import Located
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.node import Identity
from topicwright_codegen.schemas.fields.leniency_uses import clash, kinds_of, may_mean_absent
from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.types import Field, Type


@dataclass(slots=True)
class MessageLeniencies:
    """Finds the leniencies that have an effect."""

    types: Mapping[int, Type]
    diagnostics: Diagnostics
    _unused: dict[Identity, Located[str]] = field(default_factory=dict[Identity, "Located[str]"])
    _used: set[Identity] = field(default_factory=set[Identity])

    def of(self, named: Iterable[Located[str]], payload: Type | None) -> tuple[str, ...]:
        """Return the names that have an effect on a payload, each once."""
        named = tuple(named)
        self.declare(named)
        asked = dict.fromkeys(item.value for item in named)
        found: set[str] = set()
        if payload is not None and asked:
            found = _Walk(self.types, frozenset(asked)).found_in(payload)
        self._used.update(item.node.identity for item in named if item.value in found)
        return tuple(name for name in asked if name in found)

    def declare(self, named: Iterable[Located[str]]) -> None:
        """Expect that some payload has a use for names."""
        self._unused.update((item.node.identity, item) for item in named)

    def report_unused(self) -> None:
        """Report the names that no payload has a use for."""
        for identity, item in self._unused.items():
            if identity not in self._used:
                text = f"{KEY} {item.value!r} has no effect: nothing in the payloads is a value for it"
                self.diagnostics.warning("TW434", text, item.node, f"it is for {LENIENCIES[item.value]}")


@dataclass(slots=True)
class _Walk:
    types: Mapping[int, Type]
    names: frozenset[str]
    found: set[str] = field(default_factory=set[str])
    _seen: set[int] = field(default_factory=set[int])

    def found_in(self, payload: Type) -> set[str]:
        """Return the names that a payload, or anything in it, has a use for."""
        self._type(payload)
        return self.found

    def _type(self, type_: Type) -> None:
        if type_.number in self._seen:
            return
        self._seen.add(type_.number)
        if type_.kind != "object":
            self._value(type_.schema)
        for member in type_.fields:
            self._field(member)
        if type_.extras is not None:
            self._inside(type_.extras)

    def _field(self, member: Field) -> None:
        self._value(member.schema)
        kinds = frozenset(kinds_of(member.schema, self.types))
        optional = not member.required and not member.defaulted_but_required
        self.found |= {name for name in self.names & OF_FIELDS.keys() if optional and may_mean_absent(name, kinds)}

    def _value(self, schema: Flat) -> None:
        kinds = frozenset(kinds_of(schema, self.types))
        self.found |= {name for name in self.names & OF_VALUES.keys() if clash(name, kinds) is None}
        self._inside(schema)

    def _inside(self, schema: Flat) -> None:
        """Look at the parts of a schema, of which alternatives are no values of their own."""
        number = reference_of(schema)
        if number is not None and self.types[number].kind == "object":
            self._type(self.types[number])
        elif number is not None and number not in self._seen:
            self._seen.add(number)
            self._inside(self.types[number].schema)
        for branch in branches_of(schema):
            self._inside(branch)
        for part in _parts(schema):
            self._value(part)


def _parts(schema: Flat) -> Iterator[Flat]:
    """Yield the schemas of the items of a list, and of the values of a dict."""
    yield from cast("list[Flat]", schema.get("prefixItems", []))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield cast("Flat", schema[key])
