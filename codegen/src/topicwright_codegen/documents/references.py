"""Follows references: to the node that a ``$ref`` names by JSON pointer, ``$id`` or ``$anchor``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
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
from topicwright_codegen.documents.identifiers import Resource
from topicwright_codegen.documents.metaschemas import metaschema
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.documents.reference import DYNAMIC, Reference, file_of, joined
from topicwright_codegen.documents.resources import Resources
from topicwright_codegen.documents.values import MAX_DEPTH, Map
from topicwright_codegen.project.access import Access


@dataclass(slots=True)
class Resolver:
    """Follows references from one document to another; reports those without a target."""

    access: Access
    diagnostics: Diagnostics
    resources: Resources
    load: Callable[[Path], Document | None]
    """Returns the document in a file, or None after a diagnostic."""
    _active: list[Identity] = field(default_factory=list[Identity])
    """The references that are being followed, the outermost first."""
    _found: dict[tuple[str, str, str], Resource] = field(default_factory=dict[tuple[str, str, str], Resource])
    """By the label of a document, the base URI there and the file of a reference: what that means."""
    _scanned: set[str] = field(default_factory=set[str])
    """The labels of documents whose references to files have been read."""
    _copies: Copies = field(default_factory=Copies)

    def resolve(self, node: Node, referred: bool = False) -> Node | None:
        """Follow ``$ref`` to its end; None, and a diagnostic, if it has none.

        ``referred`` is whether another reference leads to this node.
        """
        ref = node.ref
        if ref is None:
            inner = wrapped(node)
            if inner is None:
                return node
            # A schema of another format is left as it is, as its file is no document for this program.
            return self.resolve(inner) if is_json_schema(format_around(inner)) else inner
        ends = has_siblings(node) or (node.document.has_ids and self._is_scope(node, referred))
        if ends and is_modern(node, self.resources.modern_files):
            return self._with_siblings(node)
        if node.identity in self._active or len(self._active) >= MAX_DEPTH:
            self.diagnostics.error("TW106", f"$ref {ref!r} leads back to itself, or too far", node)
            return None
        self._active.append(node.identity)
        try:
            target = self._target(node, Reference.parse(ref))
            return None if target is None else self.resolve(target, referred=True)
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

    def initial(self, node: Node) -> Node | None:
        """Follow one ``$dynamicRef`` as if it were a ``$ref``; None without one, and after a diagnostic."""
        value = node.value if isinstance(node.value, Map) else Map()
        for keyword in DYNAMIC:
            text = value.get(keyword)
            if isinstance(text, str):
                return self._target(node, Reference.parse(text, keyword))
        return None

    def _is_scope(self, node: Node, referred: bool) -> bool:
        """Return whether a validator comes by a reference into a resource that a ``$dynamicRef`` can lead back to."""
        names = self.resources.of(node.document)
        root = names.around(node).root.pointer
        return root in names.dynamic and (referred or root == node.pointer)

    def _with_siblings(self, node: Node) -> Node:
        known = self._copies.get(node.identity)
        if known is None or known[0].value is not node.value:
            known = self._copies[node.identity] = node, with_siblings(node)
        return known[1]

    def _target(self, node: Node, reference: Reference) -> Node | None:
        starts = self._starts(node, reference)
        name = reference.anchor
        for start in starts if name else ():
            named = self.resources.anchor(start, name)
            if named is not None:
                return named
        ends: list[tuple[Node, list[str]]] = []
        for start in starts:
            target, missing = self._follow(start.root, reference.fragment)
            if not missing:
                if name and target.pointer:
                    self._report_slash(node, reference)
                return target
            ends.append((target, missing))
        if ends:
            self._report_unknown(node, reference, *min(ends, key=lambda end: len(end[1])))
        return None

    def _starts(self, node: Node, reference: Reference) -> list[Resource]:
        """Return the resources that a reference may mean, the first that has the target; empty after a diagnostic.

        In a schema with an ``$id``, ``#/components/schemas/X`` means that schema, and its author the whole document.
        """
        names = self.resources.of(node.document)
        around = names.around(node)
        if not reference.file:
            return [around] if around.root.pointer == () else [around, names.around(node.document.root)]
        key = node.document.label, around.base, reference.file
        found = self._found.get(key) or self._find(node, reference, joined(around.base, reference.file))
        if found is None:
            return []
        self._found[key] = found
        root = found.root
        if not root.pointer and inherits_format(root) and is_modern(node, self.resources.modern_files):
            self.resources.make_modern(root.document)
        return [found]

    def _find(self, node: Node, reference: Reference, uri: str) -> Resource | None:
        """Return the resource with a URI: one with that ``$id``, or else a file; None after a diagnostic."""
        found = self.resources.find(uri, node.document)
        if not found:
            document = self._document(node, reference, uri)
            if document is not None:
                return self.resources.of(document).whole
            self._read_all()  # a document that is not read yet may have it as an $id
            found = self.resources.find(uri, node.document)
        if not found:
            self._report_missing(node, reference, uri)
            return None
        others = [other.root for other in found if other.root.value != found[0].root.value]
        if others:
            text = f"{reference.shown} is the $id of several schemas: the first of them is taken"
            self.diagnostics.warning("TW113", text, node, "give each another $id", [found[0].root, *others])
        return found[0]

    def _document(self, node: Node, reference: Reference, uri: str) -> Document | None:
        """Return the document with a URI, or else the one beside the file that a reference is in."""
        for path in self._paths(node, reference, uri):
            if self.access.allows(path) and _is_file_name(path):
                return self.load(path)
        return metaschema(uri)

    def _paths(self, node: Node, reference: Reference, uri: str) -> Iterator[Path]:
        """Yield the files that a reference can mean: by its URI, and by its path."""
        mapped = self.access.mapped(uri)
        if mapped is not None:
            yield mapped
        if reference.kind == "file":
            folder = node.document.path.parent
            in_file = self.resources.around(node).base == self.resources.of(node.document).whole.base
            try:
                inner = None if in_file else file_of(uri)
                if inner is not None:
                    yield inner.resolve()
                yield (folder / unquote(reference.file)).resolve()
            except (OSError, ValueError, RuntimeError):
                return

    def _read_all(self) -> None:
        """Read every file that a document refers to."""
        while waiting := [document for document in self.resources.read() if document.label not in self._scanned]:
            for document in waiting:
                self._scanned.add(document.label)
                for node in document.references():
                    reference = Reference.parse(node.ref or "")
                    if reference.file:
                        self._document(node, reference, self.resources.uri(node, reference.file))

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

    def _report_slash(self, node: Node, reference: Reference) -> None:
        hint = "write #/ before the path: other tools refuse it"
        text = f"{reference.shown} has a pointer without its slash"
        self.diagnostics.warning("TW111", text, node.get(reference.keyword) or node, hint)

    def _report_unknown(self, node: Node, reference: Reference, end: Node, missing: list[str]) -> None:
        """Report a pointer without a target, unless the node that it ends at already has an error."""
        if isinstance(end.value, Map) or not self.diagnostics.failed_at(end):
            hint = self._how_to_name(end.document, reference) if reference.anchor else how_to_point(end, missing)
            self.diagnostics.error("TW105", f"unknown {reference.shown}", node, hint)

    def _how_to_name(self, document: Document, reference: Reference) -> str:
        for resource in self.resources.with_anchor(document, reference.anchor):
            return f"that name is inside another $id: write {resource.base}#{reference.fragment}"
        return "write it as #/path/to/it"

    def _report_missing(self, node: Node, reference: Reference, uri: str) -> None:
        """Report a reference to a file that is not there, or that must not be read."""
        paths = list(self._paths(node, reference, uri))
        if not paths and reference.kind == "url":
            hint = "no schema has it as its $id, and nothing is fetched; keep a copy, and name it with --map URL=PATH"
            self.diagnostics.error("TW107", f"{reference.shown} is a URL", node, hint)
        elif not paths:
            self.diagnostics.error("TW105", f"unknown {reference.shown}", node, "this is no path")
        elif not self.access.allows(paths[-1]):
            hint = f"only files below {shown_path(self.access.root)} are read, and no hidden ones; see --root DIR"
            self.diagnostics.error("TW108", f"{reference.shown} leaves the schema root", node, hint)
        elif not _is_file_name(paths[-1]):
            hint = "there is no such file"
            if reference.file != uri and file_of(uri) is None:
                hint += f", and no schema with the $id {uri}"
            self.diagnostics.error("TW105", f"unknown {reference.shown}", node, hint)


def _is_file_name(path: Path) -> bool:
    """Return whether a file has this name; false for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
