"""An AsyncAPI object with its traits: typed access to its fields, wrong types reported with their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.advice import how_to_write
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq, kind_of


def is_version_2(document: Document) -> bool:
    """Return whether a document is one of AsyncAPI 2."""
    version = document.root.get("asyncapi")
    return version is not None and isinstance(version.value, str) and version.value.startswith("2")


OF_ASYNCAPI_2 = {
    ("a parameter", "schema"): "in AsyncAPI 3 a parameter has enum, default, description and examples of its own",
    ("a channel", "publish"): "in AsyncAPI 3 it is an operation, listed in operations, with action: receive",
    ("a channel", "subscribe"): "in AsyncAPI 3 it is an operation, listed in operations, with action: send",
    ("an operation", "message"): "in AsyncAPI 3 operations have messages, a list of references to those of the channel",
    ("an operation", "operationId"): "in AsyncAPI 3 the key of an operation is its id",
    ("a message", "messageId"): "in AsyncAPI 3 the key of a message is its id",
    ("a message", "schemaFormat"): "in AsyncAPI 3 it belongs to the payload: {schemaFormat: ..., schema: ...}",
}
"""What AsyncAPI 3 has instead of a field of AsyncAPI 2, by the object and the field."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """An object with its traits applied; the object's own fields win, and objects are merged.

    That is the rule of AsyncAPI 3 ("a property on a trait MUST NOT override the same property on the target") without
    copying anything, so every part keeps its own file for its references and its own place for diagnostics.
    """

    source: Source
    nodes: tuple[Node, ...]

    @classmethod
    def effective(cls, source: Source, node: Node) -> View:
        """Return a message or an operation with its traits, by the rule of its version of AsyncAPI."""
        return cls(source, (node,)).with_traits(over=is_version_2(node.document))

    @property
    def node(self) -> Node:
        """The object itself."""
        return self.nodes[0]

    def get(self, key: str) -> View | None:
        """Return the field ``key`` with references followed."""
        layers: list[Node] = []
        for layer in self.nodes:
            child = self.source.child(layer, key)
            if child is None:
                continue
            if not layers and not isinstance(child.value, Map):
                return View(self.source, (child,))
            if isinstance(child.value, Map):
                layers.append(child)
        return View(self.source, tuple(layers)) if layers else None

    def has(self, key: str) -> bool:
        """Return whether the object or a trait has the field, even if it cannot be followed."""
        return any(layer.get(key) is not None for layer in self.nodes)

    def raw(self, key: str) -> Node | None:
        """Return the field as it is written, reference or not."""
        return next((child for layer in self.nodes if (child := layer.get(key)) is not None), None)

    def with_traits(self, over: bool = False) -> View:
        """Return this object with its ``traits``, of which the last wins; ``over`` the object too, as in AsyncAPI 2."""
        traits = self.node.get("traits")
        resolved = [] if traits is None else [self.source.resolve(trait) for trait in traits.elements()]
        layers = tuple(trait for trait in reversed(resolved) if trait is not None)
        return View(self.source, (*layers, *self.nodes) if over else (*self.nodes, *layers))

    def text(self, key: str, otherwise: str = "") -> str | None:
        """Return a string field; ``otherwise`` is the hint for another value."""
        field_ = self.get(key)
        if field_ is None or isinstance(field_.node.value, str):
            return None if field_ is None else str(field_.node.value)
        self._wrong(field_, key, "a string", otherwise)
        return None

    def flag(self, key: str) -> bool | None:
        """Return a boolean field."""
        field_ = self.get(key)
        if field_ is None or isinstance(field_.node.value, bool):
            return None if field_ is None else bool(field_.node.value)
        self._wrong(field_, key, "a boolean")
        return None

    def integer(self, key: str) -> int | None:
        """Return an integer field."""
        field_ = self.get(key)
        if field_ is None:
            return None
        value = field_.node.value
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(field_, key, "an integer")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a field that is a list of strings, or one string."""
        field_ = self.get(key)
        if field_ is None:
            return ()
        value = field_.node.value
        items = value if isinstance(value, Seq) else [value]
        if all(isinstance(item, str) for item in items):
            return tuple(str(item) for item in items)
        self._wrong(field_, key, "a list of strings")
        return ()

    def object(self, key: str) -> View | None:
        """Return an object field."""
        field_ = self.get(key)
        if field_ is None or isinstance(field_.node.value, Map):
            return field_
        self._wrong(field_, key, "an object")
        return None

    def entries(self, key: str) -> Iterator[tuple[str, Node, View]]:
        """Yield key, entry as written, and resolved object of each member of a field that is a map of objects."""
        field_ = self.object(key)
        if field_ is None:
            return
        seen: set[str] = set()
        for layer in field_.nodes:
            for name, entry in layer.members():
                resolved = None if name in seen else self.source.resolve(entry)
                seen.add(name)
                if resolved is None:
                    continue
                if isinstance(resolved.value, Map):
                    yield name, entry, View(self.source, (resolved,))
                else:
                    self._wrong(View(self.source, (resolved,)), name, "an object")

    def elements(self, key: str) -> list[Node] | None:
        """Return the elements, as written, of a field that is a list; None where there is no such field."""
        field_ = self.get(key)
        if field_ is None:
            return None
        if isinstance(field_.node.value, Seq):
            return list(field_.node.elements())
        self._wrong(field_, key, "a list")
        return None

    def check_fields(self, kind: str, known: frozenset[str]) -> None:
        """Report the fields that the specification does not know; ``x-`` fields are free."""
        for name, child in self.node.members():
            if name not in known and not name.startswith("x-") and name != "$ref":
                hint = OF_ASYNCAPI_2.get((kind, name)) or did_you_mean(name, known, "extensions start with x-")
                self.source.diagnostics.error("TW202", f"unknown field {name!r} in {kind}", child, hint)

    def _wrong(self, field_: View, key: str, expected: str, otherwise: str = "") -> None:
        message = f"{key!r} must be {expected}, not {kind_of(field_.node.value)}"
        hint = how_to_write(field_.node, [expected.rpartition(" ")[2]]) or otherwise
        self.source.diagnostics.error("TW201", message, field_.node, hint)
