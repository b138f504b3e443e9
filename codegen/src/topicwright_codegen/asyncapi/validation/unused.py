"""The components of documents that nothing uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from topicwright_codegen.asyncapi.reading.bundle_parts import FILES
from topicwright_codegen.documents.node import Document, Identity, Node, Pointer
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.documents.source import Source
from topicwright_codegen.graph import cyclic_parts, reachable_nodes

Component: TypeAlias = Identity | None
"""A component; None is everything else, which is used."""


def unused_components(
    documents: Iterable[Document], source: Source, used: Collection[Identity]
) -> Iterator[tuple[str, Node]]:
    """Yield the table and the node of each component that nothing uses.

    A component that only an unused one refers to is not among them, unless the two refer to each other: without it the
    document would have a dangling reference.

    Args:
        documents: those whose components are looked for.
        source: all files that were read; any of them can refer to a component.
        used: what the catalog has come from, references or not.
    """
    uses = _Uses(source.quiet())
    for document in source.documents.values():
        if document is not None:
            uses.scan(document.root)
    for identity in used:
        uses.add(None, _component(*identity))
    listed = {node.identity: (table, node) for document in documents for table, node in _components(document)}
    reached = reachable_nodes(uses.edges, None)
    rest = {one: others - reached for one, others in uses.edges.items() if one not in reached}
    groups = {one: frozenset(part) for part in cyclic_parts(rest) for one in part}
    referred = {
        other for one, others in rest.items() for other in others if other not in groups.get(one, frozenset((one,)))
    }
    for one, found in listed.items():
        if one not in reached and referred.isdisjoint(groups.get(one, (one,))):
            yield found


def _components(document: Document) -> Iterator[tuple[str, Node]]:
    components = document.root.get("components")
    for table, entries in components.members() if components is not None else ():
        if not table.startswith("x-"):
            yield from ((table, node) for _, node in entries.members())


def _component(label: str, pointer: Pointer) -> Component:
    """Return the component that a part of a document is in."""
    inside = pointer[:1] == ("components",) and len(pointer) >= 3 and pointer[1] != FILES
    return (label, pointer[:3]) if inside else None


@dataclass(slots=True)
class _Uses:
    """Which component refers to which."""

    source: Source
    edges: dict[Component, set[Component]] = field(default_factory=dict["Component", "set[Component]"])

    def add(self, user: Component, used: Component) -> None:
        if used is not None and used != user:
            self.edges.setdefault(user, set()).add(used)

    def scan(self, root: Node) -> None:
        """Add what the parts of a document refer to."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            user = _component(*node.identity)
            if user is not None:
                self.edges.setdefault(user, set())
            for used in self._referred(node):
                self.add(user, used)
            waiting += [child for _, child in node.members()]
            waiting += node.elements()

    def _referred(self, node: Node) -> Iterator[Component]:
        if node.ref is not None:
            target = self.source.hop(node)
            if target is not None:
                yield _component(*target.identity)
                # On its way the pointer can go through another component that is a reference itself.
                path = tuple(tokens(node.ref.partition("#")[2]))
                yield _component(target.document.label, path)
                yield _component(node.document.label, path)
        initial = self.source.initial(node)
        if initial is not None:
            yield _component(*initial.identity)
        if node.key == "mapping":  # of a discriminator: references, or names of schemas
            for _, value in node.members():
                if isinstance(value.value, str):
                    last = [value.value, *tokens(value.value.partition("#")[2])][-1]
                    yield node.document.label, ("components", "schemas", last)
        elif node.key == "security":  # of AsyncAPI 2: names
            for requirement in node.elements():
                for name, _ in requirement.members():
                    yield node.document.label, ("components", "securitySchemes", name)
