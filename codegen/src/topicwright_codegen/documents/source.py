"""Files to documents with positions, and ``$ref`` from one to another inside the schema root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from topicwright_codegen.diagnostics.diagnostics import Diagnostics, Place
from topicwright_codegen.diagnostics.did_you_mean import nearest
from topicwright_codegen.diagnostics.texts import shown_path
from topicwright_codegen.documents.json_reader import read_json
from topicwright_codegen.documents.node import Document, Identity, Memo, Node
from topicwright_codegen.documents.pointers import tokens
from topicwright_codegen.documents.references import is_file_name, is_url, named_parts, resource_of
from topicwright_codegen.documents.values import MAX_BYTES, MAX_DEPTH, Map, ReadError
from topicwright_codegen.documents.yaml_reader import read_yaml
from topicwright_codegen.project.access import Access, common_folder, default_root

if TYPE_CHECKING:
    from topicwright_codegen.schemas.json_schema.object_shape import Shape

_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Source:
    """The documents of one run, and the way from a reference to what it means."""

    access: Access
    folder: Path
    """The folder that all sources are in."""
    labels: Path
    """Labels are relative to this folder."""
    diagnostics: Diagnostics
    documents: dict[Path, Document | None] = field(default_factory=dict["Path", "Document | None"])
    shapes: Memo[Shape] = field(default_factory=lambda: Memo["Shape"]())
    asserts: Memo[dict[str, object]] = field(default_factory=Memo[dict[str, object]])
    objects: Memo[bool] = field(default_factory=Memo[bool])
    _active: list[Identity] = field(default_factory=list[Identity])
    _named: dict[str, dict[str, Node]] = field(default_factory=dict[str, dict[str, Node]])
    """By document: its parts with an ``$id`` or an ``$anchor``."""

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
        found: dict[str, Document] = {}
        for path, named in candidates(paths):
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
        named: dict[str, Node] = {}
        if is_url(file) or (fragment and not fragment.startswith("/")):
            named = self._named_in(node.document)
        if ref in named:
            return named[ref]
        document = node.document if not file or file in named else self._file(node, file, ref)
        if document is None:
            return None
        if fragment and not fragment.startswith("/") and document is not node.document:
            anchor = self._named_in(document).get(f"#{fragment}")
            if anchor is not None:
                return anchor
        start = named.get(file, document.root)
        target = self._follow(start, fragment)
        if isinstance(target, str) and not file:
            inner = resource_of(node)
            within = self._follow(inner, fragment) if inner else target
            target = target if isinstance(within, str) else within
        if isinstance(target, str):
            self._unknown(node, start, fragment, target)
            return None
        return target

    def _unknown(self, node: Node, start: Node, fragment: str, missing: str) -> None:
        """Report a pointer that leads nowhere, unless what it leads through has a finding itself."""
        end = start
        for token in tokens(fragment):
            following = self._step(end, token)
            if following is None:
                break
            end = following
        if isinstance(end.value, Map) or not self.diagnostics.failed_at(end):
            hint = self._advice(start, fragment, missing)
            self.diagnostics.error("TW105", f"unknown $ref {node.ref!r}", node, hint)

    def _advice(self, start: Node, fragment: str, missing: str) -> str:
        """Return what to do about a pointer that leads nowhere."""
        if not fragment.startswith("/"):
            return "write it as #/path/to/it"
        path, at = tokens(fragment), start
        for index, token in enumerate(path):
            following = self._step(at, token)
            if following is None:
                longer = ("/".join(path[index:end]) for end in range(index + 2, len(path) + 1))
                if any(at.step(key) is not None for key in longer):
                    return "in a reference, a slash in a key is written ~1"
                hint = f"there is no {missing!r} there"
                close = nearest(token, [key for key, _ in at.members()])
                if close is not None:
                    hint += f"; did you mean {close!r}?"
                return hint
            at = following
        return f"there is no {missing!r} there"

    def _named_in(self, document: Document) -> dict[str, Node]:
        if document.label not in self._named:
            self._named[document.label] = named_parts(document)
        return self._named[document.label]

    def _follow(self, start: Node, fragment: str) -> Node | str:
        """Follow a JSON pointer; return the token that leads nowhere where there is one."""
        target = start
        for token in tokens(fragment):
            following = self._step(target, token)
            if following is None:
                return token
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
        path = self._path(node, file, ref)
        if path is None:
            return None
        if not self.access.allows(path):
            hint = f"only files below {shown_path(self.access.root)} are read, and no hidden ones; see --root DIR"
            self.diagnostics.error("TW108", f"$ref {ref!r} leaves the schema root", node, hint)
        elif not is_file_name(path):
            self.diagnostics.error("TW105", f"unknown $ref {ref!r}", node, "there is no such file")
        else:
            return self.load(path)
        return None

    def _path(self, node: Node, file: str, ref: str) -> Path | None:
        """Return the path that a reference names, resolved; None after saying why there is none."""
        if is_url(file):
            mapped = self.access.mapped(file)
            if mapped is None:
                hint = "nothing is fetched; keep a copy, and name it with --map URL=PATH"
                self.diagnostics.error("TW107", f"$ref {ref!r} is a URL", node, hint)
            return mapped
        try:
            return (node.document.path.parent / unquote(file)).resolve()
        except (OSError, ValueError, RuntimeError):
            self.diagnostics.error("TW105", f"unknown $ref {ref!r}", node, "this is no path")
            return None


def candidates(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
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
