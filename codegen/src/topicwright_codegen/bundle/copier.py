"""Copies of AsyncAPI objects as builtin values: references followed, traits merged."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias, cast

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Identity, Node, Pointer
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map, Seq
from topicwright_codegen.schemas.json_schema.rewrites import own_name

Object: TypeAlias = dict[str, object]


def as_object(value: object) -> Object | None:
    """Return a value as an object; None where it is none."""
    return cast(Object, value) if isinstance(value, dict) else None


def put(tree: Object, path: Pointer, value: object) -> None:
    """Put a value into a tree of objects, adding those that the path needs."""
    for key in path[:-1]:
        below = tree.setdefault(key, {})
        assert isinstance(below, dict)
        tree = cast(Object, below)
    tree[path[-1]] = value


def inline_copy(
    node: Node,
    source: Source,
    schema: Callable[[Node], object] | None = None,
    above: tuple[Identity, ...] = (),
) -> object:
    """Return the copy of a value with its references followed; a value inside itself becomes an empty object.

    With ``schema``, that copies each value which is a reference to a schema of its own name.
    """
    target = source.resolve(node)
    if target is None or target.identity in above:
        return {}
    if schema is not None and _is_named(target, node):
        return schema(node)
    inside = (*above, target.identity)
    if isinstance(target.value, Map):
        return {key: inline_copy(child, source, schema, inside) for key, child in target.members()}
    if isinstance(target.value, Seq):
        return [inline_copy(child, source, schema, inside) for child in target.elements()]
    return target.value


def _is_named(target: Node, node: Node) -> bool:
    """Return whether a node refers to a schema of its own name."""
    return target is not node and bool(target.pointer) and bool(own_name(target))


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies objects that are not schemas; a reference to a schema stays one."""

    source: Source
    schema: Callable[[Node], object]

    def fields(self, view: View, left_out: Collection[str]) -> Object:
        """Return the copy of an object with its traits, without some fields."""
        keys = dict.fromkeys(key for layer in view.nodes for key, _ in layer.members() if key != "$ref")
        return {key: self._field(view, key) for key in keys if key not in left_out and view.has(key)}

    def _field(self, view: View, key: str) -> object:
        if len(view.nodes) == 1:
            raw = view.raw(key)
            return None if raw is None else self.copy(raw)
        value = view.get(key)
        if value is None or len(value.nodes) == 1:
            raw = view.raw(key)
            return None if raw is None else self.copy(raw)
        return self.fields(value, ())

    def copy(self, node: Node) -> object:
        """Return the copy of a value with its references followed."""
        return inline_copy(node, self.source, self.schema)
