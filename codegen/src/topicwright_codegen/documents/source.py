"""Loads the documents of one run: each file once, only files that may be read, errors as diagnostics."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from topicwright_codegen.diagnostics.diagnostics import Diagnostics, Place
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.identifiers import MENTIONS, Resource
from topicwright_codegen.documents.json_reader import read_json
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.references import Resolver
from topicwright_codegen.documents.resources import Resources
from topicwright_codegen.documents.values import MAX_BYTES, Map, ReadError
from topicwright_codegen.documents.yaml_reader import read_yaml
from topicwright_codegen.project.access import Access, common_folder, default_root

_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Source:
    """The documents of one run, and the references between them."""

    access: Access
    folder: Path
    """The deepest folder that contains all sources."""
    labels: Path
    """Labels are relative to this folder."""
    diagnostics: Diagnostics
    documents: dict[Path, Document | None] = field(default_factory=dict["Path", "Document | None"])
    _resolver: Resolver = field(init=False)

    def __post_init__(self) -> None:
        resources = Resources(self.access, self.documents)
        self._resolver = Resolver(self.access, self.diagnostics, resources, self.load)

    @classmethod
    def of(
        cls,
        paths: Sequence[Path],
        diagnostics: Diagnostics,
        project: Path | None = None,
        access: Access | None = None,
    ) -> Source:
        """Return the source for files and folders; ``project`` is the folder of the configuration, if any."""
        resolved = [path.resolve() for path in paths]
        folder = common_folder(resolved)
        access = access or Access(default_root(resolved), sources=tuple(resolved))
        if project is not None and folder.is_relative_to(project.resolve()):
            return cls(access, folder, project.resolve(), diagnostics)
        return cls(access, folder, folder.parent if any(path.is_dir() for path in resolved) else folder, diagnostics)

    def read(self, paths: Iterable[Path]) -> list[Document]:
        """Read the AsyncAPI documents among files and folders, in the order of their labels."""
        documents: dict[str, Document] = {}
        for path, named in candidates(paths):
            document = self.load(path) if named or _mentions_asyncapi(path) else None
            if document is None:
                continue
            if isinstance(document.value, Map) and "asyncapi" in document.value:
                documents[document.label] = document
            elif named:
                hint = "an AsyncAPI document starts with `asyncapi: 3.0.0`"
                self.diagnostics.error("TW110", "not an AsyncAPI document", document.root, hint)
        return [documents[label] for label in sorted(documents)]

    def load(self, path: Path) -> Document | None:
        """Return the document in ``path``, or None after reporting a diagnostic."""
        path = path.resolve()
        if path not in self.documents:
            self.documents[path] = self._read(path) if self._inside(path) else None
        return self.documents[path]

    def _inside(self, path: Path) -> bool:
        if self.access.allows(path):
            return True
        message = f"is hidden, or outside the schema root {shown_path(self.access.root)}"
        self.diagnostics.error("TW108", message, Place(shown_path(path)), "name another root with --root DIR")
        return False

    def _read(self, path: Path) -> Document | None:
        shown = shown_path(path)
        try:
            if path.stat().st_size > MAX_BYTES:
                self.diagnostics.error("TW103", f"larger than {MAX_BYTES // 1024 // 1024} MB", Place(shown))
                return None
            text = path.read_text(encoding="utf-8-sig")
            value = read_json(text) if path.suffix == ".json" else read_yaml(text)
        except ReadError as error:
            related = [Place(shown, *error.earlier)] if error.earlier else []
            self.diagnostics.error(error.code, error.message, Place(shown, *error.mark), error.hint, related)
        except UnicodeDecodeError as error:
            self.diagnostics.error("TW101", f"not UTF-8: {error.reason} at byte {error.start}", Place(shown))
        except OSError as error:
            self.diagnostics.error("TW104", f"cannot be read: {error.strerror}", Place(shown))
        else:
            label = Path(os.path.relpath(path, self.labels)).as_posix()
            return Document(path, label, shown, value, has_ids=any(part in text for part in MENTIONS))
        return None

    def resolve(self, node: Node) -> Node | None:
        """Follow ``$ref`` to its end; None, and a diagnostic, if it has none."""
        return self._resolver.resolve(node)

    def hop(self, node: Node) -> Node | None:
        """Follow one ``$ref``, and not those that it leads to; None, and a diagnostic, if it leads nowhere."""
        return self._resolver.hop(node)

    def initial(self, node: Node) -> Node | None:
        """Return the schema that a ``$dynamicRef``, or ``$recursiveRef``, leads to where no other schema replaces it.

        None where the node has none, and after a diagnostic (JSON Schema 2020-12, core, section 8.2.3.2).
        """
        return self._resolver.initial(node)

    def dynamic_anchors(self, resource: Resource) -> dict[str, Node]:
        """Return the schemas of a resource that a ``$dynamicRef`` elsewhere can lead to, by their names."""
        return self._resolver.resources.dynamic_anchors(resource)

    def resource_of(self, node: Node) -> Resource:
        """Return the schema resource that a node stands in: the nearest schema around with an ``$id``, or the file."""
        return self._resolver.resources.around(node)

    def quiet(self) -> Source:
        """Return a source with the same documents, and with diagnostics of its own."""
        return replace(self, diagnostics=Diagnostics(), documents=dict(self.documents))

    def child(self, node: Node, key: str) -> Node | None:
        """Return the member ``key`` of an object, with references followed."""
        child = node.get(key)
        return None if child is None else self.resolve(child)


def candidates(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each file, and whether it is named itself; the others are below a folder that is, and not hidden."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix in _SUFFIXES and not hidden and file.is_file():
                yield file, False


def _mentions_asyncapi(path: Path) -> bool:
    """Return cheaply whether a file that was found in a folder can be an AsyncAPI document."""
    try:
        with path.open("rb") as file:
            return b"asyncapi" in file.read(MAX_BYTES)
    except OSError:
        return True
