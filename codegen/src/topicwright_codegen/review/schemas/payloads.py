"""Payload schemas compared by inclusion, in both directions, for readers that forbid unknown fields and others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from topicwright_codegen.review.findings.finding import Finding, finding
from topicwright_codegen.review.findings.verdicts import SourceApi, Wire
from topicwright_codegen.review.findings.witness import Probe, TopicPair, Version
from topicwright_codegen.review.schemas.defaults import constructor_default, default_of
from topicwright_codegen.review.schemas.limits import Limit, limits_changed
from topicwright_codegen.review.schemas.location import (
    Spot,
    Wrap,
    around,
    branch,
    example,
    inside,
    less,
    made,
    value_of,
)
from topicwright_codegen.review.schemas.objects import ObjectShape
from topicwright_codegen.review.schemas.values.alternatives import Atom, Types, atoms_of, counterpart, of_type, tag_of
from topicwright_codegen.review.schemas.values.examples import NoSampleError, fields_of, sample, sample_atom
from topicwright_codegen.review.schemas.values.inclusion import (
    alike,
    breaks,
    distinct,
    includes,
    one_object,
    outside,
    shown,
)
from topicwright_codegen.review.sides.side import Side
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.types import Field, Type


@dataclass(slots=True)
class PayloadReview:
    """Compares the payloads, or the headers, of one topic."""

    before: Side
    after: Side
    old_types: Types
    new_types: Types
    pair: TopicPair
    headers: bool = False
    found: list[Finding] = field(default_factory=list[Finding])
    _seen: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def compare(self, old: Type, new: Type) -> list[Finding]:
        """Return what has changed between two types."""
        spot = Spot(
            "headers" if self.headers else "payload", old.node, new.node, lambda value: value, lambda value: value
        )
        self._alternatives(of_type(old, self.old_types), of_type(new, self.new_types), spot)
        return self.found

    def _schemas(self, old: Flat, new: Flat, spot: Spot) -> None:
        self._alternatives(atoms_of(old, self.old_types), atoms_of(new, self.new_types), spot)

    def _alternatives(self, olds: list[Atom], news: list[Atom], spot: Spot) -> None:
        gone, come = list(olds), list(news)
        for old in olds:
            new = self._partner(old, come, olds, news)
            if new is not None:
                gone.remove(old)
                come.remove(new)
                alone = old.kind != "object" or one_object(olds, news)
                self._same_kind(old, new, spot if alone else branch(spot, tag_of(old, self.old_types)))
        self._unpaired(gone, come, olds, news, spot)

    def _partner(self, old: Atom, news: list[Atom], olds: list[Atom], all_news: list[Atom]) -> Atom | None:
        same = [new for new in news if alike(old, new)]
        if old.kind != "object" or one_object(olds, all_news):
            return same[0] if same else None
        return counterpart(old, same, self.old_types, self.new_types)

    def _same_kind(self, old: Atom, new: Atom, spot: Spot) -> None:
        self._limits(old, new, spot)
        match old.kind:
            case "object":
                self._objects(old, new, spot)
            case "literal":
                self._literals(old, new, spot)
            case "array":
                self._arrays(old, new, spot)
            case "map":
                self._schemas(old.member, new.member, inside(spot, ".*", lambda value: {"key": value}))
            case _:
                pass

    def _limits(self, old: Atom, new: Atom, spot: Spot) -> None:
        for change in limits_changed(old, new, self.old_types, self.new_types):
            self._limit(change, spot)

    def _limit(self, change: Limit, spot: Spot) -> None:
        writer: Version = "old" if change.rule == "limit-tightened" else "new"
        self._add(change.rule, f"{change.text} at {spot.path}", spot, writer, change.example, detail=change.keyword)

    def _arrays(self, old: Atom, new: Atom, spot: Spot) -> None:
        if not old.prefix:
            self._schemas(old.items, new.items, inside(spot, "[]", lambda value: [value]))
        for at, (one, other) in enumerate(zip(old.prefix, new.prefix, strict=True)):
            self._schemas(one, other, self._element(old, new, at, spot))

    def _element(self, old: Atom, new: Atom, at: int, spot: Spot) -> Spot:
        def put(atom: Atom, types: Types) -> Wrap:
            return lambda value: [value if n == at else sample(item, types) for n, item in enumerate(atom.prefix)]

        in_old, in_new = put(old, self.old_types), put(new, self.new_types)
        return replace(
            spot,
            path=f"{spot.path}[{at}]",
            in_old=around(spot.in_old, in_old),
            in_new=around(spot.in_new, in_new),
        )

    def _literals(self, old: Atom, new: Atom, spot: Spot) -> None:
        olds, news = distinct(old), distinct(new)
        for key in sorted(olds.keys() - news.keys()):
            text = f"value {olds[key]!r} is gone from {spot.path}"
            self._add("enum-value-removed", text, spot, "old", value_of(olds[key]), detail=repr(key))
        for key in sorted(news.keys() - olds.keys()):
            text = f"{spot.path} has the new value {news[key]!r}"
            source: SourceApi | None = "both" if spot.invariant else None
            found = value_of(news[key])
            self._add("enum-value-added", text, spot, "new", found, source=source, detail=repr(key))

    def _unpaired(self, gone: list[Atom], come: list[Atom], olds: list[Atom], news: list[Atom], spot: Spot) -> None:
        source = self._python(olds, news, spot)
        if gone and come:
            self._replaced(gone, come, source, spot)
            return
        for atom in gone:
            found = example(atom, self.old_types)
            if atom.kind == "null":
                self._add("type-narrowed", f"{spot.path} may not be null any more", spot, "old", found, source=source)
            else:
                text = f"{spot.path} has lost the alternative {atom.shown}"
                # A class is named in the code of readers too.
                python: SourceApi = "both" if atom.kind == "object" else source
                self._add("union-branch-removed", text, spot, "old", found, source=python, detail=atom.shown)
        for atom in come:
            found = example(atom, self.new_types)
            rule = "type-widened" if atom.kind == "null" else "union-branch-added"
            text = f"{spot.path} may be {atom.shown} now"
            self._add(rule, text, spot, "new", found, source=source, detail=atom.shown)

    def _replaced(self, gone: list[Atom], come: list[Atom], source: SourceApi, spot: Spot) -> None:
        """Report types that have made way for others: a wider one, a narrower one, or one that shares no value."""
        text = f"{spot.path}: {shown(gone)} became {shown(come)}"
        if all(any(includes(new, old, self.old_types, self.new_types) for new in come) for old in gone):
            found = made(lambda: outside(gone, come, self.new_types))
            self._add("type-widened", text, spot, "new", found, source=source)
            self._numbers(gone, come, spot)
        elif all(any(includes(old, new, self.new_types, self.old_types) for old in gone) for new in come):
            found = made(lambda: outside(come, gone, self.old_types))
            self._add("type-narrowed", text, spot, "old", found, source=source)
            self._numbers(gone, come, spot)
        else:
            found = made(lambda: sample_atom(come[0], self.new_types))
            # One class on both sides with other values, as where the constant of a branch has changed.
            self._add("type-changed", text, spot, "new", found, source="both" if source == "ok" else source)

    def _numbers(self, gone: list[Atom], come: list[Atom], spot: Spot) -> None:
        """Compare the limits of integers and numbers that have made way for each other."""
        kinds = ("integer", "number")
        olds, news = ([atom for atom in atoms if atom.kind in kinds] for atoms in (gone, come))
        for old, new in zip(olds, news, strict=False):
            self._limits(old, new, spot)

    def _python(self, olds: list[Atom], news: list[Atom], spot: Spot) -> SourceApi:
        """Return what another type breaks; a list or a dict of it is invariant, so that either way breaks both."""
        found = breaks(olds, news)
        return "both" if spot.invariant and found != "ok" else found

    def _objects(self, old: Atom, new: Atom, spot: Spot) -> None:
        if old.type is None or new.type is None or (old.type.number, new.type.number) in self._seen:
            return
        self._seen.add((old.type.number, new.type.number))
        spot = replace(spot, old=old.type.node, new=new.type.node)
        one, other = ObjectShape.of(old.type, self.before), ObjectShape.of(new.type, self.after)
        self._names(old.type, new.type, spot)
        self._openness(one, other, spot)
        for wire in [*one.fields, *(wire for wire in other.fields if wire not in one.fields)]:
            self._field(wire, one, other, spot)

    def _names(self, old: Type, new: Type, spot: Spot) -> None:
        if old.symbol is None or new.symbol is None:
            return
        if (old.symbol.name, old.domain) != (new.symbol.name, new.domain):
            names = f"{old.domain}.{old.symbol.name}", f"{new.domain}.{new.symbol.name}"
            text = f"the class {names[0]} is called {names[1]} now"
            reason = "the bytes of every message are the same: only the name in Python changes"
            self.found.append(finding("class-renamed", text, spot.new, pair=self.pair, detail=names[0], reason=reason))

    def _openness(self, old: ObjectShape, new: ObjectShape, spot: Spot) -> None:
        if old.openness == new.openness or self.headers:
            return
        opened = old.closed or new.openness == "open"
        reader, writer = (old, new) if opened else (new, old)
        types = self.new_types if opened else self.old_types
        found = made(lambda: {**fields_of(writer.type, types), "unknown_field": "x"})
        verdict: Wire = "reject" if reader.closed else "reject-strict"
        rule = "fields-opened" if opened else "fields-closed"
        text = f"{spot.path} {'may have' if opened else 'may not have any more'} fields that the schema does not name"
        old_verdict, new_verdict = (verdict, None) if opened else (None, verdict)
        self._add(rule, text, spot, "new" if opened else "old", found, old=old_verdict, new=new_verdict)

    def _field(self, wire: str, old: ObjectShape, new: ObjectShape, spot: Spot) -> None:
        one, other = old.fields.get(wire), new.fields.get(wire)
        if one is None and other is not None:
            self._added(other, old, new, spot)
        elif one is not None and other is None:
            self._removed(one, old, new, spot)
        elif one is not None and other is not None:
            inner = self._spot_of(one, other, old.type, new.type, spot)
            self._presence(one, other, old, new, spot, inner)
            self._schemas(one.schema, other.schema, inner)

    def _spot_of(self, old: Field, new: Field, in_old: Type, in_new: Type, spot: Spot) -> Spot:
        def put(field_: Field, type_: Type, types: Types, around: Wrap) -> Wrap:
            return lambda value: around({**fields_of(type_, types), field_.wire: value})

        return Spot(
            path=f"{spot.path}.{old.wire}",
            old=old.node,
            new=new.node,
            in_old=put(old, in_old, self.old_types, spot.in_old),
            in_new=put(new, in_new, self.new_types, spot.in_new),
        )

    def _added(self, field_: Field, old: ObjectShape, new: ObjectShape, spot: Spot) -> None:
        required = field_.wire in new.required
        unknown = self._unknown(old)
        with_it = made(lambda: self._with(field_, new.type, self.new_types))
        without = made(lambda: fields_of(old.type, self.old_types))
        source: SourceApi | None = "ok" if required and field_.factory else None
        at = replace(spot, path=f"{spot.path}.{field_.wire}", old=field_.node, new=field_.node)
        if required:
            text = f"required field {at.path} is new"
            self._add("field-added-required", text, at, "old", without, old=unknown, source=source)
        else:
            self._add("field-added", f"optional field {at.path} is new", at, "new", with_it, old=unknown)

    def _removed(self, field_: Field, old: ObjectShape, new: ObjectShape, spot: Spot) -> None:
        unknown = self._unknown(new)
        at = replace(spot, path=f"{spot.path}.{field_.wire}", old=field_.node, new=field_.node)
        if field_.wire in old.required:
            found = made(lambda: fields_of(new.type, self.new_types))
            self._add("field-removed-required", f"required field {at.path} is gone", at, "new", found, new=unknown)
        else:
            found = made(lambda: self._with(field_, old.type, self.old_types))
            self._add("field-removed", f"optional field {at.path} is gone", at, "old", found, new=unknown)

    def _with(self, field_: Field, type_: Type, types: Types) -> dict[str, object]:
        return {**fields_of(type_, types), field_.wire: sample(field_.schema, types)}

    def _unknown(self, reader: ObjectShape) -> Wire:
        """Return what a reader does with a field that it does not know; MQTT user properties are never refused."""
        if self.headers or reader.type.open:
            return "ok"
        return "reject" if reader.closed else "reject-strict"

    def _presence(self, old: Field, new: Field, one: ObjectShape, other: ObjectShape, spot: Spot, inner: Spot) -> None:
        was, is_ = old.wire in one.required, new.wire in other.required
        at = replace(spot, path=inner.path, old=old.node, new=new.node)
        without_old = made(lambda: less(fields_of(one.type, self.old_types), old.wire))
        without_new = made(lambda: less(fields_of(other.type, self.new_types), new.wire))
        if not was and is_:
            source: SourceApi | None = "ok" if new.factory else None
            self._add("field-became-required", f"{at.path} is required now", at, "old", without_old, source=source)
        elif was and not is_:
            source = None if new.omittable else "ok"
            self._add("field-became-optional", f"{at.path} is optional now", at, "new", without_new, source=source)
        elif default_of(old) != default_of(new):
            values = default_of(old), default_of(new)
            if is_:
                self.found.append(constructor_default(self.pair, at, *values))
                return
            text = f"where {at.path} is left out, it means {values[1]} and not {values[0]}"
            self._add("default-changed", text, at, "new", without_new)

    def _add(
        self,
        rule: str,
        text: str,
        spot: Spot,
        writer: Version,
        made: Wrap,
        *,
        old: Wire | None = None,
        new: Wire | None = None,
        source: SourceApi | None = None,
        detail: str = "",
    ) -> None:
        wrap = spot.in_old if writer == "old" else spot.in_new
        node = spot.new
        probe, reason = None, ""
        try:
            probe = Probe(writer, self.pair, wrap(made(None)), self.headers)
        except NoSampleError as error:
            reason = str(error)
        found = finding(
            rule,
            text,
            node,
            pair=self.pair,
            detail=f"{spot.path}:{detail}",
            old=old,
            new=new,
            source=source,
            probe=probe,
            reason=reason,
        )
        self.found.append(found)
