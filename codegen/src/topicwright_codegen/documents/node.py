"""Documents, and their nodes: values with their file, JSON pointer and position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from topicwright_codegen.diagnostics.diagnostics import Place
from topicwright_codegen.documents.values import Map, Mark, Seq, Value

T = TypeVar("T")
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

    @property
    def root(self) -> Node:
        """The node of the whole file."""
        return Node(self, (), self.value)


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


class Memo(Generic[T]):
    """Answers about nodes that are asked for again and again: without it, references that fan out cost without end."""

    def __init__(self) -> None:
        # By the value itself, which is kept so that its id is not given away: copies of a node differ in it.
        self._known: dict[int, tuple[Value, T]] = {}

    def get(self, node: Node) -> T | None:
        """Return what is known of a node."""
        known = self._known.get(id(node.value))
        return None if known is None else known[1]

    def put(self, node: Node, answer: T) -> T:
        """Note an answer, and return it."""
        self._known[id(node.value)] = node.value, answer
        return answer
