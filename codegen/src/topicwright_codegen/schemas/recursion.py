"""Schemas that an ``allOf`` leads back to: their types are found again, and not made without end."""

from __future__ import annotations

from collections.abc import Iterator
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
    def entered(self, key: Keywords) -> Iterator[None]:
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
        if known is None and any(draft.key and _is_beside(draft.key[0], key[0]) for draft in chain):
            known = self._classes.get((owner.top.number, key))
        return known if known is not None and known.node.value == node.value else None


def _is_beside(one: Identity, other: Identity) -> bool:
    """Return whether two places are in one component, and the other is not inside the first."""
    (file, outer), (other_file, inner) = one, other
    return file == other_file and outer[:3] == inner[:3] and outer != inner[: len(outer)]
