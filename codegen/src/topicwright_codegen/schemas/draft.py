"""Types while they are collected, before names and homes are final."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from topicwright_codegen.documents.node import Node
from topicwright_codegen.schemas.flat import Flat, reference_to
from topicwright_codegen.schemas.json_schema.object_shape import Shape


@dataclass(slots=True, eq=False)
class DraftField:
    """A field while types are collected."""

    wire: str
    schema: Flat
    node: Node
    required: bool


@dataclass(slots=True, eq=False)
class Draft:
    """A type while types are collected."""

    number: int
    node: Node
    name: str
    is_named: bool
    """Whether the author gave the name; other names change where they collide with it."""
    owner: Draft | str | None
    """The type or the domain that it belongs to; None for a component."""
    kind: Literal["object", "root", "alias", "inline"] = "inline"
    schema: Flat = field(default_factory=dict[str, object])
    fields: list[DraftField] = field(default_factory=list[DraftField])
    shape: Shape | None = None
    uses: set[int] = field(default_factory=set[int])
    """The numbers of the types that it refers to."""
    is_payload: bool = False
    extras: Flat | None = None
    """The type of the fields that it does not name, as a dict in the flat form; None where they have none."""
    asserts: Flat = field(default_factory=dict[str, object])
    """Its assertions beyond its fields, as a schema."""

    @property
    def reference(self) -> Flat:
        """A reference to it in the flat form."""
        return reference_to(self.number)
