"""References: the parts of a ``$ref``, and the node that it refers to by JSON pointer, ``$id`` or ``$anchor``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.advice import how_to_point
from topicwright_codegen.documents.dialects import (
    Copies,
    format_around,
    has_siblings,
    inherits_format,
    is_json_schema,
    is_modern,
    with_siblings,
    wrapped,
)
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.documents.values import MAX_DEPTH, Map
from topicwright_codegen.project.access import Access

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(frozen=True, slots=True)
class Reference:
    """The parts of a ``$ref``."""

    text: str
    file: str
    """A relative path or a URL; empty for the document that the reference is in."""
    fragment: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Split a ``$ref`` at its ``#``."""
        file, _, fragment = text.partition("#")
        return cls(text, file, fragment)

    @property
    def kind(self) -> Literal["local", "url", "file"]:
        """How the document is named."""
        if not self.file:
            return "local"
        return "url" if _SCHEME.match(self.file) or self.file.startswith("//") else "file"

    @property
    def is_anchor(self) -> bool:
        """Whether the fragment is the name of an ``$anchor``, and no JSON pointer."""
        return bool(self.fragment) and not self.fragment.startswith("/")

    @property
    def lacks_slash(self) -> bool:
        """Whether the fragment is a JSON pointer without its first slash, if it is no ``$anchor``."""
        return bool(self.fragment) and not unquote(self.fragment).startswith("/")


@dataclass(slots=True)
class Resolver:
    """Follows references from one document to another; reports those without a target."""

    access: Access
    diagnostics: Diagnostics
    load: Callable[[Path], Document | None]
    """Returns the document in a file, or None after a diagnostic."""
    _active: list[Identity] = field(default_factory=list[Identity])
    """The references that are being followed, the outermost first."""
    _opened: dict[tuple[str, str], Document] = field(default_factory=dict[tuple[str, str], Document])
    """By the label of a document and the file of a reference in it: the document there."""
    _names: dict[str, dict[str, Node]] = field(default_factory=dict[str, dict[str, Node]])
    """By the label of a document: its parts with an ``$id`` or an ``$anchor``."""
    _copies: Copies = field(default_factory=Copies)
    _modern_files: set[str] = field(default_factory=set[str])
    """The labels of files that a schema of 2019-09 or later refers to."""

    def resolve(self, node: Node) -> Node | None:
        """Follow ``$ref`` to its end; None, and a diagnostic, if it has none."""
        ref = node.ref
        if ref is None:
            inner = wrapped(node)
            if inner is None:
                return node
            # A schema of another format is left as it is, as its file is no document for this program.
            return self.resolve(inner) if is_json_schema(format_around(inner)) else inner
        if has_siblings(node) and is_modern(node, self._modern_files):
            return self._with_siblings(node)
        if node.identity in self._active or len(self._active) >= MAX_DEPTH:
            self.diagnostics.error("TW106", f"$ref {ref!r} leads back to itself, or too far", node)
            return None
        self._active.append(node.identity)
        try:
            target = self._target(node, Reference.parse(ref))
            return None if target is None else self.resolve(target)
        finally:
            self._active.pop()

    def hop(self, node: Node) -> Node | None:
        """Follow one ``$ref``, and not those that it leads to; None, and a diagnostic, if it leads nowhere."""
        ref = node.ref
        if ref is None:
            return node
        self._active.append(node.identity)
        try:
            return self._target(node, Reference.parse(ref))
        finally:
            self._active.pop()

    def _with_siblings(self, node: Node) -> Node:
        known = self._copies.get(node.identity)
        if known is None or known[0].value is not node.value:
            known = self._copies[node.identity] = node, with_siblings(node)
        return known[1]

    def _target(self, node: Node, reference: Reference) -> Node | None:
        if reference.kind == "url" or reference.is_anchor:
            named = self._named_in(node.document).get(reference.text)
            if named is not None:
                return named
        found = self._followed(node, reference)
        if found is not None and reference.lacks_slash and found.pointer:
            hint = "write #/ before the path: other tools refuse it"
            text = f"$ref {reference.text!r} has a pointer without its slash"
            self.diagnostics.warning("TW111", text, node.get("$ref") or node, hint)
        return found

    def _followed(self, node: Node, reference: Reference) -> Node | None:
        match reference.kind:
            case "local":
                return self._local(node, reference)
            case "url":
                return self._by_url(node, reference)
            case "file":
                return self._in_file(node, reference)

    def _local(self, node: Node, reference: Reference) -> Node | None:
        """Follow a reference in its own document; its pointer may start at an ``$id`` around it too."""
        target, missing = self._follow(node.document.root, reference.fragment)
        if not missing:
            return target
        resource = _resource_of(node)
        if resource is not None:
            inner, missing_inside = self._follow(resource, reference.fragment)
            if not missing_inside:
                return inner
        self._report_unknown(node, reference, target, missing)
        return None

    def _by_url(self, node: Node, reference: Reference) -> Node | None:
        """Follow a URL: to an ``$id`` in the same document, else to a local file that it is mapped to."""
        resource = self._named_in(node.document).get(reference.file)
        return self._in_file(node, reference) if resource is None else self._within(node, reference, resource)

    def _in_file(self, node: Node, reference: Reference) -> Node | None:
        key = (node.document.label, reference.file)
        document = self._opened.get(key) or self._open(node, reference)
        if document is None:
            return None
        self._opened[key] = document
        if inherits_format(document.root) and is_modern(node, self._modern_files):
            self._modern_files.add(document.label)
        anchor = self._named_in(document).get(f"#{reference.fragment}") if reference.is_anchor else None
        return self._within(node, reference, document.root) if anchor is None else anchor

    def _within(self, node: Node, reference: Reference, start: Node) -> Node | None:
        target, missing = self._follow(start, reference.fragment)
        if missing:
            self._report_unknown(node, reference, target, missing)
            return None
        return target

    def _follow(self, start: Node, fragment: str) -> tuple[Node, list[str]]:
        """Follow a JSON pointer as far as it goes; return the last node, and the tokens that it has nothing for."""
        path, target = tokens(fragment), start
        for index, token in enumerate(path):
            following = self._step(target, token)
            if following is None:
                return target, path[index:]
            target = following
        return target, []

    def _step(self, node: Node, token: str) -> Node | None:
        """Follow one token of a pointer; if the node has no such member, follow its reference first."""
        child = node.step(token)
        if child is None and node.ref is not None:
            resolved = self.resolve(node)
            return resolved.step(token) if resolved else None
        return child

    def _report_unknown(self, node: Node, reference: Reference, end: Node, missing: list[str]) -> None:
        """Report a pointer without a target, unless the node that it ends at already has an error."""
        if isinstance(end.value, Map) or not self.diagnostics.failed_at(end):
            hint = "write it as #/path/to/it" if reference.is_anchor else how_to_point(end, missing)
            self.diagnostics.error("TW105", f"unknown $ref {reference.text!r}", node, hint)

    def _open(self, node: Node, reference: Reference) -> Document | None:
        """Return the document that a reference names; None, and a diagnostic, if there is none that may be read."""
        path = self._mapped(node, reference) if reference.kind == "url" else self._path(node, reference)
        if path is None:
            return None
        if not self.access.allows(path):
            hint = f"only files below {shown_path(self.access.root)} are read, and no hidden ones; see --root DIR"
            self.diagnostics.error("TW108", f"$ref {reference.text!r} leaves the schema root", node, hint)
            return None
        if not _is_file_name(path):
            self.diagnostics.error("TW105", f"unknown $ref {reference.text!r}", node, "there is no such file")
            return None
        return self.load(path)

    def _mapped(self, node: Node, reference: Reference) -> Path | None:
        path = self.access.mapped(reference.file)
        if path is None:
            hint = "nothing is fetched; keep a copy, and name it with --map URL=PATH"
            self.diagnostics.error("TW107", f"$ref {reference.text!r} is a URL", node, hint)
        return path

    def _path(self, node: Node, reference: Reference) -> Path | None:
        try:
            return (node.document.path.parent / unquote(reference.file)).resolve()
        except (OSError, ValueError, RuntimeError):
            self.diagnostics.error("TW105", f"unknown $ref {reference.text!r}", node, "this is no path")
            return None

    def _named_in(self, document: Document) -> dict[str, Node]:
        if document.label not in self._names:
            self._names[document.label] = _named_parts(document)
        return self._names[document.label]


def _named_parts(document: Document) -> dict[str, Node]:
    """Return the parts of a document with an ``$id`` or an ``$anchor``, by the reference that names them."""
    parts: dict[str, Node] = {}
    waiting = [document.root]
    while waiting:
        node = waiting.pop()
        for name in _names_of(node):
            parts.setdefault(name, node)
        waiting += [child for _, child in node.members()]
        waiting += node.elements()
    return parts


def _names_of(node: Node) -> Iterator[str]:
    value = node.value if isinstance(node.value, Map) else Map()
    anchor, id_ = value.get("$anchor"), value.get("$id")
    if isinstance(anchor, str):
        yield f"#{anchor}"
    if isinstance(id_, str):
        yield id_.removesuffix("#")


def _resource_of(node: Node) -> Node | None:
    """Return the innermost schema around ``node`` with an ``$id``: the root that its pointers start from."""
    resource, current = None, node.document.root
    for token in node.pointer:
        inner = current.step(token)
        if inner is None:
            break
        current = inner
        if isinstance(current.value, Map) and isinstance(current.value.get("$id"), str):
            resource = current
    return resource


def _is_file_name(path: Path) -> bool:
    """Return whether a file has this name; false for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
