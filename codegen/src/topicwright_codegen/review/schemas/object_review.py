"""Objects before and after: their class, their fields, and whether they may have others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from topicwright_codegen.review.findings.finding import Change, Finding
from topicwright_codegen.review.findings.verdicts import ConsumerVerdict
from topicwright_codegen.review.schemas.comparison import Comparison, Example
from topicwright_codegen.review.schemas.defaults import constructor_default, default_of
from topicwright_codegen.review.schemas.location import Embed, Location
from topicwright_codegen.review.schemas.objects import ObjectShape
from topicwright_codegen.review.schemas.values.alternatives import Types
from topicwright_codegen.review.schemas.values.examples import example_of_schema, object_example
from topicwright_codegen.schemas.flat import Flat
from topicwright_codegen.schemas.types import Field, Type

CompareSchemas: TypeAlias = Callable[[Flat, Flat, Location], Iterator[Finding]]


@dataclass(frozen=True, slots=True, eq=False)
class ObjectReview:
    """Compares two objects."""

    comparison: Comparison
    compare_schemas: CompareSchemas
    old: ObjectShape
    new: ObjectShape
    location: Location

    def findings(self) -> Iterator[Finding]:
        """Yield the changes."""
        yield from self._class_name()
        yield from self._openness()
        for name in dict.fromkeys((*self.old.fields, *self.new.fields)):
            old, new = self.old.fields.get(name), self.new.fields.get(name)
            if old is not None and new is not None:
                yield from self._presence(old, new)
                yield from self.compare_schemas(old.schema, new.schema, self._inside(old, new))
            elif old is not None:
                yield self._removed(old)
            elif new is not None:
                yield self._added(new)

    def _class_name(self) -> Iterator[Finding]:
        old, new = self.old.type, self.new.type
        if old.symbol is None or new.symbol is None:
            return
        if (old.symbol.name, old.domain) != (new.symbol.name, new.domain):
            names = f"{old.domain}.{old.symbol.name}", f"{new.domain}.{new.symbol.name}"
            text = f"the class {names[0]} is called {names[1]} now"
            reason = "the bytes of every message are the same: only the name in Python changes"
            topics = self.comparison.pair.topics
            moved = f"{old.domain} {new.domain}" if old.symbol.name == new.symbol.name else ""
            yield Change("class-renamed", text, new.node, topics, names[0], reason=reason, group=moved).judged()

    def _openness(self) -> Iterator[Finding]:
        """Yield a change of whether the schema allows fields that it does not name."""
        old, new = self.old, self.new
        if old.openness == new.openness or self.comparison.headers:
            return
        if old.closed or new.openness == "open":
            text = f"{self.location.path} may have fields that the schema does not name"
            example = Example("new", lambda: _with_unknown_field(new, self.comparison.new_types))
            change = self.comparison.change("fields-opened", text, self.location, example)
            yield change.judged(old=_refusal(old))
        else:
            text = f"{self.location.path} may not have any more fields that the schema does not name"
            example = Example("old", lambda: _with_unknown_field(old, self.comparison.old_types))
            change = self.comparison.change("fields-closed", text, self.location, example)
            yield change.judged(new=_refusal(new))

    def _inside(self, old: Field, new: Field) -> Location:
        """Return the location of a field that both objects have."""
        in_old = _in_object(old, self.old.type, self.comparison.old_types)
        in_new = _in_object(new, self.new.type, self.comparison.new_types)
        inner = self.location.element(f".{old.wire}", in_old, in_new)
        return replace(inner, old=old.node, new=new.node, invariant=False)

    def _at(self, old: Field, new: Field) -> Location:
        """Return this location with the path of a field; its examples are whole objects."""
        return replace(self.location, path=f"{self.location.path}.{old.wire}", old=old.node, new=new.node)

    def _added(self, field: Field) -> Finding:
        at, unknown = self._at(field, field), self._unknown(self.old)
        if field.wire in self.new.required:
            example = Example("old", lambda: object_example(self.old.type, self.comparison.old_types))
            text = f"required field {at.path} is new"
            change = self.comparison.change("field-added-required", text, at, example)
            return change.judged(old=unknown, source="ok" if field.factory else None)
        example = Example("new", lambda: _with_field(field, self.new.type, self.comparison.new_types))
        text = f"optional field {at.path} is new"
        return self.comparison.change("field-added", text, at, example).judged(old=unknown)

    def _removed(self, field: Field) -> Finding:
        at, unknown = self._at(field, field), self._unknown(self.new)
        if field.wire in self.old.required:
            example = Example("new", lambda: object_example(self.new.type, self.comparison.new_types))
            text = f"required field {at.path} is gone"
            return self.comparison.change("field-removed-required", text, at, example).judged(new=unknown)
        example = Example("old", lambda: _with_field(field, self.old.type, self.comparison.old_types))
        text = f"optional field {at.path} is gone"
        return self.comparison.change("field-removed", text, at, example).judged(new=unknown)

    def _unknown(self, reader: ObjectShape) -> ConsumerVerdict:
        """Return what a reader does with a field that it does not know; MQTT user properties are never refused."""
        return "ok" if self.comparison.headers or reader.type.open else _refusal(reader)

    def _presence(self, old: Field, new: Field) -> Iterator[Finding]:
        """Yield a change of whether a field is required, or of its meaning where it is left out."""
        was, is_ = old.wire in self.old.required, new.wire in self.new.required
        at = self._at(old, new)
        if not was and is_:
            example = Example("old", lambda: _without(old, self.old.type, self.comparison.old_types))
            change = self.comparison.change("field-became-required", f"{at.path} is required now", at, example)
            yield change.judged(source="ok" if new.factory else None)
        elif was and not is_:
            change = self.comparison.change(
                "field-became-optional", f"{at.path} is optional now", at, self._left_out(new)
            )
            yield change.judged(source=None if new.omittable else "ok")
        elif default_of(old) != default_of(new):
            yield self._default(old, new, at)

    def _default(self, old: Field, new: Field, at: Location) -> Finding:
        values = default_of(old), default_of(new)
        if new.wire in self.new.required:
            return constructor_default(self.comparison.pair, at, *values)
        text = f"where {at.path} is left out, it means {values[1]} and not {values[0]}"
        return self.comparison.change("default-changed", text, at, self._left_out(new)).judged()

    def _left_out(self, field: Field) -> Example:
        """Return an object of the new version without a field."""
        return Example("new", lambda: _without(field, self.new.type, self.comparison.new_types))


def _refusal(reader: ObjectShape) -> ConsumerVerdict:
    return "reject" if reader.closed else "reject-strict"


def _with_unknown_field(shape: ObjectShape, types: Types) -> dict[str, object]:
    return {**object_example(shape.type, types), "unknown_field": "x"}


def _with_field(field: Field, type_: Type, types: Types) -> dict[str, object]:
    return {**object_example(type_, types), field.wire: example_of_schema(field.schema, types)}


def _without(field: Field, type_: Type, types: Types) -> dict[str, object]:
    return {key: value for key, value in object_example(type_, types).items() if key != field.wire}


def _in_object(field: Field, type_: Type, types: Types) -> Embed:
    """Return a function that puts the value of a field into an example of an object."""
    return lambda value: {**object_example(type_, types), field.wire: value}
