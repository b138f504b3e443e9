"""A type of the flat schema as the alternatives that it has: unions and references opened, enums put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.types import Type

Kind: TypeAlias = Literal["any", "null", "boolean", "integer", "number", "string", "literal", "array", "map", "object"]
Types: TypeAlias = Mapping[int, Type]


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """One alternative."""

    kind: Kind
    schema: Flat
    type: Type | None = None
    """The class, of an object."""
    values: tuple[object, ...] = ()
    """The values of a literal."""

    @property
    def format(self) -> str:
        """The string format that the model checks."""
        return str(self.schema.get("format", "")) if self.kind == "string" else ""

    @property
    def shown(self) -> str:
        """How a finding names it."""
        if self.kind == "object" and self.type is not None and self.type.symbol is not None:
            return self.type.symbol.name
        return self.format or self.kind

    @property
    def items(self) -> Flat:
        """The type of the elements of an array."""
        found = self.schema.get("items")
        return cast("Flat", found) if isinstance(found, dict) else {}

    @property
    def prefix(self) -> list[Flat]:
        """The types of the elements of a tuple."""
        return cast("list[Flat]", self.schema.get("prefixItems", []))

    @property
    def member(self) -> Flat:
        """The type of the values of a map."""
        found = self.schema.get("additionalProperties")
        return cast("Flat", found) if isinstance(found, dict) else {}


def opened(schema: Flat, types: Types) -> tuple[Flat, Type | None]:
    """Follow references to what is not one; return the class where it ends at a class."""
    type_ = None
    for _ in range(len(types) + 1):
        number = reference_of(schema)
        if number is None:
            break
        type_ = types[number]
        schema = type_.schema
    return schema, type_


def atoms_of(schema: Flat, types: Types) -> list[Atom]:
    """Return the alternatives of a type."""
    found = list(_alternatives(schema, types, 0))
    if any(atom.kind == "any" for atom in found):
        return [Atom("any", {})]
    values = [value for atom in found for value in atom.values]
    others = [atom for atom in found if atom.kind != "literal"]
    return [*others, Atom("literal", {"enum": values}, values=tuple(values))] if values else others


def of_type(type_: Type, types: Types) -> list[Atom]:
    """Return the alternatives of a named type."""
    return [Atom("object", type_.schema, type_)] if type_.kind == "object" else atoms_of(type_.schema, types)


def _alternatives(schema: Flat, types: Types, depth: int) -> Iterator[Atom]:
    schema, type_ = opened(schema, types)
    if "anyOf" in schema and depth < 50:
        for branch in branches_of(schema):
            yield from _alternatives(branch, types, depth + 1)
    elif type_ is not None and type_.kind == "object":
        yield Atom("object", schema, type_)
    elif "enum" in schema:
        values = cast("list[object]", schema["enum"])
        if None in values:
            yield Atom("null", {"type": "null"})
        if plain := tuple(value for value in values if value is not None):
            yield Atom("literal", schema, values=plain)
    else:
        kind = str(schema.get("type", "any"))
        yield Atom(cast("Kind", "map" if kind == "object" else kind), schema)


def tag_of(atom: Atom, types: Types) -> str:
    """Return what tells one class of a union from another: its constant field, else its name."""
    for field in atom.type.fields if atom.type else ():
        schema, _ = opened(field.schema, types)
        values = schema.get("enum")
        if isinstance(values, list) and len(cast("list[object]", values)) == 1:
            return f"{field.wire}={values[0]!r}"
    return atom.shown


def counterpart(old: Atom, news: list[Atom], old_types: Types, new_types: Types) -> Atom | None:
    """Return the class of a union that another version's class has become: that of its constant, else of its name.

    A class whose constant has changed is another one; one that has lost or got its constant is the same.
    """
    tags = [tag_of(new, new_types) for new in news]
    was = tag_of(old, old_types)
    if was in tags:
        return news[tags.index(was)]
    pairs = zip(news, tags, strict=True)
    return next((new for new, tag in pairs if new.shown == old.shown and old.shown in (was, tag)), None)
