"""Files to documents with positions, and ``$ref`` from one to another inside the schema root."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from topicwright_codegen.diagnostics import Diagnostics, Place, shown_path
from topicwright_codegen.json_reader import read_json
from topicwright_codegen.values import MAX_BYTES, MAX_DEPTH, Map, Mark, ReadError, Seq, Value
from topicwright_codegen.yaml_reader import read_yaml

Pointer: TypeAlias = tuple[str, ...]
Identity: TypeAlias = tuple[str, Pointer]
"""What makes two references mean the same thing: the file's label and the JSON pointer, after every ``$ref``."""

_SUFFIXES = (".yaml", ".yml", ".json")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file."""

    path: Path
    label: str
    """The path that stands in generated files: posix, the same on every machine."""
    shown: str
    """The path that stands in findings: what a person in the working directory would type."""
    value: Value

    @property
    def root(self) -> Node:
        """The node of the whole file."""
        return Node(self, (), self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value in a document."""

    document: Document
    pointer: Pointer
    value: Value

    @property
    def identity(self) -> Identity:
        """The file and the JSON pointer."""
        return self.document.label, self.pointer

    @property
    def place(self) -> Place:
        """The author's line and column."""
        return Place(self.document.shown, *_mark_of(self.document.value, self.pointer))

    @property
    def key(self) -> str:
        """The last part of the pointer."""
        return self.pointer[-1] if self.pointer else ""

    @property
    def ref(self) -> str | None:
        """The text of ``$ref``, where this is a reference."""
        ref = self.value.get("$ref") if isinstance(self.value, Map) else None
        return ref if isinstance(ref, str) else None

    def get(self, key: str) -> Node | None:
        """Return the member ``key`` of an object."""
        if isinstance(self.value, Map) and key in self.value:
            return Node(self.document, (*self.pointer, key), self.value[key])
        return None

    def members(self) -> Iterator[tuple[str, Node]]:
        """Yield the members of an object; nothing for another value."""
        if isinstance(self.value, Map):
            for key, value in self.value.items():
                yield key, Node(self.document, (*self.pointer, key), value)

    def elements(self) -> Iterator[Node]:
        """Yield the elements of an array; nothing for another value."""
        if isinstance(self.value, Seq):
            for index, value in enumerate(self.value):
                yield Node(self.document, (*self.pointer, str(index)), value)

    def step(self, token: str) -> Node | None:
        """Return the member or element that one token of a JSON pointer names (RFC 6901)."""
        if isinstance(self.value, Seq):
            if token.isdecimal() and len(token) < 9 and int(token) < len(self.value):
                return Node(self.document, (*self.pointer, token), self.value[int(token)])
            return None
        return self.get(token)


def _mark_of(value: Value, pointer: Pointer) -> Mark:
    """Find the position of the deepest part of ``pointer`` that the document really has."""
    mark = (1, 1)
    for token in pointer:
        if isinstance(value, Map) and token in value:
            mark, value = value.marks[token], value[token]
        elif isinstance(value, Seq) and token.isdecimal() and int(token) < len(value):
            mark, value = value.marks[int(token)], value[int(token)]
        else:
            break
    return mark


@dataclass(slots=True)
class Source:
    """The documents of one run, and the way from a reference to what it means."""

    root: Path
    """Nothing outside this folder is read."""
    labels: Path
    """Labels are relative to this folder."""
    diagnostics: Diagnostics
    documents: dict[Path, Document | None] = field(default_factory=dict["Path", "Document | None"])
    _active: list[Identity] = field(default_factory=list[Identity])

    @classmethod
    def of(cls, paths: Sequence[Path], diagnostics: Diagnostics, project: Path | None = None) -> Source:
        """Return the source for files and folders; ``project`` is the folder of the configuration, if any."""
        folders = [path if path.is_dir() else path.parent for path in (path.resolve() for path in paths)]
        root = Path(os.path.commonpath(folders))
        if project is not None and root.is_relative_to(project.resolve()):
            return cls(root, project.resolve(), diagnostics)
        return cls(root, root.parent if any(path.is_dir() for path in paths) else root, diagnostics)

    def read(self, paths: Iterable[Path]) -> list[Document]:
        """Read the AsyncAPI documents among files and folders, in the order of their labels."""
        found: dict[str, Document] = {}
        for path, named in _files(paths):
            document = self.load(path) if named or _mentions_asyncapi(path) else None
            if document is None:
                continue
            if isinstance(document.value, Map) and "asyncapi" in document.value:
                found[document.label] = document
            elif named:
                hint = "an AsyncAPI document starts with `asyncapi: 3.0.0`"
                self.diagnostics.error("TW110", "not an AsyncAPI document", document.root, hint)
        return [found[label] for label in sorted(found)]

    def load(self, path: Path) -> Document | None:
        """Return the document in ``path``, or None after saying why not."""
        path = path.resolve()
        if path not in self.documents:
            self.documents[path] = self._read(path) if self._inside(path) else None
        return self.documents[path]

    def _inside(self, path: Path) -> bool:
        if path.is_relative_to(self.root):
            return True
        self.diagnostics.error(
            "TW108", f"is outside the schema folder {shown_path(self.root)}", Place(shown_path(path))
        )
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
            return Document(path, label, shown, value)
        return None

    def resolve(self, node: Node) -> Node | None:
        """Follow ``$ref`` to its end; None, and a finding, where it has none."""
        while (ref := node.ref) is not None:
            if node.identity in self._active or len(self._active) >= MAX_DEPTH:
                self.diagnostics.error("TW106", f"$ref {ref!r} leads back to itself, or too far", node)
                return None
            self._active.append(node.identity)
            try:
                target = self._target(node, ref)
                if target is None or target.ref is None:
                    return target
                return self.resolve(target)
            finally:
                self._active.pop()
        return node

    def child(self, node: Node, key: str) -> Node | None:
        """Return the member ``key`` of an object, with references followed."""
        found = node.get(key)
        return None if found is None else self.resolve(found)

    def _target(self, node: Node, ref: str) -> Node | None:
        file, _, fragment = ref.partition("#")
        document = node.document if not file else self._file(node, file, ref)
        if document is None:
            return None
        target = document.root
        for token in _tokens(fragment):
            following = self._step(target, token)
            if following is None:
                hint = f"there is no {token!r} there" if fragment.startswith("/") else "write it as #/path/to/it"
                self.diagnostics.error("TW105", f"unknown $ref {ref!r}", node, hint)
                return None
            target = following
        return target

    def _step(self, node: Node, token: str) -> Node | None:
        """Follow one token of a pointer, through a reference where the node itself has no such member."""
        found = node.step(token)
        if found is None and node.ref is not None:
            resolved = self.resolve(node)
            return resolved.step(token) if resolved else None
        return found

    def _file(self, node: Node, file: str, ref: str) -> Document | None:
        if _SCHEME.match(file) or file.startswith("//"):
            self.diagnostics.error("TW107", f"$ref {ref!r} is a URL", node, "keep a copy below the schema folder")
            return None
        try:
            path = (node.document.path.parent / unquote(file)).resolve()
            outside, missing = not path.is_relative_to(self.root), not path.is_file()
        except (OSError, ValueError, RuntimeError):
            outside, missing = False, True
            path = self.root
        if outside:
            hint = f"only files below {shown_path(self.root)} are read"
            self.diagnostics.error("TW108", f"$ref {ref!r} leaves the schema folder", node, hint)
        elif missing:
            self.diagnostics.error("TW105", f"unknown $ref {ref!r}", node, "there is no such file")
        else:
            return self.load(path)
        return None


def _tokens(fragment: str) -> list[str]:
    """Split the fragment of a reference into the tokens of its JSON pointer (RFC 6901, section 6)."""
    if not fragment:
        return []
    parts = unquote(fragment).split("/")
    return [part.replace("~1", "/").replace("~0", "~") for part in (parts[1:] if parts[0] == "" else parts)]


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each file once with whether it was named itself, folders walked without hidden parts."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix in _SUFFIXES and not hidden and file.is_file():
                yield file, False


def _mentions_asyncapi(path: Path) -> bool:
    """Tell cheaply whether a file found in a folder can be an AsyncAPI document."""
    try:
        with path.open("rb") as file:
            return b"asyncapi" in file.read(MAX_BYTES)
    except OSError:
        return True
