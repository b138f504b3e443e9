"""Validation against the JSON Schema that AsyncAPI publishes for each of its versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import cast

from jsonschema_rs import ValidationError, ValidationErrorKind, Validator, validator_for

from topicwright_codegen.diagnostics.diagnostics import Diagnostics, Place
from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.advice import how_to_write
from topicwright_codegen.documents.node import Document, Node
from topicwright_codegen.documents.values import Map, kind_of, plain

_VERSION = re.compile(r"(2\.[0-6]|3\.[01])\.\d+")
_DEPRECATES = (("channels",), ("operations",))
"""Where ``deprecated`` is read too, with a warning by the reader."""
_MAX_LEAVES = 3
"""At most this many problems are reported for one object: the first are the most useful."""


def check_documents(documents: Iterable[Document], diagnostics: Diagnostics) -> None:
    """Report where documents break the schema of their version, except on lines that have an error already."""
    known = {(one.place.path, one.place.line) for one in diagnostics.recorded if one.severity == "error"}
    for document in documents:
        for place, message, hint in _problems(document):
            if (place.path, place.line) not in known:
                diagnostics.error("TW250", message, place, hint)


def _problems(document: Document) -> Iterator[tuple[Place, str, str]]:
    text = document.value.get("asyncapi") if isinstance(document.value, Map) else None
    version = _VERSION.match(text) if isinstance(text, str) else None
    if version is None:
        return
    for error in _validator(version[1]).iter_errors(plain(document.value)):
        if error.instance_path == ["asyncapi"] or _is_ambiguity(error):
            continue
        leaves = [
            leaf
            for leaf in _leaves(error)
            if not (_wants_reference(leaf) and _may_be_inside(leaf.instance_path))
            and not _is_schema_elsewhere(_node(document, leaf.instance_path))
        ]
        mistyped = _types_at(leaves)
        for leaf in leaves[:_MAX_LEAVES]:
            node = _node(document, leaf.instance_path)
            types = mistyped.get(tuple(leaf.instance_path), [])
            for wrong, message, hint in _described(leaf, node, types, _allowed_fields(version[1], leaf)):
                yield wrong.place, f"{message} (AsyncAPI {version[1]})", hint


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
    # Strictly, a pointer with brackets is not a URI, but every tool follows it: formats are not checked.
    return validator_for(_published(version), validate_formats=False, offline=True)


@cache
def _published(version: str) -> dict[str, object]:
    text = (files("topicwright_codegen.asyncapi.validation") / "published" / f"{version}.0.json").read_text(
        encoding="utf-8"
    )
    schema: dict[str, object] = json.loads(text)
    return schema


def _allowed_fields(version: str, error: ValidationError) -> list[str]:
    """Return the fields that an object can have where it has one too many."""
    if not isinstance(error.kind, ValidationErrorKind.AdditionalProperties):
        return []
    root = _published(version)
    schema: object = root
    for token in (*error.evaluation_path[:-1], "properties"):
        schema = _inside(schema, token)
        if token == "$ref":
            schema = _inside(root.get("definitions"), str(schema))
    return list(cast("dict[str, object]", schema)) if isinstance(schema, dict) else []


def _inside(value: object, token: str | int) -> object:
    """Return a member or an element of a value, or None."""
    if isinstance(value, list) and isinstance(token, int):
        return cast("list[object]", value)[token]
    return cast("dict[str, object]", value).get(str(token)) if isinstance(value, dict) else None


def _is_ambiguity(error: ValidationError) -> bool:
    """Return whether a value only fits two alternatives, as it may: those of AsyncAPI all accept a reference."""
    if isinstance(error.kind, ValidationErrorKind.OneOfMultipleValid):
        return True
    return any(all(map(_is_ambiguity, branch)) for branch in _branches(error))


def _branches(error: ValidationError) -> Sequence[Sequence[ValidationError]]:
    if isinstance(error.kind, (ValidationErrorKind.OneOfNotValid, ValidationErrorKind.AnyOf)):
        return error.kind.context
    return ()


def _leaves(error: ValidationError) -> list[ValidationError]:
    """Return the problems with the alternative that was most likely meant."""
    branches = [branch for branch in _branches(error) if branch]
    if not branches:
        return [error]
    own = [branch for branch in branches if not any(_wants_reference(leaf) for leaf in branch)]
    best = max(own or branches, key=_nearness)
    return [leaf for part in best if not _is_ambiguity(part) for leaf in _leaves(part)]


def _wants_reference(error: ValidationError) -> bool:
    return isinstance(error.kind, ValidationErrorKind.Required) and error.kind.property == "$ref"


def _may_be_inside(path: Sequence[str | int]) -> bool:
    """Return whether tools accept an object where the specification requires a reference to it: the reader warns."""
    inner = [part for part in path[2:] if part != "reply"]
    return path[:1] == ["operations"] and inner[:1] in (["channel"], ["messages"])


def _is_schema_elsewhere(node: Node) -> bool:
    """Return whether a payload is a reference; for other formats than JSON Schema the published schema forgets it."""
    return node.ref is not None and node.key in ("payload", "schema")


def _nearness(branch: Sequence[ValidationError]) -> tuple[int, int]:
    """Measure how near a value is to an alternative: nearer with a deeper first problem, and with fewer."""
    leaves = [leaf for error in branch for leaf in _leaves(error)]
    return min((len(leaf.instance_path) for leaf in leaves), default=0), -len(leaves)


def _node(document: Document, path: Iterable[str | int]) -> Node:
    node = document.root
    for token in path:
        node = node.step(str(token)) or node
    return node


def _types_at(errors: Iterable[ValidationError]) -> dict[tuple[str | int, ...], list[str]]:
    """Return the types that the alternatives of a value allow, by its path."""
    types: dict[tuple[str | int, ...], list[str]] = {}
    for error in errors:
        if isinstance(error.kind, ValidationErrorKind.Type):
            known = types.setdefault(tuple(error.instance_path), [])
            known += [name for name in error.kind.types if name not in known]
    return types


def _described(
    error: ValidationError, node: Node, types: Sequence[str], known: Iterable[str]
) -> Iterator[tuple[Node, str, str]]:
    """Yield node, message and hint of a problem; ``types`` and the fields ``known`` are allowed there."""
    what = repr(node.key) if node.key else "the document"
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            yield node, f"{what} must have the field {name!r}", ""
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            for name in names:
                if name == "deprecated" and node.pointer[:-1] in _DEPRECATES:
                    continue
                yield node.get(name) or node, f"unknown field {name!r} in {what}", did_you_mean(name, known)
        case ValidationErrorKind.Type():
            message = f"{what} must be of type {' or '.join(types)}, not {kind_of(node.value)}"
            yield node, message, how_to_write(node, types)
        case ValidationErrorKind.Enum(options=options):
            not_this = f", not {node.value!r}" if isinstance(node.value, str) else ""
            message = f"{what} must be one of {', '.join(map(repr, options))}{not_this}"
            yield node, message, did_you_mean(node.value, options)
        case _:
            yield node, f"{what}: {_short(error.message)}", ""


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:97]} ... {text[-98:]}"
