"""Collected schemas to the types of the catalog: final names, homes, fields, defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from topicwright_codegen import naming
from topicwright_codegen.asyncapi.leniencies import OF_VALUES
from topicwright_codegen.asyncapi.reading.bundle_parts import file_of
from topicwright_codegen.diagnostics.diagnostics import Diagnostics
from topicwright_codegen.documents.dialects import format_around
from topicwright_codegen.documents.node import Node
from topicwright_codegen.documents.values import Value
from topicwright_codegen.graph import cyclic_parts, reachable_nodes
from topicwright_codegen.schemas.docstrings import described_field, described_type
from topicwright_codegen.schemas.draft import Draft, DraftField
from topicwright_codegen.schemas.fields.defaults import check_default, only_value
from topicwright_codegen.schemas.fields.lenient_types import LenientTypes
from topicwright_codegen.schemas.flat import Flat, branches_of, reference_of
from topicwright_codegen.schemas.json_schema.definitions import Judges
from topicwright_codegen.schemas.json_schema.rewrites import own_name
from topicwright_codegen.schemas.lowering import Schemas
from topicwright_codegen.schemas.types import SHARED, Field, Symbol, Type


@dataclass(slots=True)
class TypeBuilder:
    """Gives every collected type its name and its domain."""

    schemas: Schemas
    diagnostics: Diagnostics
    package: str
    home: Callable[[Node], str | None]
    """The domain of a named schema, by its file; None where that is no domain."""
    users: Mapping[int, set[str]]
    """The domains of the topics that carry a type, by its number."""
    reserved: Mapping[str, set[str]]
    """Names that a domain already uses."""
    keep_unknown: bool = False
    """Whether models keep fields that their schema does not declare."""
    judges: Judges = field(init=False)
    lenient: LenientTypes = field(init=False)
    domains: dict[int, str] = field(default_factory=dict[int, str])
    names: dict[int, str] = field(default_factory=dict[int, str])
    _class_names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Start without any definition."""
        self.judges = Judges(self.schemas.source, self.schemas.name_of, self.schemas.tags.narrowed)
        self.lenient = LenientTypes(self.schemas.drafts, self.diagnostics)

    def build(self) -> dict[int, Type]:
        """Return the types by number."""
        self.schemas.tags.apply(self.schemas.drafts)
        self._break_cycles()
        self._find_domains()
        self._share()
        self._cut_packages()
        self._find_names()
        self.lenient.keep_possible()
        types = {draft.number: self._type(draft) for draft in self.schemas.drafts}
        self.lenient.report_unused()
        return types

    def _break_cycles(self) -> None:
        """Turn recursive types that are not objects into named classes."""
        loose = {draft.number: draft for draft in self.schemas.drafts if draft.kind not in ("object", "root")}
        direct = {number: sorted(_direct(draft.schema) & loose.keys()) for number, draft in loose.items()}
        for part in cyclic_parts(direct):
            first = loose[min(part)]
            message = "a type that is an alternative of itself is typed as Any"
            self.diagnostics.warning("TW420", message, first.node, "leave that alternative out: it adds nothing")
            first.schema, first.uses = {}, set()
        while parts := cyclic_parts({number: sorted(draft.uses & loose.keys()) for number, draft in loose.items()}):
            for part in parts:
                loose.pop(
                    min(part, key=lambda number: (not self.schemas.drafts[number].is_named, number))
                ).kind = "root"

    def _find_domains(self) -> None:
        using: dict[int, set[str]] = {}
        uses = {draft.number: sorted(draft.uses) for draft in self.schemas.drafts}
        for start, domains in self.users.items():
            for number in reachable_nodes(uses, start):
                using.setdefault(number, set()).update(domains)
        for draft in self.schemas.drafts:
            self.domains[draft.number] = self._domain(draft, using)

    def _domain(self, draft: Draft, using: Mapping[int, set[str]]) -> str:
        if isinstance(draft.owner, str):
            return draft.owner
        if draft.owner is not None:
            return self.domains[draft.owner.number]
        domain = self.home(draft.node)
        if domain is not None:
            return domain
        users = using.get(draft.number, set())
        return next(iter(users)) if len(users) == 1 else SHARED

    def _share(self) -> None:
        """Move types by which domains import each other in a circle to the shared domain, with all that they use."""
        uses = {draft.number: sorted(draft.uses) for draft in self.schemas.drafts}
        while parts := cyclic_parts(self._imports(uses), loops=False):
            for part in parts:
                for number in self._crossing(uses, part):
                    if self.domains[number] in part:
                        self.domains[number] = SHARED

    def _imports(self, uses: Mapping[int, list[int]]) -> dict[str, set[str]]:
        """Return which domains each domain imports types from."""
        imports: dict[str, set[str]] = {domain: set() for domain in self.domains.values()}
        for number, used in uses.items():
            imports[self.domains[number]].update(self.domains[other] for other in used)
        return imports

    def _crossing(self, uses: Mapping[int, list[int]], part: set[str]) -> set[int]:
        """Return the types that one domain of a circle imports from another, and all that they use."""
        starts = {
            other
            for number, used in uses.items()
            for other in used
            if {self.domains[number], self.domains[other]} <= part and self.domains[number] != self.domains[other]
        }
        return {number for start in starts for number in reachable_nodes(uses, start)}

    def _cut_packages(self) -> None:
        """Take the packages from the names of classes of Java, and from the names that begin with those."""
        named = {draft.number: own_name(draft.node) for draft in self.schemas.drafts if draft.is_named}
        cut = naming.without_packages(named.values())
        for draft in self.schemas.drafts:
            name = named.get(draft.top.number, "")
            whole = naming.class_name(name)
            if cut.get(name, name) != name and draft.name.startswith(whole):
                draft.name = naming.class_name(cut[name]) + draft.name.removeprefix(whole)

    def _find_names(self) -> None:
        taken: dict[str, dict[str, Draft]] = {}
        named = [draft for draft in self.schemas.drafts if draft.is_named]
        # The schema whose key equals the class name comes first and keeps the name.
        named.sort(key=lambda draft: (_key(draft.node) != draft.name, draft.node.identity))
        inline = [draft for draft in self.schemas.drafts if not draft.is_named]
        for draft in [*named, *(draft for draft in inline if draft.kind != "inline" or draft.is_payload)]:
            domain = self.domains[draft.number]
            names = taken.setdefault(domain, {})
            name = draft.name + ("_" if draft.name in self.reserved.get(domain, ()) else "")
            name = _free(self._distinct(name, draft, names), names)
            names[name] = draft
            self.names[draft.number] = name
        self._class_names = frozenset(self.names.values())

    def _distinct(self, name: str, draft: Draft, names: Mapping[str, Draft]) -> str:
        """Return another name where two schemas of one file make one class; of two files, one gets a number."""
        other = names.get(name)
        if not draft.is_named or other is None or file_of(other.node) != file_of(draft.node):
            return name
        distinct = naming.with_digits(name, _key(draft.node))
        message = f"two schemas make one class {name}: this one is called {distinct}"
        self.diagnostics.warning("TW421", message, draft.node, "rename one of them", [other.node])
        return distinct

    def _type(self, draft: Draft) -> Type:
        name = self.names.get(draft.number)
        domain = self.domains[draft.number]
        whole = own_name(draft.node) if draft.is_named else ""
        kind = draft.kind if draft.kind == "object" or not draft.is_payload else "root"
        return Type(
            number=draft.number,
            kind=kind,
            domain=domain,
            symbol=Symbol(f"{self.package}.{domain}.models", name) if name else None,
            doc=described_type(draft.node, name or "") or self._fallback(draft),
            whole_name=whole if whole and not draft.name.startswith(naming.class_name(whole)) else "",
            node=draft.node,
            schema=draft.schema,
            fields=tuple(self._fields(draft)),
            open=self._is_open(draft),
            extras=draft.extras,
            lenient=tuple(name for name in draft.lenient if name in OF_VALUES),
            judge=self.judges.of(draft.node, draft.name) if draft.is_judged else "",
            tags=self.schemas.tags.narrowed.get(draft.node.identity, {}),
        )

    def _is_open(self, draft: Draft) -> bool:
        """Return whether a class keeps fields that it does not name."""
        shape = draft.shape
        if shape is None:
            return False
        return shape.open or ((self.keep_unknown or draft.is_alternative) and shape.silent)

    def _fallback(self, draft: Draft) -> str:
        """Return the docstring of a class without a text of the author."""
        owner = self.names.get(draft.owner.number) if isinstance(draft.owner, Draft) else None
        return f"Part of ``{owner}``." if owner else ""

    def _fields(self, draft: Draft) -> Iterable[Field]:
        # In its class a field hides a type of the same name from the annotations of the others.
        types = self._class_names
        exact = {field.wire for field in draft.fields if naming.field(field.wire) == field.wire} - types
        taken = exact | types
        for member in draft.fields:
            name = member.wire if member.wire in exact else naming.field(member.wire)
            while member.wire not in exact and name in taken:
                name += "_"
            taken.add(name)
            yield self._field(name, member)

    def _field(self, name: str, member: DraftField) -> Field:
        resolved = self.schemas.source.resolve(member.node) or member.node
        factory = self._factory(member)
        nullable = self._allows_null(member.schema)
        value, named = self._default(member, resolved, nullable)
        filled = factory is not None or named
        required = member.required and not filled
        has_none = nullable and self._has_none(member.schema)
        absent = self.lenient.of_field(
            dict.fromkeys((member.node, resolved)), member.schema, may_be_absent=not member.required, nullable=nullable
        )
        return Field(
            name=name,
            wire=member.wire,
            schema=member.schema,
            doc=described_field(member.node, resolved, self.schemas.source, member.wire),
            required=required,
            omittable=not required and not filled and not has_none,
            nullable=not required and not named and has_none,
            defaulted_but_required=member.required and filled,
            default=value,
            factory=factory,
            node=member.node,
            lenient=absent,
        )

    def _factory(self, member: DraftField) -> Literal["new_id", "now"] | None:
        generated = member.node.get("x-generated")
        kind = self._plain(member.schema).get("type")
        if generated is None:
            return None
        if generated.value == "id" and kind == "string":
            return "new_id"
        if generated.value == "time" and kind == "number":
            return "now"
        hint = "id on a string, or time on a number"
        self.diagnostics.error("TW422", f"x-generated {generated.value!r} is not possible here", generated, hint)
        return None

    def _default(self, member: DraftField, resolved: Node, nullable: bool) -> tuple[Value, bool]:
        """Return the default of a field, and whether it has one: that of a required constant is its value."""
        default = member.node.get("default") or resolved.get("default")
        only = only_value(self._plain(member.schema), resolved) if member.required else ()
        if default is not None and default.value is None and (nullable or not only):
            return None, nullable
        if default is not None and check_default(default, self._plain(member.schema), resolved, self.schemas.source):
            return default.value, True
        return (only[0], True) if only else (None, False)

    def _has_none(self, schema: Flat) -> bool:
        """Return whether None is null for a type that allows it: not for any value, and not for a class around it."""
        number = reference_of(schema)
        if number is None:
            return True
        draft = self.schemas.drafts[number]
        return not draft.is_payload and draft.kind != "root" and self._has_none(draft.schema)

    def _plain(self, schema: Flat) -> Flat:
        """Return a flat schema with its references followed."""
        for _ in self.schemas.drafts:
            number = reference_of(schema)
            if number is None:
                break
            schema = self.schemas.drafts[number].schema
        return schema

    def _allows_null(self, schema: Flat, seen: frozenset[int] = frozenset()) -> bool:
        """Return whether null is a value of a flat schema."""
        values = schema.get("enum")
        if isinstance(values, list):
            return None in values
        if schema.get("type") == "null" or not schema:
            return True
        number = reference_of(schema)
        if number is not None:
            draft = self.schemas.drafts[number]
            known = draft.kind == "object" or number in seen
            return not known and self._allows_null(draft.schema, seen | {number})
        return any(self._allows_null(branch, seen) for branch in branches_of(schema))


def _key(node: Node) -> str:
    """Return the key of a schema; of one with its format, that of both together."""
    return own_name(node) if format_around(node) is not None else node.key


def _direct(schema: Flat) -> set[int]:
    """Return the types that a flat schema is, or has as an alternative."""
    numbers = (reference_of(part) for part in (schema, *branches_of(schema)))
    return {number for number in numbers if number is not None}


def _free(name: str, taken: Mapping[str, object]) -> str:
    """Return the name, with a number where it is taken."""
    at, free = 2, name
    while free in taken:
        free, at = f"{name}{at}", at + 1
    return free
