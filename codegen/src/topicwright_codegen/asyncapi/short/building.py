"""Values that a document gets without an author: each part has the position of what it was made of."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote

from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.pointers import pointer_of
from topicwright_codegen.documents.values import Map, Mark, Seq, Value


def mark_of(node: Node) -> Mark:
    """Return the position of a node."""
    place = node.place
    return place.line, place.column


def put(target: Map, key: str, value: Value, mark: Mark) -> None:
    """Add a member to an object."""
    target[key], target.marks[key] = value, mark


def append(target: Seq, value: Value, mark: Mark) -> None:
    """Add an element to a list."""
    target.append(value)
    target.marks.append(mark)


def copy_of(value: Value) -> Map:
    """Return the copy of an object, empty for any other value; its parts are the same."""
    made = Map()
    if isinstance(value, Map):
        made.update(value)
        made.marks.update(value.marks)
    return made


def reference(text: str, mark: Mark) -> Map:
    """Return a reference."""
    made = Map()
    put(made, "$ref", text, mark)
    return made


def way_to(node: Node, document: Document) -> str:
    """Return a reference in a document to a node of any."""
    return _file(node.document, document) + pointer_of(node.pointer)


def moved(value: Value, home: Document, document: Document, mark: Mark) -> Value:
    """Return a value of one document for another one: at one position there, its references relative to that."""
    if home is document:
        return value
    if isinstance(value, Seq):
        items = Seq()
        for item in value:
            append(items, moved(item, home, document, mark), mark)
        return items
    if not isinstance(value, Map):
        return value
    made = Map()
    for key, item in value.items():
        is_reference = key == "$ref" and isinstance(item, str)
        put(made, key, _from(str(item), home, document) if is_reference else moved(item, home, document, mark), mark)
    return made


def _from(text: str, home: Document, document: Document) -> str:
    """Return a reference of one document for another one."""
    file, hash_, fragment = text.partition("#")
    if "://" in file:
        return text
    path = home.path if not file else home.path.parent / unquote(file)
    return _relative(path, document) + hash_ + fragment


def _file(target: Document, document: Document) -> str:
    return "" if target is document else _relative(target.path, document)


def _relative(path: Path, document: Document) -> str:
    return quote(Path(os.path.relpath(path, document.path.parent)).as_posix())
