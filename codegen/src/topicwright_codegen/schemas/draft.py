"""Types while they are collected, before names and homes are final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.schemas.flat import Flat, reference_to
from topicwright_codegen.schemas.json_schema.object_shape import Shape

Key: TypeAlias = "tuple[Identity, ...]"
"""The schemas that an inline class is made of."""


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
    is_judged: bool = False
    """Whether it is the payload or the headers of a message, and no type says all that its schema says."""
    is_alternative: bool = False
    """Whether it is one of several objects that a value can be at once."""
    is_base: bool = False
    """Whether it is the class of a schema that others inherit from, which can replace it: the schema is the union."""
    lenient: tuple[str, ...] = ()
    """What a reader of its values understands beside what the schema allows: the names in ``x-lenient``."""
    key: Key = ()
    """Empty for a type that is no inline class."""

    @property
    def chain(self) -> Iterator[Draft]:
        """Return this type, the one that it belongs to, and so on."""
        draft: Draft | str | None = self
        while isinstance(draft, Draft):
            yield draft
            draft = draft.owner

    @property
    def top(self) -> Draft:
        """Return the last of the chain."""
        return list(self.chain)[-1]

    @property
    def reference(self) -> Flat:
        """A reference to it in the flat form."""
        return reference_to(self.number)
