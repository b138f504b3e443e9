"""Validation against the JSON Schema that AsyncAPI publishes for each of its versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from jsonschema_rs import ValidationError, ValidationErrorKind, Validator, validator_for

from topicwright_codegen.diagnostics import Diagnostics, Place
from topicwright_codegen.documents import Document, Node
from topicwright_codegen.values import Map, kind_of, plain

_VERSION = re.compile(r"(2\.[0-6]|3\.[01])\.\d+")
_DEPRECATES = (("channels",), ("operations",))
"""Where ``deprecated`` is taken too, with a warning of the reader."""
_LEAVES = 3
"""So many findings at most for one object: the first tell what is wrong."""


def check_documents(documents: Iterable[Document], diagnostics: Diagnostics) -> None:
    """Report where documents break the schema of their version, except on lines that have a finding of ours."""
    told = {(found.place.path, found.place.line) for found in diagnostics.found if found.severity == "error"}
    for document in documents:
        for place, message, hint in _findings(document):
            if (place.path, place.line) not in told:
                diagnostics.error("TW250", message, place, hint)


def _findings(document: Document) -> Iterator[tuple[Place, str, str]]:
    said = document.value.get("asyncapi") if isinstance(document.value, Map) else None
    version = _VERSION.match(said) if isinstance(said, str) else None
    if version is None:
        return
    for error in _validator(version[1]).iter_errors(plain(document.value)):
        if error.instance_path == ["asyncapi"] or _is_ambiguity(error):
            continue
        leaves = [
            leaf for leaf in _leaves(error) if not (_wants_reference(leaf) and _may_be_inside(leaf.instance_path))
        ]
        for leaf in leaves[:_LEAVES]:
            node = _node(document, leaf.instance_path)
            yield from ((found.place, message, f"AsyncAPI {version[1]}") for found, message in _said(leaf, node))


def wrong_places(version: str, value: object) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths in a document where it breaks the schema of a version such as ``3.0``."""
    for error in _validator(version).iter_errors(value):
        for leaf in [] if _is_ambiguity(error) else _leaves(error):
            extra = leaf.kind.unexpected if isinstance(leaf.kind, ValidationErrorKind.AdditionalProperties) else []
            yield from ((*leaf.instance_path, name) for name in extra)
            if not extra:
                yield tuple(leaf.instance_path)


@cache
def _validator(version: str) -> Validator:
    text = (files("topicwright_codegen") / "specs" / f"{version}.0.json").read_text(encoding="utf-8")
    # A pointer with brackets is no URI by the letter, and every tool follows it: formats are not checked.
    return validator_for(json.loads(text), validate_formats=False, offline=True)


def _is_ambiguity(error: ValidationError) -> bool:
    """Tell whether a value only fits two alternatives: those of AsyncAPI all take a reference."""
    if isinstance(error.kind, ValidationErrorKind.OneOfMultipleValid):
        return True
    return any(all(map(_is_ambiguity, branch)) for branch in _branches(error))


def _branches(error: ValidationError) -> Sequence[Sequence[ValidationError]]:
    if isinstance(error.kind, (ValidationErrorKind.OneOfNotValid, ValidationErrorKind.AnyOf)):
        return error.kind.context
    return ()


def _leaves(error: ValidationError) -> list[ValidationError]:
    """Return what is wrong with the alternative that a value was meant to be."""
    branches = [branch for branch in _branches(error) if branch]
    if not branches:
        return [error]
    own = [branch for branch in branches if not any(_wants_reference(leaf) for leaf in branch)]
    best = max(own or branches, key=_nearness)
    return [leaf for part in best if not _is_ambiguity(part) for leaf in _leaves(part)]


def _wants_reference(error: ValidationError) -> bool:
    return isinstance(error.kind, ValidationErrorKind.Required) and error.kind.property == "$ref"


def _may_be_inside(path: Sequence[str | int]) -> bool:
    """Tell whether tools take the thing itself where the specification wants a reference to it: the reader warns."""
    inner = [part for part in path[2:] if part != "reply"]
    return path[:1] == ["operations"] and inner[:1] in (["channel"], ["messages"])


def _nearness(branch: Sequence[ValidationError]) -> tuple[int, int]:
    """Measure how near a value came to an alternative: the deeper its first fault, the fewer faults, the nearer."""
    leaves = [leaf for error in branch for leaf in _leaves(error)]
    return min((len(leaf.instance_path) for leaf in leaves), default=0), -len(leaves)


def _node(document: Document, path: Iterable[str | int]) -> Node:
    node = document.root
    for token in path:
        node = node.step(str(token)) or node
    return node


def _said(error: ValidationError, node: Node) -> Iterator[tuple[Node, str]]:
    what = repr(node.key) if node.key else "the document"
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            yield node, f"{what} must have the field {name!r}"
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            for name in names:
                if name == "deprecated" and node.pointer[:-1] in _DEPRECATES:
                    continue
                yield node.get(name) or node, f"unknown field {name!r} in {what}"
        case ValidationErrorKind.Type(types=types):
            yield node, f"{what} must be of type {' or '.join(types)}, not {kind_of(node.value)}"
        case ValidationErrorKind.Enum(options=options):
            yield node, f"{what} must be one of {', '.join(map(repr, options))}"
        case _:
            yield node, f"{what}: {_short(error.message)}"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:97]} ... {text[-98:]}"
