"""A schema as its alternatives: unions and references are resolved, enums are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.types import Type

Kind: TypeAlias = Literal["any", "null", "boolean", "integer", "number", "string", "literal", "array", "map", "object"]
Types: TypeAlias = Mapping[int, Type]
"""The types of a catalog by their numbers."""
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One kind of values that a schema accepts."""

    kind: Kind
    schema: Flat
    type: Type | None = None
    """The class of an object."""
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

    def limit(self, keyword: str) -> float | None:
        """Return the number of a keyword."""
        value = self.schema.get(keyword)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    @property
    def pattern(self) -> str | None:
        """The pattern of a string."""
        value = self.schema.get("pattern")
        return value if isinstance(value, str) else None

    @property
    def items(self) -> Flat:
        """The type of the elements of an array."""
        items = self.schema.get("items")
        return cast("Flat", items) if isinstance(items, dict) else {}

    @property
    def prefix(self) -> list[Flat]:
        """The types of the elements of a tuple."""
        return cast("list[Flat]", self.schema.get("prefixItems", []))

    @property
    def member(self) -> Flat:
        """The type of the values of a map."""
        member = self.schema.get("additionalProperties")
        return cast("Flat", member) if isinstance(member, dict) else {}


def resolve_schema(schema: Flat, types: Types) -> tuple[Flat, Type | None]:
    """Return the schema at the end of a chain of references, and the class where it is the schema of one."""
    type_ = None
    for _ in range(len(types) + 1):
        number = reference_of(schema)
        if number is None:
            break
        type_ = types[number]
        schema = type_.schema
    return schema, type_


def alternatives_of(schema: Flat, types: Types) -> list[Alternative]:
    """Return the alternatives of a type."""
    alternatives = list(_alternatives(schema, types, 0))
    if any(alternative.kind == "any" for alternative in alternatives):
        return [Alternative("any", {})]
    values = [value for alternative in alternatives for value in alternative.values]
    others = [alternative for alternative in alternatives if alternative.kind != "literal"]
    return [*others, Alternative("literal", {"enum": values}, values=tuple(values))] if values else others


def alternatives_of_type(type_: Type, types: Types) -> list[Alternative]:
    """Return the alternatives of a named type."""
    return (
        [Alternative("object", type_.schema, type_)] if type_.kind == "object" else alternatives_of(type_.schema, types)
    )


def _alternatives(schema: Flat, types: Types, depth: int) -> Iterator[Alternative]:
    schema, type_ = resolve_schema(schema, types)
    if "anyOf" in schema and depth < _MAX_DEPTH:
        for branch in branches_of(schema):
            yield from _alternatives(branch, types, depth + 1)
    elif type_ is not None and type_.kind == "object":
        yield Alternative("object", schema, type_)
    elif "enum" in schema:
        yield from _literals(schema)
    else:
        kind = str(schema.get("type", "any"))
        yield Alternative(cast("Kind", "map" if kind == "object" else kind), schema)


def _literals(schema: Flat) -> Iterator[Alternative]:
    values = cast("list[object]", schema["enum"])
    if None in values:
        yield Alternative("null", {"type": "null"})
    if plain := tuple(value for value in values if value is not None):
        yield Alternative("literal", schema, values=plain)


def tag_of(alternative: Alternative, types: Types) -> str:
    """Return what distinguishes a class of a union from the others: its constant field, else its name."""
    for field in alternative.type.fields if alternative.type else ():
        schema, _ = resolve_schema(field.schema, types)
        values = schema.get("enum")
        if isinstance(values, list) and len(cast("list[object]", values)) == 1:
            return f"{field.wire}={values[0]!r}"
    return alternative.shown


def counterpart(old: Alternative, news: list[Alternative], old_types: Types, new_types: Types) -> Alternative | None:
    """Return the class of the new union that an old class has become: that of its constant, else of its name.

    A class whose constant has changed is another one; one that has lost or got its constant is the same.
    """
    tags = [tag_of(new, new_types) for new in news]
    was = tag_of(old, old_types)
    if was in tags:
        return news[tags.index(was)]
    pairs = zip(news, tags, strict=True)
    return next((new for new, tag in pairs if new.shown == old.shown and old.shown in (was, tag)), None)
