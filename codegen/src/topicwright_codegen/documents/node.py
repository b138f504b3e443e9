"""Documents, and their nodes: values with their file, JSON pointer and position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from topicwright_codegen.diagnostics.diagnostics import Place
from topicwright_codegen.documents.values import Map, Mark, Seq, Value
from topicwright_codegen.overriding import override

Pointer: TypeAlias = tuple[str, ...]
Identity: TypeAlias = tuple[str, Pointer]
"""The file's label and the JSON pointer: equal for two references to one value, once they are resolved."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file."""

    path: Path
    label: str
    """The path in generated files: posix, the same on every machine."""
    shown: str
    """The path in diagnostics: as a person in the working directory types it."""
    value: Value
    has_ids: bool = False
    """Whether a part of it can have a name: an ``$id``, an ``$anchor`` or a ``$dynamicAnchor``."""

    @property
    def root(self) -> Node:
        """The node of the whole file."""
        return Node(self, (), self.value)

    def references(self) -> Iterator[Node]:
        """Yield every object with a ``$ref``."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.ref is not None:
                yield node
            waiting += [child for _, child in node.members()]
            waiting += node.elements()


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value in a document."""

    document: Document
    pointer: Pointer
    value: Value

    @property
    def identity(self) -> Identity:
        """The file and the JSON pointer."""
        return self.document.label, self.pointer

    @property
    def place(self) -> Place:
        """The file, line and column."""
        return Place(self.document.shown, *_mark_of(self.document.value, self.pointer))

    @property
    def key(self) -> str:
        """The last part of the pointer."""
        return self.pointer[-1] if self.pointer else ""

    @property
    def ref(self) -> str | None:
        """The text of ``$ref``, if this is a reference."""
        ref = self.value.get("$ref") if isinstance(self.value, Map) else None
        return ref if isinstance(ref, str) else None

    def with_value(self, value: Value) -> Node:
        """Return a copy with another value: the same place, where some keywords are left out or replaced."""
        return Node(self.document, self.pointer, value)

    def get(self, key: str) -> Node | None:
        """Return the member ``key`` of an object."""
        if isinstance(self.value, Map) and key in self.value:
            return Node(self.document, (*self.pointer, key), self.value[key])
        return None

    def members(self) -> Iterator[tuple[str, Node]]:
        """Yield the members of an object; none for another value."""
        if isinstance(self.value, Map):
            for key, value in self.value.items():
                yield key, Node(self.document, (*self.pointer, key), value)

    def elements(self) -> Iterator[Node]:
        """Yield the elements of an array; none for another value."""
        if isinstance(self.value, Seq):
            for index, value in enumerate(self.value):
                yield Node(self.document, (*self.pointer, str(index)), value)

    def step(self, token: str) -> Node | None:
        """Return the member or element that one token of a JSON pointer names (RFC 6901)."""
        if isinstance(self.value, Seq):
            if token.isdecimal() and len(token) < 9 and int(token) < len(self.value):
                return Node(self.document, (*self.pointer, token), self.value[int(token)])
            return None
        return self.get(token)


@dataclass(frozen=True, slots=True, eq=False)
class MergedNode(Node):
    """A copy of a schema with keywords of others: each keyword keeps the file and the place where it is written."""

    written: Mapping[str, Node]
    """The keywords by their names; those that are not among them are written in the schema itself."""

    @override
    def get(self, key: str) -> Node | None:
        found, written = Node.get(self, key), self.written.get(key)
        if found is None or written is None:
            return found
        return written if written.value is found.value else written.with_value(found.value)

    @override
    def members(self) -> Iterator[tuple[str, Node]]:
        for key, node in Node.members(self):
            yield key, self.get(key) or node

    @override
    def with_value(self, value: Value) -> Node:
        return MergedNode(self.document, self.pointer, value, self.written)


@dataclass(frozen=True, slots=True, eq=False)
class ComposedNode(Node):
    """A schema made of others by ``allOf`` or ``anyOf``; they keep the files and the places where they are written."""

    parts: tuple[Node, ...]

    @classmethod
    def of(cls, keyword: str, parts: tuple[Node, ...]) -> ComposedNode:
        """Return the schema; its own place is that of the last part."""
        value, values = Map(), Seq()
        values.extend(part.value for part in parts)
        value[keyword] = values
        return cls(parts[-1].document, parts[-1].pointer, value, parts)

    @override
    def get(self, key: str) -> Node | None:
        found = Node.get(self, key)
        return found if found is None else _Parts(found.document, found.pointer, found.value, self.parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts(Node):
    parts: tuple[Node, ...]

    @override
    def elements(self) -> Iterator[Node]:
        yield from self.parts


def _mark_of(value: Value, pointer: Pointer) -> Mark:
    """Return the position of the deepest part of ``pointer`` that the document has."""
    mark = (1, 1)
    for token in pointer:
        if isinstance(value, Map) and token in value:
            mark, value = value.marks[token], value[token]
        elif isinstance(value, Seq) and token.isdecimal() and int(token) < len(value):
            mark, value = value.marks[int(token)], value[int(token)]
        else:
            break
    return mark
