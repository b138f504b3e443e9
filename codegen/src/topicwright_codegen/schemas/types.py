"""A type of the catalog, and its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Value

SHARED = "shared"
"""The domain of types that would otherwise make two domains import each other."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name in a module."""

    module: str
    name: str

    @property
    def domain(self) -> str:
        """The domain whose module it is in."""
        return self.module.split(".")[-2]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a generated model."""

    name: str
    wire: str
    """The JSON name."""
    schema: dict[str, object]
    """Its type in the flat schema."""
    doc: str
    required: bool
    """Whether the constructor asks for it."""
    omittable: bool
    """Left out of the JSON when it is None: not required, no default, and null is not allowed."""
    nullable: bool
    """Left out of the JSON unless it is set: not required, no default, and null is a value."""
    defaulted_but_required: bool
    """A constant, or with a default: the constructor fills it in, and a message without it is invalid."""
    default: Value
    """Meaningful where it is neither required nor omittable nor made by a factory."""
    factory: Literal["new_id", "now"] | None
    node: Node
    lenient: tuple[str, ...] = ()
    """What is read as absent beside what is absent."""


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """One type of the flat schema.

    ``inline`` types have no name of their own and are written where they are used.
    """

    number: int
    kind: Literal["object", "root", "alias", "inline"]
    domain: str
    symbol: Symbol | None
    doc: str
    node: Node
    schema: dict[str, object]
    """The input of datamodel-code-generator; see ``flat``."""
    fields: tuple[Field, ...] = ()
    open: bool = False
    """Whether fields that the schema does not name are kept."""
    extras: dict[str, object] | None = None
    """The type of those fields in the flat schema, as a dict; None for any."""
    judge: str = ""
    """The name of the definition that messages with this payload are checked against; empty where its type says all."""
    lenient: tuple[str, ...] = ()
    """What a reader of its values understands beside what the schema allows."""
    whole_name: str = ""
    """The name that the author gave, where the class has the end of it."""
    tags: dict[str, list[object]] = field(default_factory=dict[str, "list[object]"])
    """The fields by which discriminators tell it from others, with its values of each."""
