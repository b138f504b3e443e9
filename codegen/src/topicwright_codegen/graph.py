"""Two questions about directed graphs: what can be reached, and what lies on a cycle."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def reachable(edges: Mapping[N, Iterable[N]], start: N) -> set[N]:
    """Return ``start`` and everything that a path leads to from it."""
    seen, waiting = {start}, [start]
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def cyclic_parts(edges: Mapping[N, Iterable[N]], *, loops: bool = True) -> list[set[N]]:
    """Return the strongly connected parts that have a cycle; ``loops`` counts an edge from a node to itself."""
    parts: list[set[N]] = []
    for part in _components(edges):
        (first, *others) = part
        if others or (loops and first in edges.get(first, ())):
            parts.append(part)
    return parts


def ordered(edges: Mapping[N, Iterable[N]]) -> list[N]:
    """Return the nodes so that what a node needs comes before it, otherwise in their own order."""
    done: dict[N, None] = {}
    for start in edges:
        stack = [(start, iter(edges[start]))]
        entered = {start}
        while stack:
            node, rest = stack[-1]
            following = next((other for other in rest if other not in done and other not in entered), None)
            if following is None:
                stack.pop()
                done.setdefault(node)
            else:
                entered.add(following)
                stack.append((following, iter(edges.get(following, ()))))
    return list(done)


def _components(edges: Mapping[N, Iterable[N]]) -> list[set[N]]:
    """Return the strongly connected parts: a walk forwards for the order, one backwards for the parts (Kosaraju)."""
    backwards: dict[N, list[N]] = {node: [] for node in edges}
    for node, others in edges.items():
        for other in others:
            backwards.setdefault(other, []).append(node)
    order = ordered({node: [other for other in edges.get(node, ()) if other in edges] for node in edges})
    parts: list[set[N]] = []
    taken: set[N] = set()
    for start in reversed(order):
        if start in taken:
            continue
        part: set[N] = {start}
        waiting = [start]
        while waiting:
            for other in backwards.get(waiting.pop(), ()):
                if other not in taken and other not in part and other in edges:
                    part.add(other)
                    waiting.append(other)
        taken |= part
        parts.append(part)
    return parts
