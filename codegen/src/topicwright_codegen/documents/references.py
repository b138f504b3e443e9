"""``$ref``, ``$id`` and ``$anchor``: what a reference leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.values import Map


def named_parts(document: Document) -> dict[str, Node]:
    """Return the parts of a document that a reference can name by ``$id`` or ``$anchor``, by that reference."""
    found: dict[str, Node] = {}
    waiting = [document.root]
    while waiting:
        node = waiting.pop()
        for name in _names(node):
            found.setdefault(name, node)
        waiting += [child for _, child in node.members()]
        waiting += node.elements()
    return found


def _names(node: Node) -> Iterator[str]:
    value = node.value if isinstance(node.value, Map) else Map()
    anchor, id_ = value.get("$anchor"), value.get("$id")
    if isinstance(anchor, str):
        yield f"#{anchor}"
    if isinstance(id_, str):
        yield id_.removesuffix("#")


def resource_of(node: Node) -> Node | None:
    """Return the innermost schema around ``node`` with an ``$id``: the root that its pointers start from."""
    found, current = None, node.document.root
    for token in node.pointer:
        inner = current.step(token)
        if inner is None:
            break
        current = inner
        if isinstance(current.value, Map) and isinstance(current.value.get("$id"), str):
            found = current
    return found


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def is_url(file: str) -> bool:
    """Return whether a reference names its file by a URL."""
    return bool(_SCHEME.match(file)) or file.startswith("//")


def is_file_name(path: Path) -> bool:
    """Return whether there is a file of this name; a name that no file can have is not one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
