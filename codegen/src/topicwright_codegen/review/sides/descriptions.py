"""What an object says to people, on each side."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TypeAlias

from topicwright_codegen.asyncapi.view import View
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import plain
from topicwright_codegen.review.sides.side import Side

_TEXTS = ("title", "summary", "description", "tags", "externalDocs", "examples")
MEANT = ("x-envelope", "x-event-type", "x-renamed-from", "x-generated", "x-stream-until", "x-unit", "x-sunset")
"""Extensions that mean something to the compiler: other rules compare them."""
Notes: TypeAlias = Iterator[tuple[str, str, Node]]
"""Key, what has become of it, and where."""


def effective(node: Node, side: Side) -> View:
    """Return a message or an operation with its traits."""
    version = node.document.root.get("asyncapi")
    over = version is not None and str(version.value).startswith("2")
    return View(side.source, (node,)).with_traits(over)


def notes(old: View | None, new: View, keys: Collection[str] = _TEXTS) -> Notes:
    """Yield the texts and the extensions that differ."""
    named = dict.fromkeys(key for view in (old, new) if view for layer in view.nodes for key, _ in layer.members())
    for key in named:
        if key not in keys and not (key.startswith("x-") and key not in MEANT):
            continue
        if said(old, key) != said(new, key):
            yield key, f"{key} changed", new.raw(key) or new.node


def said(view: View | None, key: str) -> str:
    """Return a field as JSON, references followed; ``(none)`` where it is absent."""
    found = view.get(key) if view is not None else None
    return "(none)" if found is None else json.dumps(plain(found.node.value), sort_keys=True)
