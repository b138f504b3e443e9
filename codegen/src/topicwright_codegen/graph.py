"""Directed graphs: reachable nodes, cycles, and an order of the nodes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def reachable_nodes(edges: Mapping[N, Iterable[N]], start: N) -> set[N]:
    """Return ``start`` and every node that a path from it reaches."""
    seen, pending = {start}, [start]
    while pending:
        for other in edges.get(pending.pop(), ()):
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return seen


def cyclic_parts(edges: Mapping[N, Iterable[N]], *, loops: bool = True) -> list[set[N]]:
    """Return the strongly connected parts that have a cycle; ``loops`` counts an edge from a node to itself."""
    parts: list[set[N]] = []
    for part in _components(edges):
        (first, *others) = part
        if others or (loops and first in edges.get(first, ())):
            parts.append(part)
    return parts


def topological_order(edges: Mapping[N, Iterable[N]]) -> list[N]:
    """Return the nodes in their order, but each after the nodes that it has edges to."""
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
    order = topological_order({node: [other for other in edges.get(node, ()) if other in edges] for node in edges})
    parts: list[set[N]] = []
    placed: set[N] = set()
    for start in reversed(order):
        if start in placed:
            continue
        part: set[N] = {start}
        pending = [start]
        while pending:
            for other in backwards.get(pending.pop(), ()):
                if other not in placed and other not in part and other in edges:
                    part.add(other)
                    pending.append(other)
        placed |= part
        parts.append(part)
    return parts
