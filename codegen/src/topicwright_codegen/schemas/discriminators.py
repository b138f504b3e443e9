"""The discriminator of AsyncAPI (a field's name) and of OpenAPI (an object with ``propertyName`` and ``mapping``).

AsyncAPI 3.0, schema object: the value "MUST be the name of this schema or any schema that inherits it". A field with a
``const`` or ``enum`` of its own is more exact; every other one becomes the name, so that no message is taken for
another class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from topicwright_codegen.diagnostics.did_you_mean import did_you_mean
from topicwright_codegen.documents.node import Document, Identity, Node
from topicwright_codegen.documents.source import Source
from topicwright_codegen.documents.values import Map
from topicwright_codegen.schemas.component_schemas import component_schemas
from topicwright_codegen.schemas.draft import Draft, DraftField
from topicwright_codegen.schemas.json_schema.object_shape import all_of
from topicwright_codegen.schemas.json_schema.option_names import listed_values
from topicwright_codegen.schemas.json_schema.rewrites import only_part, own_name

_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Discriminator:
    """A field whose value decides the class of a message."""

    name: str
    mapping: dict[str, str]
    """Value to schema: a reference, or a name among the components."""

    def values(self, schema: Node) -> list[str]:
        """Return the values that a mapping gives to a schema, else its name."""
        name = own_name(schema)
        mapped = [value for value, to in self.mapping.items() if name in _names(to)]
        return (mapped or [name]) if name else []


def _names(reference: str) -> list[str]:
    """Return what a reference may call a schema; one with a format of its own is in the member ``schema``."""
    *_, outer, name = ["", *reference.split("/")]
    return [name, outer] if name == "schema" else [name]


def discriminator_of(node: Node) -> Discriminator | None:
    """Return the discriminator that a schema declares."""
    declared = node.get("discriminator")
    name = declared.get("propertyName") if declared is not None and isinstance(declared.value, Map) else declared
    if declared is None or name is None or not isinstance(name.value, str):
        return None
    mapping = declared.get("mapping")
    entries = mapping.members() if mapping is not None else ()
    return Discriminator(name.value, {key: to.value for key, to in entries if isinstance(to.value, str)})


@dataclass(slots=True)
class Tags:
    """The discriminators of the schemas; applied once all types are collected."""

    source: Source
    narrowed: dict[Identity, dict[str, list[object]]] = field(default_factory=dict[Identity, "dict[str, list[object]]"])
    """By a schema: its discriminating fields, with the values that mean it."""
    _recorded: dict[Identity, list[tuple[Discriminator, Node]]] = field(
        default_factory=dict[Identity, "list[tuple[Discriminator, Node]]"]
    )
    _children: dict[Identity, list[Node]] = field(default_factory=dict[Identity, "list[Node]"])
    _scanned: set[str] = field(default_factory=set[str])

    def record(self, union: Node, branches: Iterable[Node]) -> None:
        """Record the discriminator of a union for its branches, if it has one."""
        discriminator = discriminator_of(union)
        for branch in branches if discriminator else ():
            target = self._meant(branch)
            if target is not None and discriminator is not None and isinstance(target.value, Map):
                self._recorded.setdefault(target.identity, []).append((discriminator, branch))

    def _meant(self, branch: Node) -> Node | None:
        """Return the schema of a branch, where it is one that has more texts the schema without them."""
        target = self.source.resolve(branch)
        seen: set[Identity] = set()
        while target is not None and not own_name(target) and target.identity not in seen:
            seen.add(target.identity)
            part = only_part(target)
            target = target if part is None else self.source.resolve(part)
        return target

    def apply(self, drafts: Iterable[Draft]) -> None:
        """Narrow the discriminating fields of the classes to the values that are theirs."""
        for draft in [draft for draft in drafts if draft.kind == "object"]:
            discriminators = [*self._recorded.get(draft.node.identity, ()), *self._inherited(draft.node, set())]
            own = discriminator_of(draft.node) if draft.is_base else None
            discriminators += [(own, draft.node)] if own is not None else []
            places = {discriminator.name: place for discriminator, place in reversed(discriminators)}
            for name, place in places.items():
                mapping = {key: to for one, _ in discriminators if one.name == name for key, to in one.mapping.items()}
                self._narrow(draft, Discriminator(name, mapping), place)

    def _inherited(self, node: Node, seen: set[Identity]) -> Iterator[tuple[Discriminator, Node]]:
        for part in all_of(node, self.source):
            if part.identity not in seen:
                seen.add(part.identity)
                discriminator = discriminator_of(part)
                if discriminator is not None and own_name(node):
                    yield discriminator, node
                yield from self._inherited(part, seen)

    def _narrow(self, draft: Draft, discriminator: Discriminator, place: Node) -> None:
        member = next((item for item in draft.fields if item.wire == discriminator.name), None)
        values = discriminator.values(draft.node) if draft.is_base else self._values(draft.node, discriminator)
        if member is None:
            text = f"{draft.name} has no property {discriminator.name!r}, the discriminator: nothing distinguishes it"
            hint = did_you_mean(discriminator.name, (item.wire for item in draft.fields), "add it to the properties")
            self.source.diagnostics.warning("TW424", text, place, hint)
            return
        listed = self._listed(member)
        if listed is not None and len(listed) == 1:
            return
        if listed is not None:
            # The author's own list: the value of this class is in it.
            values = _chosen(listed, values)
        if values:
            member.schema = {"enum": list(dict.fromkeys(values))}
            meant = self._values(draft.node, discriminator) if draft.is_base else values
            self.narrowed.setdefault(draft.node.identity, {})[member.wire] = list(dict.fromkeys(meant))
            return
        text = f"no value of the discriminator {discriminator.name!r} is known for this schema"
        self.source.diagnostics.warning("TW424", text, place, "give the field a const in the schema that is meant")

    def _values(self, node: Node, discriminator: Discriminator) -> list[str]:
        """Return the values of a discriminator for a schema and for those that inherit from it."""
        return [value for member in self._family(node) for value in discriminator.values(member)]

    def _listed(self, member: DraftField) -> Sequence[object] | None:
        """Return the values that the schema of a field lists."""
        resolved = self.source.resolve(member.node)
        return None if resolved is None else listed_values(resolved)

    def heirs(self, node: Node) -> list[Node]:
        """Return the schemas that inherit from one, if a discriminator, its own or an inherited one, means them."""
        if not own_name(node) or (discriminator_of(node) is None and not any(self._inherited(node, set()))):
            return []
        self._family(node)
        return self._children.get(node.identity, [])

    def is_itself(self, node: Node) -> bool:
        """Return whether a value of its discriminator means a schema itself, and not one that inherits from it."""
        found = discriminator_of(node) or next((found for found, _ in self._inherited(node, set())), None)
        if found is None:
            return True
        properties = node.get("properties")
        member = properties.get(found.name) if properties is not None else None
        resolved = self.source.resolve(member) if member is not None else None
        listed = None if resolved is None else listed_values(resolved)
        return not (listed and not _chosen(listed, found.values(node)))

    def _family(self, node: Node) -> list[Node]:
        """Return a schema and those that inherit from it."""
        for document in list(self.source.documents.values()):
            if document is not None and document.label not in self._scanned:
                self._scanned.add(document.label)
                self._scan(document)
        family, waiting = {node.identity: node}, [node]
        while waiting:
            for child in self._children.get(waiting.pop().identity, ()):
                if child.identity not in family:
                    family[child.identity] = child
                    waiting.append(child)
        return list(family.values())

    def _scan(self, document: Document) -> None:
        for schema in component_schemas(document):
            if isinstance(schema.value, Map) and "allOf" in schema.value:
                for part in all_of(schema, self.source):
                    self._children.setdefault(part.identity, []).append(schema)


def _chosen(listed: Sequence[object], names: Sequence[str]) -> list[str]:
    """Return the values of a list that are names, exactly or without regard to case and punctuation."""
    texts = [value for value in listed if isinstance(value, str)]
    exact = [value for value in texts if value in names]
    plain = {_plain(name) for name in names}
    return exact or [value for value in texts if _plain(value) in plain]


def _plain(text: str) -> str:
    return _LETTERS.sub("", text).casefold()
