"""Results of functions of schemas: without them, references that fan out would be followed exponentially often."""

from __future__ import annotations

from typing import Generic, TypeVar

from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Value

T = TypeVar("T")


class Memo(Generic[T]):
    """The results of one function by the value of a node."""

    def __init__(self) -> None:
        # By the id of the value, which is kept so that its id is not used again: copies of a node differ in it.
        self._results: dict[int, tuple[Value, T]] = {}

    def get(self, node: Node) -> T | None:
        """Return the result for a node; None without one."""
        known = self._results.get(id(node.value))
        return None if known is None else known[1]

    def put(self, node: Node, result: T) -> T:
        """Record a result, and return it."""
        self._results[id(node.value)] = node.value, result
        return result
