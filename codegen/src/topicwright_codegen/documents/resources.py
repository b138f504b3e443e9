"""The schema resources of all documents of a run, by their URIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from topicwright_codegen.documents.identifiers import Identifiers, Resource
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.reference import joined
from topicwright_codegen.project.access import Access


@dataclass(slots=True)
class Resources:
    """Finds the resource around a node, the one with a URI, and the schemas with an anchor."""

    access: Access
    documents: Mapping[Path, Document | None]
    """All that are read, also those that are read later."""
    modern_files: set[str] = field(default_factory=set[str])
    """The labels of files that a schema of 2019-09 or later refers to."""
    _known: dict[tuple[str, bool], Identifiers] = field(default_factory=dict[tuple[str, bool], Identifiers])
    """By the label of a document, and whether it is among the modern files."""
    _by_uri: dict[str, list[Resource]] = field(default_factory=dict[str, "list[Resource]"])
    """Those of the documents that are collected: the first ones of ``documents``, of which none is taken out."""
    _collected: int = 0

    def read(self) -> list[Document]:
        """Return the documents that are read so far."""
        return [document for document in self.documents.values() if document is not None]

    def of(self, document: Document) -> Identifiers:
        """Return the names in a document."""
        key = document.label, document.label in self.modern_files
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Identifiers.of(document, self._base_of(document), key[1])
        return known

    def around(self, node: Node) -> Resource:
        """Return the innermost resource that a node is in."""
        return self.of(node.document).around(node)

    def find(self, uri: str, document: Document) -> list[Resource]:
        """Return the resources with a URI: those in ``document``, or else those in the other documents."""
        own = self.of(document)
        if uri == own.whole.base:
            return [own.whole]
        found = own.uris.get(uri)
        if found is None:
            self._collect()
            found = sorted(self._by_uri.get(uri, ()), key=lambda resource: resource.root.document.label)
        return found

    def make_modern(self, document: Document) -> None:
        """Note that a schema of 2019-09 or later refers to a file: an ``$id`` beside a ``$ref`` counts there."""
        if document.label not in self.modern_files:
            before = self._known.get((document.label, False))
            self.modern_files.add(document.label)
            if before is not None and self.of(document).uris.keys() != before.uris.keys():
                self._by_uri.clear()
                self._collected = 0

    def _collect(self) -> None:
        """Add the names in the documents that have been read since the last time."""
        for document in islice(self.documents.values(), self._collected, None):
            if document is not None and document.has_ids:
                for uri, found in self.of(document).uris.items():
                    self._by_uri.setdefault(uri, []).extend(found)
        self._collected = len(self.documents)

    def anchor(self, resource: Resource, name: str) -> Node | None:
        """Return the schema of a resource with an anchor."""
        return self.of(resource.root.document).anchors.get((resource.root.pointer, name))

    def dynamic_anchors(self, resource: Resource) -> dict[str, Node]:
        """Return the schemas of a resource that a ``$dynamicRef`` elsewhere can lead to, by their names."""
        return self.of(resource.root.document).dynamic.get(resource.root.pointer, {})

    def with_anchor(self, document: Document, name: str) -> list[Resource]:
        """Return the resources of a document that have an anchor."""
        names = self.of(document)
        return [names.resources.get(root, names.whole) for root, other in names.anchors if other == name]

    def _base_of(self, document: Document) -> str:
        """Return the URI that a document is retrieved from: the one that is mapped to it, or that of its file."""
        path = document.path
        if not path.is_absolute():  # a metaschema: it has an absolute $id
            return f"https://{path.as_posix()}"
        return self.access.url_of(path) or path.as_uri()

    def uri(self, node: Node, reference: str) -> str:
        """Return the absolute URI that a reference without its fragment means."""
        return joined(self.around(node).base, reference)
