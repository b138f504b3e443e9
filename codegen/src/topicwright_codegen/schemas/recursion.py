"""Schemas that an ``allOf`` leads back to: their types are found again, and not made without end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.schemas.draft import Draft, Key

Keywords: TypeAlias = "tuple[Identity, frozenset[str]]"
"""A schema, and the keywords of it that are not left out."""


@dataclass(slots=True)
class Recursion:
    """The inline types that can be reached from themselves."""

    inside: set[Keywords] = field(default_factory=set[Keywords])
    """The schemas with ``allOf`` that are being lowered."""
    circular: dict[Keywords, Draft] = field(default_factory=dict[Keywords, Draft])
    """The types of those that contain themselves."""
    _classes: dict[tuple[int, Key], Draft] = field(default_factory=dict["tuple[int, Key]", Draft])
    """The first inline class of a schema below each type that has no owner."""

    @contextmanager
    def entered(self, key: Keywords) -> Generator[None]:
        """Count a schema as being lowered."""
        self.inside.add(key)
        try:
            yield
        finally:
            self.inside.discard(key)

    def add(self, draft: Draft, key: Key) -> None:
        """Add an inline class."""
        draft.key = key
        self._classes.setdefault((draft.top.number, key), draft)

    def again(self, node: Node, key: Key, owner: Draft) -> Draft | None:
        """Return the class of a schema that is reached from itself, or from another part of its component."""
        chain = list(owner.chain)
        known = next((draft for draft in chain if draft.key == key), None)
        around = [draft.key[0] for draft in chain if draft.key and not _is_inside(key[0], draft.key[0])]
        # What other components add to a class is made for it anew, but not for what is in it in turn: without this
        # bound, components that lead to each other in several fields would make more classes than anyone can read.
        if known is None and (len(around) > 1 or any(_are_together(one, key[0]) for one in around)):
            known = self._classes.get((owner.top.number, key))
        return known if known is not None and known.node.value == node.value else None


def _is_inside(one: Identity, other: Identity) -> bool:
    """Return whether a place is another one, or inside it."""
    (file, inner), (other_file, outer) = one, other
    return file == other_file and outer == inner[: len(outer)]


def _are_together(one: Identity, other: Identity) -> bool:
    """Return whether two places are in one component."""
    return one[0] == other[0] and one[1][:3] == other[1][:3]
