"""The fields that an object requires and allows by its schema, which is more than its generated model checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.json_schema.object_shape import Analysis, shape_of
from topicwright_codegen.schemas.types import Field, Type

Openness: TypeAlias = Literal["closed", "silent", "open"]
"""A writer of a silent schema sends no other field, and a strict reader refuses one; the schema allows them."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectShape:
    """An object as its schema has it."""

    type: Type
    fields: dict[str, Field]
    required: frozenset[str]
    """By the schema: also fields that have a default in the generated model."""
    closed: bool
    """Whether the schema itself forbids fields that it does not name."""
    allows_others: bool
    """Whether the schema itself mentions fields that it does not name, or the settings do, and allows them."""

    @property
    def openness(self) -> Openness:
        """Whether the schema allows fields that it does not name."""
        return "closed" if self.closed else "open" if self.allows_others else "silent"

    @classmethod
    def of(cls, type_: Type, side: Side) -> ObjectShape:
        """Return the shape of a class."""
        shape = shape_of(type_.node, Analysis(side.source))
        fields = {field.wire: field for field in type_.fields}
        required = {wire for wire, field in fields.items() if field.required} | (shape.required & fields.keys())
        closed = shape.additional is not None and shape.additional.value is False
        return cls(type_, fields, frozenset(required), closed, shape.open or (side.keep_unknown and type_.open))
