"""Places in a payload, and the way from a value there to a whole message of either version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from topicwright_codegen.documents.node import Node
from topicwright_codegen.review.schemas.values.alternatives import Atom, Types
from topicwright_codegen.review.schemas.values.examples import sample_atom

Wrap: TypeAlias = Callable[[object], object]
"""From a value in a message to the whole message."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Where in a payload the comparison is."""

    path: str
    old: Node
    new: Node
    in_old: Wrap
    in_new: Wrap
    invariant: bool = False
    """Inside a list or dict, whose types must be equal for a type checker."""


def inside(spot: Spot, step: str, put: Wrap) -> Spot:
    """Return the spot of the elements of a list, or of the values of a dict."""
    return replace(
        spot,
        path=spot.path + step,
        in_old=around(spot.in_old, put),
        in_new=around(spot.in_new, put),
        invariant=True,
    )


def around(outer: Wrap, inner: Wrap) -> Wrap:
    """Return the way from an inner value to the whole message."""

    def wrap(value: object) -> object:
        return outer(inner(value))

    return wrap


def made(make: Callable[[], object]) -> Wrap:
    """Return a maker of an example that runs where its failure is understood."""
    return lambda _: make()


def value_of(value: object) -> Wrap:
    """Return a maker of one value."""
    return lambda _: value


def example(atom: Atom, types: Types) -> Wrap:
    """Return a maker of a value of an alternative."""
    return lambda _: sample_atom(atom, types)


def less(fields: dict[str, object], wire: str) -> dict[str, object]:
    """Return the fields of a message without one."""
    return {key: value for key, value in fields.items() if key != wire}


def branch(spot: Spot, tag: str) -> Spot:
    """Return the place of one class among several, by what tells it from the others."""
    return replace(spot, path=f"{spot.path}({tag})")
