"""Schema resources with a ``$dynamicAnchor``, which a ``$dynamicRef`` looks for on the way that the validator has come.

Each definition from such a resource is a resource itself, with the same anchors: a reference to one comes through the
same resources as a reference to the other (JSON Schema 2020-12, core, section 8.2.3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from topicwright_codegen.documents.identifiers import RECURSIVE
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.reference import Reference
from topicwright_codegen.documents.source import Source
from topicwright_codegen.schemas.json_schema.keywords import keywords_of


def dynamic_anchors(node: Node, source: Source) -> Mapping[str, Node]:
    """Return the schemas with a ``$dynamicAnchor`` in the resource around a node, by their names."""
    return source.dynamic_anchors(source.resource_of(node))


def is_scope(node: Node, source: Source) -> bool:
    """Return whether a schema is the root of a resource that has any."""
    if "$id" not in keywords_of(node):
        return False
    return source.resource_of(node).root.identity == node.identity and bool(dynamic_anchors(node, source))


def meets(node: Node, name: str) -> bool:
    """Return whether the dynamic reference of a node names an anchor, rather than its place."""
    text = keywords_of(node).get("$dynamicRef")
    return name == (Reference.parse(text).anchor if isinstance(text, str) else RECURSIVE)


def uri_of(name: str) -> str:
    """Return the ``$id`` of a definition that is a resource."""
    return f"/{quote(name)}"
