"""A location in a payload, and how to embed a value there into a whole message of either version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from topicwright_codegen.documents.node import Node

Embed: TypeAlias = Callable[[object], object]
"""From a value at a location to a value around it."""


def _itself(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """Where in a payload two schemas are compared."""

    path: str
    old: Node
    new: Node
    in_old: Embed = _itself
    """From a value here to a whole message of the old version."""
    in_new: Embed = _itself
    """From a value here to a whole message of the new version."""
    invariant: bool = False
    """Inside a list or dict, whose types must be equal for a type checker."""

    def inside(self, step: str, put: Embed) -> Location:
        """Return the location of the elements of a list, or of the values of a dict."""
        return replace(self.element(step, put, put), invariant=True)

    def element(self, step: str, put_old: Embed, put_new: Embed) -> Location:
        """Return a location inside this one; ``put_old`` and ``put_new`` embed a value of it here."""
        in_old, in_new = _composed(self.in_old, put_old), _composed(self.in_new, put_new)
        return replace(self, path=self.path + step, in_old=in_old, in_new=in_new)

    def branch(self, tag: str) -> Location:
        """Return the location of one class among several, by what distinguishes it from the others."""
        return replace(self, path=f"{self.path}({tag})")


def _composed(outer: Embed, inner: Embed) -> Embed:
    def embed(value: object) -> object:
        return outer(inner(value))

    return embed
