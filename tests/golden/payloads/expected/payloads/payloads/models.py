"""Payloads of the ``payloads`` topics. Made by topicwright from catalog/payloads.yaml; do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field
from topicwright import Model, Omittable, RootModel


class Number(RootModel[Annotated[float, Field(ge=0.0)]]):
    """``Number``."""


class Numbers(RootModel[Annotated[list[Annotated[int, Field(le=9)]], Field(min_length=1)]]):
    """``Numbers``."""


class Choice(RootModel[Literal["a", 1, True] | None]):
    """``Choice``."""


class Map(RootModel[dict[str, float]]):
    """``Map``."""


class Anything(RootModel[Any]):
    """``Anything``."""


Strategy: TypeAlias = Literal["hybrid", "recent"]
"""How to search."""


class ThingOptions(Model):
    """Part of ``Thing``."""

    verbose: bool = False


class ThingLimits(Model):
    """Part of ``Thing``."""

    low: int = 0


class ThingByNameValue(Model):
    """Part of ``Thing``."""

    x: Omittable[int] = None


class Thing(Model):
    """``Thing``."""

    name: Annotated[str, Field(max_length=80, min_length=1, pattern="^\\w+$")]
    kind: Literal["thing"]
    strategy: Strategy = "hybrid"
    """The way to go."""
    optional: Omittable[str] = None
    nullable: str | None = None
    nullable_number: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    ratio: float = 1.0
    tags: list[str] = Field(default_factory=list[str])
    levels: list[int] = Field(default_factory=lambda: [1, 2])
    extra: dict[str, Any] = Field(default_factory=dict[str, Any])
    options: ThingOptions = Field(default_factory=ThingOptions)
    limits: ThingLimits = Field(default_factory=lambda: ThingLimits.model_validate({"low": 1}))
    pair: Omittable[tuple[str, int]] = None
    mixed: Omittable[Annotated[int, Field(ge=3)] | Annotated[str, Field(max_length=5)]] = None
    made_at: AwareDatetime = datetime.fromisoformat("2026-01-31T12:00:00+00:00")
    day: Omittable[date] = None
    uid: Omittable[UUID] = None
    email: Omittable[str] = None
    whatever: Omittable[Any] = None
    matrix: Omittable[list[list[Annotated[float, Field(gt=0.0)]]]] = None
    by_name: Omittable[dict[str, ThingByNameValue]] = None
    old: Omittable[str] = None
    """Do not use. Deprecated."""


class Cat(Model):
    """``Cat``."""

    name: str
    kind: Literal["cat"]
    lives: int = 9


class Dog(Model):
    """``Dog``."""

    name: str
    kind: Literal["dog"]


class Pet(RootModel[Cat | Dog]):
    """``Pet``."""


class Leaf(Model):
    """``Leaf``."""

    tree: Omittable[Tree] = None


class Tree(Model):
    """``Tree``."""

    value: int
    children: list[Tree] = Field(default_factory=list["Tree"])
    leaf: Omittable[Leaf] = None


class Open(Model):
    """``Open``."""

    model_config = ConfigDict(extra="allow")

    known: Omittable[str] = None


class CommandMove(Model):
    """Move."""

    id: str
    x: float


class CommandOption2(Model):
    """Part of ``Command``."""

    id: str
    text: str


class Command(RootModel[CommandMove | CommandOption2]):
    """``Command``."""


Leaf.model_rebuild()
Tree.model_rebuild()
