"""Collects the types of schemas: numbers them, fills them in one after the other, reports diagnostics."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.leniencies import KEY, leniencies
from topicwright_codegen.documents.dialects import format_around, is_json_schema
from topicwright_codegen.documents.node import Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import kind_of
from topicwright_codegen.schemas.discriminators import Tags
from topicwright_codegen.schemas.draft import Draft
from topicwright_codegen.schemas.flat import LIST, Flat, branches_of, reference_of
from topicwright_codegen.schemas.json_schema.exactness import Exactness
from topicwright_codegen.schemas.json_schema.object_shape import Analysis
from topicwright_codegen.schemas.json_schema.rewrites import constraining

_KEPT = ("$ref", "type", "nullable", "$schema", "$defs", "definitions", "$anchor", "$dynamicAnchor")
"""What is read beside ``$ref``: names for references, and what is true of its target too."""
_FORBIDDEN = ("customTypePath", "customBasePath", "x-python-")

Lower: TypeAlias = Callable[[Node, str, Draft], Flat]
"""From a schema, the name of an inline object in it, and the type that it belongs to, to the flat form."""


@dataclass(slots=True)
class Collector:
    """Numbers types, and fills them in later: a schema may refer back to itself."""

    source: Source
    implied_types: bool = False
    """Whether a schema without ``type`` has the one that its keywords are about."""
    drafts: list[Draft] = field(default_factory=list[Draft])
    tags: Tags = field(init=False)
    analysis: Analysis = field(init=False)
    exactness: Exactness = field(init=False)
    _lenient: set[Identity] = field(default_factory=set[Identity])
    """The schemas with ``x-lenient`` that are being lowered."""
    _known: dict[Identity, Draft] = field(default_factory=dict[Identity, Draft])
    _queue: deque[Callable[[], None]] = field(default_factory=deque[Callable[[], None]])

    def __post_init__(self) -> None:
        """Start without any discriminator, and without results about schemas."""
        self.tags = Tags(self.source)
        self.analysis = Analysis(self.source)
        self.exactness = Exactness(self.analysis, self.implied_types)

    def _drain(self) -> None:
        while self._queue:
            self._queue.popleft()()

    def _new(self, node: Node, name: str, is_named: bool, owner: Draft | str | None) -> Draft:
        draft = Draft(len(self.drafts), node, naming.class_name(name), is_named, owner)
        self.drafts.append(draft)
        return draft

    def _refer(self, draft: Draft, owner: Draft) -> Flat:
        owner.uses.add(draft.number)
        return draft.reference

    def name_of(self, target: Node) -> str | None:
        """Return the name of the type of a schema; None where it has none of its own."""
        draft = self._known.get(target.identity)
        return None if draft is None else draft.name

    def _is_foreign(self, target: Node) -> bool:
        """Return whether a schema is no JSON Schema, and report it."""
        schema_format = format_around(target)
        if is_json_schema(schema_format):
            return False
        self._warn("TW308", f"schema format {schema_format!r} is not supported: any value is accepted", target)
        return True

    def _report_siblings(self, node: Node, target: Node) -> None:
        if target.identity == node.identity:  # in its version of JSON Schema they apply
            return
        for keyword in constraining(node) if node.ref is not None else ():
            if keyword.key not in _KEPT and (keyword.key != "$id" or not self._has_id(node)):
                # JSON Schema draft 7, section 8.3, and the reference object of AsyncAPI.
                self._warn("TW416", f"{keyword.key!r} beside $ref means nothing", keyword)

    def _has_id(self, node: Node) -> bool:
        """Return whether an ``$id`` beside a ``$ref`` counts: it does not before 2019-09."""
        return self.source.resource_of(node).root.identity == node.identity

    def _lower_boolean(self, node: Node) -> Flat:
        if not isinstance(node.value, bool):
            self._error("TW403", f"a schema must be an object or a boolean, not {kind_of(node.value)}", node)
        return {}  # what ``false`` refuses, which is everything, the schema itself refuses

    def _leniently(self, node: Node, name: str, owner: Draft, lower: Lower) -> Flat:
        """Return the flat form of a schema with ``x-lenient``: a type of its own that says so."""
        self._lenient.add(node.identity)  # copies of it with other keywords are a part of it
        lowered = lower(node, name, owner)
        self._lenient.discard(node.identity)
        names = leniencies(node.get(KEY), self.source.diagnostics)
        if not names:
            return lowered
        draft = self._new(node, name, is_named=False, owner=owner)
        draft.schema, draft.lenient = lowered, names
        return self._refer(draft, owner)

    def _keep_fields(self, union: Flat) -> None:
        """Let the classes of a union keep fields that they do not name: a value can be several of them at once."""
        classes = list(self._classes_of(union, set()))
        if len(classes) > 1:
            for draft in classes:
                draft.is_alternative = True

    def _classes_of(self, schema: Flat, seen: set[int]) -> Iterator[Draft]:
        for branch in branches_of(schema) or [schema]:
            number = reference_of(branch)
            if number is not None and number not in seen:
                seen.add(number)
                draft = self.drafts[number]
                if draft.kind == "object":
                    yield draft
                else:
                    yield from self._classes_of(draft.schema, seen)

    def _report_untyped(self, node: Node, kind: str) -> None:
        text = f"this schema has no type: a value that is no {kind} is valid too"
        self.source.diagnostics.warning("TW428", text, node, f"add `type: {kind}`")

    def _any_list(self, node: Node, name: str, owner: Draft) -> Flat:
        """Return a list of anything, as a type of ours: datamodel-code-generator would name it."""
        draft = self._new(node, name + "List", is_named=False, owner=owner)
        draft.schema = dict(LIST)
        return self._refer(draft, owner)

    def _refuse_extensions(self, node: Node) -> None:
        for key, child in node.members():
            if key.startswith(_FORBIDDEN):
                self._error("TW405", f"{key!r} is not allowed: a catalog does not choose Python types", child)

    def _error(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.error(code, message, node)

    def _warn(self, code: str, message: str, node: Node) -> None:
        self.source.diagnostics.warning(code, message, node)
