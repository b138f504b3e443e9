"""Topics as a tree of their levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from topicwright_codegen.infer.topics.profile import Profile
from topicwright_codegen.infer.topics.words import is_value

_MOST_ENDINGS: Final = 200

Ending = tuple[int, str]
"""How many levels below a node a topic ends, and its last level; empty where that is a value."""


class Node:
    """One level of topics, or several that are taken for one."""

    __slots__ = ("children", "merged", "profile", "support")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.profile: Profile | None = None
        """The profile of the topic that ends here, if one does."""
        self.merged = 1
        """How many levels were taken for one."""
        self.support = 1
        """Below how many of the levels that were taken for one this level was."""

    def profile_at(self, levels: Sequence[str]) -> Profile:
        """Return the profile of a topic, a new one if there is none."""
        node = self
        for level in levels:
            child = node.children.get(level)
            if child is None:
                child = node.children[level] = Node()
            node = child
        node.profile = node.profile or Profile()
        return node.profile

    def endings(self) -> dict[Ending, Profile]:
        """Return the topics below this node, by how they end."""
        found: dict[Ending, Profile] = {}
        for depth, name, profile in self._leaves(0, ""):
            ending = depth, "" if depth and is_value(name) else name
            if ending in found:
                found[ending].merge(profile)
            elif len(found) < _MOST_ENDINGS:
                found[ending] = Profile()
                found[ending].merge(profile)
        return found

    def _leaves(self, depth: int, name: str) -> Iterator[tuple[int, str, Profile]]:
        if self.profile is not None:
            yield depth, name if depth else "", self.profile
        for level, child in self.children.items():
            yield from child._leaves(depth + 1, level)

    def topics(self) -> int:
        """Return how many topics end at this node or below."""
        return (self.profile is not None) + sum(child.topics() for child in self.children.values())


def joined(nodes: Sequence[Node]) -> Node:
    """Return one node for several that are taken for one; nodes without a neighbour are not copied."""
    if len(nodes) == 1:
        return nodes[0]
    whole = Node()
    whole.merged = sum(node.merged for node in nodes)
    whole.support = max(node.support for node in nodes)
    for node in nodes:
        if node.profile is not None:
            whole.profile = whole.profile or Profile()
            whole.profile.merge(node.profile)
    below: dict[str, list[Node]] = {}
    for node in nodes:
        for level, child in node.children.items():
            below.setdefault(level, []).append(child)
    for level, children in below.items():
        child = joined(children)
        child.support = sum(one.support for one in children) if len(children) > 1 else children[0].support
        whole.children[level] = child
    return whole
